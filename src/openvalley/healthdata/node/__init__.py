"""What a hospital runs: a GA4GH Beacon v2 over its own CDM. Reads requests, writes aggregates, next hub/.

`requests` reads what is asked, `beacon` writes the specification's documents, `web` is the WSGI application between
them, and `serving` starts it when it is safe to.
"""
