"""Partners for a need: first who offers it, then whose roles fit, then whose trials and projects speak of it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import log

from openvalley.atlas.reader import Atlas
from openvalley.insight.answer import Citation, Statement
from openvalley.insight.called import town_called
from openvalley.insight.connect.capable import Answering, Asked, answering
from openvalley.insight.connect.evidence import Told
from openvalley.insight.connect.pool import Possible, tagged
from openvalley.insight.needs import stems
from openvalley.vocabulary.terms import Vocabulary, label, terms

#: How much of a need's words (0 to 1, rare ones counting more) a text must hold, the texts that are looked at, and the
#: rows that are cited.
_LEAST_TEXT, _TEXTS, _ROWS = 0.5, 200, 3
#: A stage says who fits only to a need of which it is so much (0 to 1, of its words), and that names nothing nearer.
_LEAST_STAGE = 0.5
#: Terms of a need and the tags of organisations that they are found in.
_TAGS = {"platform": Vocabulary.PLATFORM, "stage": Vocabulary.STAGE, "sector": Vocabulary.SECTOR}
#: What the share of a role or text counts for beside that of a capability row: neither says that anybody offers it.
_BY_ROLE, _BY_TEXT = 0.15, 0.1
_OFFERED = {"service": "offers", "partners": "partners", "internal": "internal"}


@dataclass(frozen=True)
class Fitting:
    """Somebody who fits a need.

    Attributes:
        one: the organisation.
        basis: ``capability``, ``role`` or ``text``: what says so.
        share: 0 to 1; of what was asked, how much a capability row tells; a small part (`_BY_ROLE`, `_BY_TEXT`) of how
            much roles meet, or a text holds of its words.
        evidence: makes the statements that say so.

    """

    one: Possible
    basis: str
    share: float
    evidence: Callable[[], Sequence[Statement]]


def fitting(atlas: Atlas, asked: Asked, left: Mapping[str, Possible]) -> list[Fitting]:
    """Return who fits a need of those whom the filters leave: by capability, then by roles, then by texts."""
    rows = answering(atlas, asked)
    able = [Fitting(left[one], "capability", found[0].share, partial(_told_rows, atlas, found[:_ROWS]))
            for one, found in rows.items() if one in left]
    able.sort(key=lambda fit: (-fit.share, -len(rows[fit.one.id]), fit.one.name, fit.one.id))
    seen = {fit.one.id for fit in able}
    roles = _by_tags(atlas, asked, [one for one in tagged(atlas) if one.id in left and one.id not in seen])
    seen |= {fit.one.id for fit in roles}
    return [*able, *roles, *_by_texts(atlas, asked, left, seen)]


def _told_rows(atlas: Atlas, found: Sequence[Answering]) -> list[Statement]:
    cities = [(one.row["city"], one.row) for one in found if one.row["city"]]
    where = [Statement("connect.need_where", {"cities": [
        town_called(atlas, city) for city in dict.fromkeys(city for city, _ in cities)]}, [
        Citation(row["id"], row["source"], row["source_id"]) for _, row in cities])] if cities else []
    return [*map(_row, found), *where]


def _row(found: Answering) -> Statement:
    row = found.row
    name = _OFFERED.get(row["availability"] or "", "untold")
    values = {"activity": row["activity"], "share": found.share}
    cited = [Citation(row["id"], row["source"], row["source_id"])]
    if row["note"]:
        return Statement(f"connect.need_{name}_noted", {**values, "note": row["note"].rstrip(".")}, cited)
    return Statement(f"connect.need_{name}", values, cited)


def _by_tags(atlas: Atlas, asked: Asked, left: Sequence[Possible]) -> list[Fitting]:
    """Return whose platforms, stages and sectors are those that a need names.

    A stage alone - manufacturing, of whatever - says something only of a need that is about little else; what a need is
    for says nothing of who does what is looked for. An activity that is asked is met by no role.
    """
    staged = not (asked.of(Vocabulary.PLATFORM) or asked.of(Vocabulary.ACTIVITY)) and _of_stage(asked) >= _LEAST_STAGE
    named = asked.head if any(asked.head.of(vocabulary) for vocabulary in (*_TAGS.values(), Vocabulary.ACTIVITY)) \
        else asked.whole
    wanted = {name: named.of(vocabulary) for name, vocabulary in _TAGS.items() if named.of(vocabulary)}
    terms_asked = len(wanted) + bool(asked.of(Vocabulary.ACTIVITY))
    found = []
    for one in left:
        met = {name: [code for code in getattr(one, f"{name}s") if code in codes] for name, codes in wanted.items()}
        if met.get("platform") or (staged and met.get("stage")):
            share = sum(bool(codes) for codes in met.values()) / terms_asked
            found.append(Fitting(one, "role", round(_BY_ROLE * share, 4), partial(_told_tags, Told(atlas, one), met)))
    return sorted(found, key=lambda fit: (-fit.share, fit.one.name, fit.one.id))


def _of_stage(asked: Asked) -> float:
    """Return the share of a need's own words that name its stages."""
    own = set(stems(asked.text))
    named = {stem for code in asked.of(Vocabulary.STAGE) for stem in stems(" ".join(
        [*terms(Vocabulary.STAGE)[code].labels.values(), *terms(Vocabulary.STAGE)[code].attributes.get("also", ())]))}
    return len(own & named) / len(own)


