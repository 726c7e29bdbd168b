"""Rows alike: what registers say that nothing certain joins, compared with all organisations by the linker.

Reads the records and what is certain. Each name of an organisation that has no anchor (of which ROR has no row, as far
as one knows for sure) is compared with the names of those of its country that have one: the labelled lists say how
often likeness is right about these, and nothing of others. What is like enough becomes evidence of the weakest rule,
`Rule.LIKENESS`; what is less like is *probable*, for people to decide. Next: decide.py joins what nothing forbids.

Likeness is a word about names, so some things it never says: that two rows of one register are one, that different
numbers belong to one, or that something has ended (was closed, merged, insolvent) because something of a like name has.
A short name or acronym alone names nobody. A row that names a unit, or of which just a small part is like, may belong
to what it names: that is probable at most. So is what differs in a number or in the kind of organisation.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from openvalley.engine import Engine
from openvalley.resolve.clusters import LISTED, Clusters, Mark
from openvalley.resolve.decide import Pair
from openvalley.resolve.evidence import RecordTables, Rule
from openvalley.resolve.judgement import Decision, Judgement
from openvalley.resolve.likeness import FOUND, Likeness
from openvalley.resolve.link import REVIEW
from openvalley.resolve.linker.reasons import REASONS
from openvalley.vocabulary.identifiers import Scheme

#: Probability from which likeness joins rows of registers, and from which it does where hardly anything telling is left
#: over on either side: where both names have this share in common. A wrong join makes two wrong organisations, so both
#: lie above what links a text (`MATCH`). Chosen with scorecards that had not seen the organisations of the labelled
#: lists: of what they joined, 123 of 125 were right on the PIC list, 143 of 146 on the CORDIS list (who-is-meant.md).
JOIN, JOIN_WHOLE, WHOLE = 0.93, 0.85, 0.8
#: Share of a name, by the weights of its words, that must have been compared before likeness joins.
HALF = 0.5
#: What a probability that rests on a short name or an acronym is worth: of those at 0.9 and more, told by scorecards
#: that had not seen them, 79 of 94 were right on the labelled lists.
SHORT = 0.88
#: Schemes of which an organisation has one number: two that have different ones are two.
_TELLING = (Scheme.KBO, Scheme.VAT, Scheme.LEI)
#: What stands between a record and its name where both name a row that is compared.
_OF = "\n"

#: What comes near: the record that asks (and the root of its cluster), the one that speaks for the organisation that it
#: is like, the probability that they are one, why, the next best, and whether it is sure enough to join.
NEAR = pa.schema([
    *((name, pa.string()) for name in ("asked", "root", "candidate")), ("score", pa.float64()), ("reasons", REASONS),
    ("rival", pa.string()), ("rival_score", pa.float64()), ("sure", pa.bool_())])
_STANDING = pa.schema([*((name, pa.string()) for name in ("record", "root", "id", "speaks")),
                       ("anchored", pa.bool_()), ("ended", pa.bool_())])
_REFUSED = pa.schema([("root", pa.string()), ("never", pa.list_(pa.string()))])


@dataclass(frozen=True)
class Compared:
    """What likeness says: the evidence that is sure enough to join (`pairs`), and all that comes near (`NEAR`)."""

    pairs: Sequence[Pair]
    near: pa.Table


def marks(engine: Engine, tables: RecordTables) -> Mapping[str, Sequence[Mark]]:
    """Return what each record that is no anchor has and no other organisation has: its register's key, its numbers."""
    others = tables.records.filter(tables.records.anchor.isnull())
    numbers = tables.identifiers.filter(tables.identifiers.scheme.isin([scheme.value for scheme in _TELLING]))
    found: dict[str, list[Mark]] = defaultdict(list)
    for rows in (others.select("record", scheme=ibis.literal(LISTED).concat(others.source), value=others.source_id),
                 numbers.semi_join(others, "record").select("record", "scheme", "value")):
        columns = engine.arrow(rows).to_pydict()
        for record, scheme, value in zip(columns["record"], columns["scheme"], columns["value"], strict=True):
            found[record].append((scheme, value))
    return found


def compare(engine: Engine, tables: RecordTables, certain: Clusters, judgements: Sequence[Judgement]) -> Compared:
    """Compare what nothing certain joins with an anchor with all anchors of its country.

    Args:
        engine: computes it.
        tables: the records, taken apart.
        certain: the records, joined by what is certain and by people.
        judgements: the human judgements in force; what they say to differ is not compared.

    """
    standing = engine.table("alike_standing", _standing(engine, tables, certain))
    anchored = standing.filter(standing.anchored)
    named = tables.names.join(anchored, "record")
    asked = engine.keep("alike_asked", _asked(engine, tables, standing, _refused(certain, judgements)))
    spellings = named.group_by("id", "country", "name").aggregate(
        acronym=((named.kind == "acronym").fill_null(False)).all())  # noqa: FBT003 - Ibis' form
    places = tables.records.join(anchored, "record")
    towns = places.filter(places.city.notnull()).select("id", "city").distinct()
    likeness = Likeness(engine.arrow(spellings.filter(spellings.country.notnull())), engine.arrow(towns))
    rows = asked.select("row", "name", "town", "country", "never")
    found = engine.map_batches(rows, likeness, FOUND, "alike_found", "country")
    near = engine.arrow(_near(found, asked, standing)).cast(NEAR)
    return Compared([_pair(row) for row in near.filter(near["sure"]).to_pylist()], near)


