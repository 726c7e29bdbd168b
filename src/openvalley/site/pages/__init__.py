"""The reading pages: home, search, organisation, project, about the data - in four languages, each with its JSON.

Reads one borrowed atlas per request, writes nothing.
"""
