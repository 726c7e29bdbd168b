"""Subjects: which organisation a question is about, from what somebody typed; and who may be suggested at all."""

from openvalley.atlas.model import Organisation
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput, UnknownIdentity
from openvalley.insight.called import Called, called
from openvalley.resolve.normalise import name_key

#: Life states of organisations that nothing is suggested with any more; all others may be alive.
DEAD = ("dissolved", "insolvent", "merged", "dormant")
#: Kinds that are shown only to those who ask for them: they stand for others, and are members of very much.
SPEAKING_FOR_OTHERS = ("european-association",)
#: A hit of the search is what was meant when it scores at least this (0 to 1) ...
_MEANT = 0.8
#: ... and so much more than the next organisation.
_LEAD = 0.08
#: Organisations named to somebody whose words fit more than one, or none.
_SUGGESTED = 5


def organisation_meant(atlas: Atlas, text: str) -> Organisation:
    """Return everything about the organisation that an id, a number or a name stands for.

    Raises:
        BadInput, UnknownIdentity: as `id_meant`.

    """
    return atlas.organisation(id_meant(atlas, text))


def successors(atlas: Atlas, organisation: Organisation) -> list[Called]:
    """Return the names of those that came after an organisation: whom to ask about instead."""
    return [called(atlas, one.id, one.name) for one in organisation.relations if one.relation == "successor"]


def id_meant(atlas: Atlas, text: str) -> str:
    """Return the id of the organisation that an id, a number or a name stands for.

    Raises:
        BadInput: nothing was typed, or the words fit several organisations; the message names the nearest ones.
        UnknownIdentity: an id or number that this atlas does not know, or a name like no other.

    """
    if not text.strip():
        raise BadInput("Which organisation? Nothing was given.", hint="Give a name, or a ROR id, PIC or VAT number.",
                       field="organisation", why="missing")
    try:
        known = atlas.resolve_id(text)
    except UnknownIdentity:
        known = ""
    if known and atlas.rows("SELECT 1 FROM organisation WHERE id = ?", [known]):
        return known
    called = _called(atlas, text)
    if called is not None:
        return called
    hits = atlas.search(text, types=["organisation"], limit=_SUGGESTED).items
    if not hits:
        raise UnknownIdentity(f"The atlas has no organisation called anything like {text[:100]!r}.",
                              hint="Find it with: openvalley search NAME", id=text[:200],
                              field="organisation", why="nobody")
    if hits[0].score < _MEANT or (len(hits) > 1 and hits[0].score - hits[1].score < _LEAD):
        named = "; ".join(f"{hit.name} ({hit.id})" for hit in hits)
        raise BadInput(f"{text[:100]!r} may be more than one organisation: {named}.",
                       hint="Ask again with the id of the one that you mean.",
                       suggestions=[{"id": hit.id, "name": hit.name} for hit in hits],
                       field="organisation", why="several")
    return hits[0].id


def _called(atlas: Atlas, text: str) -> str | None:
    """Return the one organisation that has this very name; of several those of the region, then those shown so."""
    found = atlas.rows("""
        SELECT DISTINCT o.id, o.in_region, lower(o.name) = lower(trim(?)) AS shown_so
        FROM organisation_name AS n JOIN organisation AS o USING (id)
        WHERE n.key = ? AND n.key <> '' AND (n.kind IS NULL OR n.kind <> 'acronym' OR o.in_region)
    """, [text, name_key(text)])
    for narrower in ("in_region", "shown_so"):
        found = [row for row in found if row[narrower]] or found
    return str(found[0]["id"]) if len(found) == 1 else None
