"""The API below ``/api/v1``: one route a question, described in OpenAPI, errors as problem+json (RFC 9457).

Reads the published atlas through questions.py; writes nothing. Next: programs of others.
"""
