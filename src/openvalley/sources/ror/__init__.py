"""Research Organization Registry: who the research organisations of the world are, under which names, and where.

Reads the zip of a release, writes organisation records. Next: resolve/, which leads other sources' rows to them.
"""
