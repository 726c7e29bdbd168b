"""People: accounts, roles, what members keep and publish, and what curators decide.

Reads the atlas and the judgement store (through ``resolve/`` and ``atlas/``), writes the site's own database and, for
curators, the judgement store. Nothing that is kept here enters the atlas or a score.
"""
