"""CORDIS: projects of the EU's framework programmes and who takes part in them.

Reads the zips of the programmes, writes project, participation and organisation records. Next: resolve/, and atlas/,
which tells from projects who works in the life sciences.
"""
