"""The promises about failures, tried: the whole product under load while its parts are killed.

`make chaos` runs everything; a short form is among the tests. See docs/promises.md.
"""
