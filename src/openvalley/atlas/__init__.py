"""The atlas: one published, read-only snapshot - a DuckDB file, a search index and a manifest.

Reads records and identities, writes ``atlas/<version>/`` by one rename; reads it again for whoever asks, and writes it
in open formats for whoever takes it along. Next: cli/ and site/.
"""
