"""What other programs take from the site: feeds of changes, calendars and feeds of deadlines, maps for search engines.

Reads the published atlas, as far as it is exported; writes nothing. Next: feed readers, calendars, search engines.
"""
