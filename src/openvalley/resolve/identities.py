"""Identities: evidence and human judgements become one organisation each, with a public id that stays.

Evidence is taken strongest first, likeness last. Two records that a register keeps apart (two anchors, such as two ROR
ids in use) never become one by machine; a human "different" keeps a pair apart for good, a "same" joins even those.
"""

import hashlib
from collections import ChainMap, Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from openvalley.engine import Engine
from openvalley.resolve.alike import compare, left_open, marks
from openvalley.resolve.clusters import Clusters
from openvalley.resolve.decide import decide
from openvalley.resolve.evidence import RecordTables, evidence
from openvalley.resolve.judgement import Judgement
from openvalley.vocabulary.identifiers import CONTENT_PREFIX, PUBLIC_ORDER, Scheme, made_public

#: Hex digits of a content-derived id: 16 (64 bits) keep the chance of two alike below one in a million for millions.
_CONTENT_DIGITS = 16

IDENTITIES = pa.schema([("record", pa.string()), ("source", pa.string()), ("source_id", pa.string()),
                        ("id", pa.string())])
#: Public ids that no longer stand for themselves; a null target is an organisation that no register names any more.
REDIRECTS = pa.schema([("id", pa.string()), ("target", pa.string())])


@dataclass(frozen=True)
class Identities:
    """Who is who: the public id of every record, why, where earlier ids lead, and what contradicts people.

    ``probable`` is what comes near and was not joined (`openvalley.resolve.alike.NEAR`).
    """

    members: pa.Table
    decisions: pa.Table
    redirects: pa.Table
    contradictions: pa.Table
    probable: pa.Table


def resolve(engine: Engine, tables: RecordTables, judgements: Sequence[Judgement], issued: pa.Table,
            numbered: Collection[str]) -> Identities:
    """Decide who is who.

    Args:
        engine: computes the evidence.
        tables: the records, taken apart.
        judgements: the human judgements in force.
        issued: every public id issued before (`JudgementStore.public_ids`).
        numbered: the sources whose rows never had an id made of their content (``numbered`` in their source.toml).

    Returns:
        Identities of all records but those that their register withdrew without a successor.

    """
    pairs = engine.arrow(evidence(engine, tables)).to_pylist()
    records = engine.arrow(tables.records.select("record", "source", "source_id", "state", "anchor")).sort_by("record")
    anchors, marked = _anchors(records), marks(engine, tables)
    withdrawn = set(records.filter(pc.equal(records["state"], "withdrawn"))["record"].to_pylist())
    certain, clusters = Clusters(anchors), Clusters(anchors, marked)
    decide(certain, Clusters(anchors), pairs, judgements, withdrawn)
    compared = compare(engine, tables, certain, judgements)
    decided = decide(clusters, Clusters(anchors, marked), [*pairs, *compared.pairs], judgements, withdrawn)
    holders = _holders(engine, tables)
    members = _members(records, clusters, _public_ids(holders, clusters, records))
    return Identities(members, decided.decisions, _redirects(holders, members, numbered, issued),
                      decided.contradictions, left_open(compared.near, clusters))


def _anchors(records: pa.Table) -> dict[str, str]:
    anchored = records.filter(pc.is_valid(records["anchor"]))
    return dict(zip(anchored["record"].to_pylist(), anchored["anchor"].to_pylist(), strict=True))


@dataclass(frozen=True)
class _Holder:
    """An identifier that makes public ids, the id it makes, and the record that bears it."""

    scheme: str
    value: str
    public_id: str
    record: str


def _holders(engine: Engine, tables: RecordTables) -> list[_Holder]:
    """Return the identifiers that make public ids, in their order.

    Where several records bear one, its holder is the row that its own register keeps under it, else the first in name
    order: two organisations that a person keeps apart never answer to one id.
    """
    rows = tables.identifiers.filter(tables.identifiers.scheme.isin([scheme.value for scheme in PUBLIC_ORDER]))
    rows = rows.join(tables.records.select("record", "source_id"), "record")
    best = rows.group_by("scheme", "value").aggregate(
        record=ibis.coalesce(rows.record.min(where=rows.source_id == rows.value), rows.record.min()))
    columns = engine.arrow(best.order_by("scheme", "value").select("scheme", "value", "record")).to_pydict()
    return [_Holder(scheme, value, made_public(scheme, value), record)
            for scheme, value, record in zip(columns["scheme"], columns["value"], columns["record"], strict=True)]


def _public_ids(holders: Sequence[_Holder], clusters: Clusters, records: pa.Table) -> dict[str, str]:
    """Return the public id of each cluster that has an identifier to make one of: the best scheme's smallest value.

    Any other identifier beats a ROR id that was withdrawn, if there is one.
    """
    withdrawn = set(records.filter(pc.equal(records["state"], "withdrawn"))["source_id"].to_pylist())
    order = {scheme.value: place for place, scheme in enumerate(PUBLIC_ORDER)}
    best: dict[str, tuple[bool, int, str, str]] = {}
    for holder in holders:
        root = clusters.find(holder.record)
        gone = holder.scheme == Scheme.ROR.value and holder.value in withdrawn
        rank = (gone, order[holder.scheme], holder.value, holder.public_id)
        best[root] = min(best.get(root, rank), rank)
    return {root: public for root, (_, _, _, public) in best.items()}


def _members(records: pa.Table, clusters: Clusters, public: Mapping[str, str]) -> pa.Table:
    names = records["record"].to_pylist()
    roots = [clusters.find(name) for name in names]
    ids = [public.get(root) or _content_id(root) for root in roots]
    rows = records.select(["record", "source", "source_id"]).append_column("id", pa.array(ids, pa.string()))
    sizes = Counter(roots)
    lone = pa.array([root == name and sizes[root] == 1 for root, name in zip(roots, names, strict=True)], pa.bool_())
    gone = pc.and_(pc.equal(records["state"], "withdrawn"), lone)
    return rows.filter(pc.invert(pc.fill_null(gone, fill_value=False))).cast(IDENTITIES)


def _content_id(record: str) -> str:
    """Return the id of an organisation that no register numbers: derived from its row's own key in its source."""
    return CONTENT_PREFIX + hashlib.sha256(record.encode()).hexdigest()[:_CONTENT_DIGITS]


def _redirects(holders: Sequence[_Holder], members: pa.Table, numbered: Collection[str],
               issued: pa.Table) -> pa.Table:
    """Lead every id that an identity might be asked by, or was once issued, to the id it has now."""
    current = dict(zip(members["record"].to_pylist(), members["id"].to_pylist(), strict=True))
    standing = set(current.values())
    targets: dict[str, str | None] = {}
    for holder in holders:
        if holder.public_id not in standing:
            targets[holder.public_id] = current.get(holder.record)
    for record, public in current.items():
        content = _content_id(record)
        if content != public and record.partition("/")[0] not in numbered:
            targets[content] = public
    before = dict(zip(issued["id"].to_pylist(), issued["target"].to_pylist(), strict=True))
    for public, target in before.items():
        if public not in standing and public not in targets:
            targets[public] = _follow(target, standing, ChainMap(targets, before))
    ordered = sorted(targets.items())
    return pa.table({"id": [public for public, _ in ordered], "target": [target for _, target in ordered]}, REDIRECTS)


def _follow(target: str | None, standing: set[str], known: Mapping[str, str | None]) -> str | None:
    """Follow redirects to an id that stands; null when the trail ends, also when it runs in a circle."""
    visited: set[str] = set()
    while target is not None and target not in standing and target not in visited:
        visited.add(target)
        target = known.get(target)
    return target if target in standing else None
