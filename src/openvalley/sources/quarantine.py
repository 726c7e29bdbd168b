"""Rows that could not be taken in: kept with file, line, reason and what stood there, never dropped silently."""

import pyarrow as pa

#: One quarantined row. ``line`` counts from 1, the header included; ``content`` is the row as it stood, cut to
#: `CONTENT_CHARACTERS`.
QUARANTINE = pa.schema([
    pa.field("file", pa.string(), nullable=False),
    pa.field("line", pa.int64(), nullable=False),
    pa.field("reason", pa.string(), nullable=False),
    pa.field("content", pa.string(), nullable=False),
])

CONTENT_CHARACTERS = 2_000