def _told_tags(told: Told, met: Mapping[str, Sequence[str]]) -> list[Statement]:
    return [Statement(f"connect.need_{name}", {f"{name}s": codes}, told.says(name, values=codes))
            for name, codes in met.items() if codes]


def _by_texts(atlas: Atlas, asked: Asked, left: Mapping[str, Possible], seen: Collection[str]) -> list[Fitting]:
    """Return whose projects and trials hold the words of a need, the most of them first, but for those seen already.

    The search finds them, by the need's own words and the English names of its terms.
    """
    named = [label(Vocabulary(name), code, "en") for name, codes in asked.whole.terms.items() for code in codes]
    hits = atlas.search(" ".join([asked.text, *named]), types=["project", "trial"], limit=_TEXTS).items
    rows = atlas.rows(_QUERY, [[hit.id for hit in hits]])
    words = [frozenset(stems(f"{row['title']} {row['words']}")) for row in rows]
    held: defaultdict[str, list[_Text]] = defaultdict(list)
    for row, share in zip(rows, _shares(frozenset(asked.whole.stems), words), strict=True):
        if share >= _LEAST_TEXT:
            text = _Text(row["title"], share, Citation(row["id"], row["source"], row["source_id"]))
            for one in row["people"]:
                if one in left and one not in seen:
                    held[one].append(text)
    found = []
    for one, texts in held.items():
        texts.sort(key=lambda text: -text.share)
        found.append(Fitting(left[one], "text", round(_BY_TEXT * texts[0].share, 4), partial(_told_texts, texts)))
    return sorted(found, key=lambda fit: (-fit.share, -len(held[fit.one.id]), fit.one.name, fit.one.id))


def _shares(wanted: frozenset[str], texts: Sequence[frozenset[str]]) -> list[float]:
    """Return how much of a need's words each text holds; those that few of these texts hold count more."""
    weights = {stem: log((1 + len(texts)) / (1 + sum(stem in words for words in texts))) + 1 for stem in wanted}
    whole = sum(weights.values())
    return [sum(weight for stem, weight in weights.items() if stem in words) / whole for words in texts]


@dataclass(frozen=True)
class _Text:
    """A project or trial: its title, the share of a need's words that it holds, and where it stands."""

    title: str
    share: float
    cited: Citation


def _told_texts(texts: Sequence[_Text]) -> list[Statement]:
    return [Statement("connect.need_text", {"texts": len(texts), "title": texts[0].title},
                      [text.cited for text in texts[:_ROWS]])]


_QUERY = """
WITH asked AS (SELECT unnest(?) AS id), behind AS (
    SELECT trial_id AS id, organisation_id FROM trial_site
    WHERE trial_id IN (SELECT id FROM asked) AND organisation_id IS NOT NULL
    UNION SELECT trial_id, organisation_id FROM trial_party
    WHERE trial_id IN (SELECT id FROM asked) AND organisation_id IS NOT NULL
    UNION SELECT project_id, organisation_id FROM participation WHERE project_id IN (SELECT id FROM asked)
), people AS (
    SELECT id, list(organisation_id ORDER BY organisation_id) AS people FROM behind GROUP BY id
), told AS (
    SELECT trial_id AS id, string_agg(term, ' ' ORDER BY term) AS words FROM trial_term
    WHERE trial_id IN (SELECT id FROM asked) GROUP BY trial_id
), text AS (
    SELECT t.id, t.source, t.source_id, t.title, coalesce(w.words, '') AS words
    FROM trial AS t LEFT JOIN told AS w USING (id)
    WHERE t.id IN (SELECT id FROM asked) AND t.title IS NOT NULL
    UNION ALL SELECT id, source, source_id, coalesce(title, acronym), coalesce(objective, '') FROM project
    WHERE id IN (SELECT id FROM asked) AND title IS NOT NULL
)
SELECT text.*, people FROM text JOIN people USING (id) ORDER BY id
"""
