"""Raw affiliations: a string with several organisations in it, taken apart and linked as a set.

Reads strings and the names of organisations (Arrow); writes for each string the organisations that it names, with
probabilities and reasons. Next: `openvalley.atlas.raw_linking`, which links whole files.
"""
