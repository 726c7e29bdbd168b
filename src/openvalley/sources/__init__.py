"""Registers, one folder each: a source.toml that says what it is, and a connector that reads it.

Reads the world (live or from a mirror folder), writes the archive (raw bytes) and records (typed Parquet). Next:
resolve/. Two sources never import each other; a user adds one by adding a folder.
"""
