"""One module a page: each has ``page``, and ``machine`` where the same is there as JSON."""
