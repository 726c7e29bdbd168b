"""The pages in four languages: home, search, a page for each type of thing with its JSON, the data, and disputes.

Reads one borrowed atlas per request; only the form that takes a dispute writes, through resolve/. Next: a browser, or a
program that asks for the JSON.
"""