def _standing(engine: Engine, tables: RecordTables, certain: Clusters) -> pa.Table:
    """Return of each record which organisation it is (`_STANDING`).

    ``root`` and ``id`` name the organisation here and to the linker, ``speaks`` is the record by which people judge it:
    its anchor, else its first. Rows that a register withdrew, and nobody follows, are no organisations.
    """
    rows = engine.arrow(tables.records.select("record", "state", "anchor").order_by("record")).to_pylist()
    anchors = {row["anchor"]: row["record"] for row in rows if row["anchor"]}
    roots = [certain.find(row["record"]) for row in rows]
    there = {root for root, row in zip(roots, rows, strict=True) if row["state"] != "withdrawn"}
    over = {root for root, row in zip(roots, rows, strict=True) if row["state"] not in ("withdrawn", "active", None)}
    kept = [(row["record"], root, certain.anchor(root)) for root, row in zip(roots, rows, strict=True) if root in there]
    told = [(record, root, anchor or root, anchors.get(anchor, root), bool(anchor), root in over)
            for record, root, anchor in kept]
    columns = [*zip(*told, strict=True)] or [()] * len(_STANDING)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, _STANDING, strict=True)], _STANDING)


def _refused(certain: Clusters, judgements: Sequence[Judgement]) -> pa.Table:
    """Return which organisations people said each is not (`_REFUSED`)."""
    never: dict[str, set[str]] = defaultdict(set)
    for judgement in judgements:
        if judgement.decision is Decision.DIFFERENT:
            one, other = map(certain.find, judgement.pair)
            never[one].add(certain.anchor(other) or other)
            never[other].add(certain.anchor(one) or one)
    return pa.Table.from_pylist([{"root": root, "never": sorted(ids)} for root, ids in sorted(never.items())], _REFUSED)


def _asked(engine: Engine, tables: RecordTables, standing: Table, refused: pa.Table) -> Table:
    """Return the names to compare, each once: as `openvalley.resolve.likeness.ASKED`, with whose they are.

    ``short`` tells a short name or acronym. An organisation is never what people said that it is not.
    """
    alone = standing.filter(~standing.anchored)
    names = tables.names.join(alone, "record").join(tables.records.select("record", "city"), "record")
    short = (names.kind == "acronym").fill_null(False)  # noqa: FBT003 - Ibis' form
    once = names.filter(names.country.notnull()).group_by("record", "root", "name", "country", "ended").aggregate(
        town=names.city.max().fill_null(""), short=short.all())
    told = once.left_join(engine.table("alike_refused", refused), "root").drop("root_right")
    return told.select("record", "root", "name", "country", "town", "short", "ended", "never",
                       row=told.record.concat(_OF, told.name))


def _near(found: Table, asked: Table, standing: Table) -> Table:
    """Return of each organisation that asks what it is most like, the sure before the likely (`NEAR`)."""
    known = standing.group_by("id").aggregate(candidate=standing.speaks.min(), over=standing.ended.any())
    rows = found.join(asked, "row").join(known, "id")
    rows = rows.left_join(known.select(rival="id", rival_record="candidate"), "rival").drop("rival_right")
    short, ended = rows.short | rows.acronym, rows.ended | rows.over
    like = (rows.probability >= JOIN) | ((rows.probability >= JOIN_WHOLE) & (rows.common >= WHOLE))
    why = rows.reasons
    for code, holds in (("unit", rows.unit), ("ended", ended)):
        told = ibis.array([ibis.struct({"code": ibis.literal(code), "detail": ibis.literal("")})])
        why = ibis.ifelse(holds, why.concat(told), why)
    rows = rows.select(
        "root", "candidate", asked="record", score=ibis.ifelse(short, (rows.probability * SHORT).round(4),
                                                               rows.probability),
        sure=~short & ~ended & ~rows.unit & ~rows.differs & like & (rows.share >= HALF), reasons=why,
        rival="rival_record", rival_score="rival_probability", line="row")
    rows = rows.filter(rows.score >= REVIEW)
    best = ibis.window(group_by="root", order_by=[ibis.desc("sure"), ibis.desc("score"), "candidate", "line"])
    ranked = rows.mutate(place=ibis.row_number().over(best))
    return ranked.filter(ranked.place == 0).order_by("root").select(*NEAR.names)


def _pair(row: Mapping[str, Any]) -> Pair:
    """Return what comes near as a pair of evidence; what they share is the name that was like."""
    return {"left": row["asked"], "right": row["candidate"], "rule": Rule.LIKENESS, "score": row["score"],
            "value": row["reasons"][0]["detail"], "reasons": row["reasons"]}


def left_open(near: pa.Table, clusters: Clusters) -> pa.Table:
    """Return what comes near and was not joined, nor forbidden; of rows that became one the likeliest line.

    Args:
        near: what `compare` returned.
        clusters: the records, joined by all there is.

    """
    kept: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in near.sort_by([("score", "descending"), ("root", "ascending")]).to_pylist():
        pair = (row["asked"], row["candidate"])
        forbidden = (clusters.one(*pair) or clusters.hindrance(*pair) or clusters.contrary(*pair)
                     or clusters.alone(*pair))
        if not forbidden:
            kept.setdefault(tuple(sorted(map(clusters.find, pair))), row)
    return pa.Table.from_pylist(list(kept.values()), NEAR)
