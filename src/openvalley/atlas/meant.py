"""Who is meant: links between what registers write and organisations, as an atlas keeps them, with their reasons.

Reads ``mention_link`` (certain enough to count) and ``probable_link`` (shown with the word "probably", never counted).
Next: clinical.py, the pages and ``show``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.resolve.linker.reasons import Reason, in_words


@dataclass(frozen=True)
class Link:
    """Which organisation a text means.

    Attributes:
        id: the organisation's public id.
        name: its name.
        sure: whether it is certain enough to count; else it is probable.
        score: the probability that it is right, 0 to 1.
        method: how it was found: name, likeness or judgement.
        reasons: why, as codes with what they speak of.
        why: the same in English.

    """

    id: str
    name: str | None
    sure: bool
    score: float
    method: str
    reasons: Sequence[Reason]
    why: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Make one from its row."""
        told = tuple(Reason(**reason) for reason in row["reasons"] or ())
        return cls(row["id"], row["name"], row["sure"], row["score"], row["method"], told, in_words(told))


@dataclass(frozen=True)
class Written:
    """What a register writes that means an organisation, or probably does.

    A text of trials, or a row of a register that stands by itself and is only probably one with it.

    Attributes:
        text: what it says; for a row of a register its name.
        town: its town; empty where it says none.
        country: its country; empty where it says none.
        id: the organisation that a row of a register is meanwhile; None for a text of trials.
        trial: one of the trials that say it, the newest; None for a row of a register.
        uses: how many trials, or participations in projects, hang on it.
        link: the organisation that it means.

    """

    text: str
    town: str
    country: str
    id: str | None
    trial: str | None
    uses: int
    link: Link


_SURE = """
    SELECT l.mention, l.organisation_id AS id, o.name, true AS sure, l.score, l.method, l.reasons
    FROM mention_link AS l LEFT JOIN organisation AS o ON o.id = l.organisation_id WHERE l.mention IN ({places})
    UNION ALL
    SELECT l.asked, l.candidate_id, o.name, false, l.score, 'likeness', l.reasons
    FROM probable_link AS l LEFT JOIN organisation AS o ON o.id = l.candidate_id WHERE l.asked IN ({places})
"""
#: The newest trial that says each mention.
_NEWEST = """
    SELECT m.mention, arg_max(t.id, (t.start_date, t.id)) AS trial FROM (
        SELECT mention, trial_id FROM trial_site UNION ALL SELECT mention, trial_id FROM trial_party) AS m
    JOIN trial AS t ON t.id = m.trial_id WHERE m.mention IS NOT NULL GROUP BY m.mention
"""
_PROBABLY = """
    SELECT l.name AS text, l.town, l.country, l.asked_id, l.uses, l.candidate_id AS id, o.name, false AS sure, l.score,
        'likeness' AS method, l.reasons, l.asked AS said
    FROM probable_link AS l LEFT JOIN organisation AS o ON o.id = l.candidate_id
    WHERE {side} = ? ORDER BY l.score DESC, l.asked LIMIT ?
"""
_SURELY = """
    SELECT l.text, l.town, l.country, NULL AS asked_id, l.uses, l.organisation_id AS id, o.name, true AS sure, l.score,
        l.method, l.reasons, l.mention AS said
    FROM mention_link AS l JOIN organisation AS o ON o.id = l.organisation_id
    WHERE l.organisation_id = ? ORDER BY l.uses DESC, l.mention LIMIT ?
"""


def links_of(atlas: Atlas, mentions: Sequence[str]) -> dict[str, Link]:
    """Return what mentions of trials mean, those that mean somebody; an atlas of an earlier version knows none."""
    if not mentions or not _known(atlas):
        return {}
    said = sorted(set(mentions))
    query = _SURE.format(places=", ".join("?" * len(said)))  # a list is looked up twice as fast as what is unnested
    return {row["mention"]: Link.of(row) for row in atlas.rows(query, [*said, *said])}


def written(atlas: Atlas, known_id: str, limit: int) -> list[Written]:
    """Return the texts of trials that are linked to an organisation, those of most trials first.

    Args:
        atlas: the atlas.
        known_id: a public id as the atlas has it.
        limit: how many are returned at most.

    """
    return _listed(atlas, _SURELY, known_id, limit)


def probably(atlas: Atlas, known_id: str, limit: int) -> list[Written]:
    """Return what is probably this organisation, the likeliest first; arguments as of `written`."""
    if known_id not in _probable(atlas):
        return []
    return _listed(atlas, _PROBABLY.format(side="l.candidate_id"), known_id, limit)


def probably_of(atlas: Atlas, known_id: str, limit: int) -> list[Written]:
    """Return which organisations this one probably is, row of a register by row; arguments as of `written`."""
    if known_id not in _probable(atlas):
        return []
    return _listed(atlas, _PROBABLY.format(side="l.asked_id"), known_id, limit)


def _probable(atlas: Atlas) -> Collection[str]:
    """Return the organisations that any probable link is about, read once: few are, and most pages need no more."""
    query = "SELECT candidate_id AS id FROM probable_link UNION SELECT asked_id FROM probable_link"
    if not _known(atlas):
        return ()
    return remembered(atlas, "probable links", lambda: frozenset(row["id"] for row in atlas.rows(query)))


def _listed(atlas: Atlas, query: str, known_id: str, limit: int) -> list[Written]:
    rows = atlas.rows(query, [known_id, limit]) if _known(atlas) else []
    newest = _newest(atlas) if rows else {}
    return [Written(row["text"], row["town"], row["country"], row["asked_id"], newest.get(row["said"]), row["uses"],
                    Link.of(row)) for row in rows]


def _newest(atlas: Atlas) -> Mapping[str, str]:
    """Return the newest trial that says each mention, read once: no index knows who says one."""
    return remembered(atlas, "newest trials of mentions", lambda: {
        row["mention"]: row["trial"] for row in atlas.rows(_NEWEST)})


def _known(atlas: Atlas) -> bool:
    """Tell whether the atlas keeps links; one that an earlier version built does not."""
    return "mention_link" in atlas.manifest["rows"]
