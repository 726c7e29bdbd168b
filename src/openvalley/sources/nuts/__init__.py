"""NUTS: the regions of Europe at four levels, with their boundaries.

Reads GISCO's GeoJSON files, writes region records. Next: atlas/, which places organisations in regions, and the maps.
"""
