"""Exports: the atlas in formats that others open - CSV, Parquet, GeoJSON, JSON-LD (schema.org), GraphML.

Reads an atlas through `openvalley.atlas.exportable`, so that nothing leaves that is not exported; writes a folder or
a file that appears whole or not at all, with its sources and licences. Next: whoever opens them.
"""

from openvalley.atlas.export.formats import FORMATS, export

__all__ = ["FORMATS", "export"]
