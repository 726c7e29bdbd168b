"""One module a page: each has ``page`` and ``machine`` (the same as JSON)."""
