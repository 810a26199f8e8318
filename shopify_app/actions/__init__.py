"""What can happen to a shop, an order or a shipment: one function each.

Each takes plain facts, asks the pure rules of `domain`, changes rows and writes outbox rows, all in
the caller's transaction. A webhook, a poll, a push, a click and an import call the same function.
"""
