"""Eurostat: figures of regions and years, for the indicators that datasets.toml lists.

Reads JSON-stat answers and the mirror's table, writes indicator records. Next: atlas/ and the ranking of regions.
"""
