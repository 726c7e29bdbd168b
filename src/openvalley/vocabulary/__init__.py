"""The words: record types, identifiers and the terms of the field, each defined once.

Reads nothing but its own term lists, writes nothing; every other layer imports from here.
"""
