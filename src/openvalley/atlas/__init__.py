"""The atlas: one published, read-only snapshot - a DuckDB file, a search index and a manifest.

Reads records and identities, writes ``atlas/<version>/`` by one rename. Next: insight/ and the edges, which read it.
"""
