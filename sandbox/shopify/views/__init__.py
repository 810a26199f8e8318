"""What GraphQL shows of stores, orders and their parts: dicts by the names of the schema.

A field with arguments is a function of them; what is deep is made only when it is asked for.
"""
