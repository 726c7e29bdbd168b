"""Who is who: one identity for each organisation, by machine and human judgements, reversible.

Reads organisation records and the judgement store, writes the identity of every record, the decisions with their
reasons, and the redirects of public ids. Keeps what readers dispute and which pack rows curators have checked, too.
Next: atlas/.
"""
