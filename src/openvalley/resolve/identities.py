"""Identities: evidence and human judgements become one organisation each, with a public id that stays.

Evidence is taken strongest first. Two records that a register keeps apart (two anchors, such as two ROR ids in use)
never become one by machine; a human "different" keeps a pair apart for good, a human "same" joins even those.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from openvalley.engine import Engine
from openvalley.resolve.evidence import MACHINE, STRENGTH, RecordTables, Rule, evidence
from openvalley.resolve.judgements import Decision, Judgement
from openvalley.vocabulary.identifiers import CONTENT_PREFIX, PUBLIC_ORDER, Identifier, Scheme

#: Hex digits of a content-derived id: 16 (64 bits) keep the chance of two alike below one in a million for millions.
_CONTENT_DIGITS = 16

IDENTITIES = pa.schema([("record", pa.string()), ("source", pa.string()), ("source_id", pa.string()),
                        ("id", pa.string())])
#: Decisions about pairs of records: ``decision`` is same, different, no match or doubtful; a doubtful one waits for a
#: person. ``rule`` and ``value`` are the reason.
DECISIONS = pa.schema([("left", pa.string()), ("right", pa.string()), ("decision", pa.string()),
                       ("judge", pa.string()), ("rule", pa.string()), ("value", pa.string()), ("at", pa.string())])
#: Public ids that no longer stand for themselves; a null target is an organisation that no register names any more.
REDIRECTS = pa.schema([("id", pa.string()), ("target", pa.string())])


@dataclass(frozen=True)
class Identities:
    """Who is who: the public id of every record, why, and where earlier ids lead."""

    members: pa.Table
    decisions: pa.Table
    redirects: pa.Table


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
    pairs.sort(key=lambda pair: (STRENGTH[pair["rule"]], pair["left"], pair["right"], pair["value"]))
    records = engine.arrow(tables.records.select("record", "source", "source_id", "state", "anchor")).sort_by("record")
    clusters = _Clusters(_anchors(records))
    decisions = _decide(clusters, pairs, judgements)
    holders = _holders(engine, tables, records)
    members = _members(records, clusters, _public_ids(holders, clusters, records))
    return Identities(members, decisions, _redirects(holders, members, numbered, issued))


#: Why two clusters stay two although something speaks for one.
_DIFFER = "a person decided that they differ"


class _Clusters:
    """Union-find over record names that knows which clusters must stay apart."""

    def __init__(self, anchors: Mapping[str, str]) -> None:
        self._parent: dict[str, str] = {}
        self._anchor = dict(anchors)
        self._apart: dict[str, set[str]] = {}

    def find(self, record: str) -> str:
        root = record
        while (above := self._parent.get(root, root)) != root:
            root = above
        while record != root:
            above = self._parent.get(record, record)
            self._parent[record] = root
            record = above
        return root

    def keep_apart(self, left: str, right: str) -> None:
        self._apart.setdefault(left, set()).add(right)
        self._apart.setdefault(right, set()).add(left)

    def hindrance(self, left: str, right: str) -> str:
        """Return why the clusters of two records may not become one; empty when they may."""
        one, other = self.find(left), self.find(right)
        if one == other:
            return ""
        if self._anchor.get(one) and self._anchor.get(other):
            return "a register keeps them apart"
        return _DIFFER if self.kept_apart(left, right) else ""

    def kept_apart(self, left: str, right: str) -> bool:
        """Return whether a person decided that two records, or what they were joined with, differ."""
        one, other = self.find(left), self.find(right)
        return any(self.find(stranger) == other for stranger in self._apart.get(one, ()))

    def join(self, left: str, right: str) -> None:
        one, other = sorted((self.find(left), self.find(right)))
        if one == other:
            return
        self._parent[other] = one
        anchor = min(filter(None, (self._anchor.get(one), self._anchor.get(other))), default=None)
        if anchor:
            self._anchor[one] = anchor
        self._apart.setdefault(one, set()).update(self._apart.pop(other, ()))


def _decide(clusters: _Clusters, pairs: Iterable[Mapping[str, str]], judgements: Sequence[Judgement]) -> pa.Table:
    """Apply human judgements, then the evidence, strongest first; record each decision with its reason."""
    unmatched = {judgement.left for judgement in judgements if judgement.decision is Decision.NO_MATCH}
    for judgement in judgements:
        if judgement.decision is Decision.DIFFERENT:
            clusters.keep_apart(judgement.left, judgement.right)
    rows: list[dict[str, str | None]] = []
    for judgement in judgements:
        contradicts = judgement.decision is Decision.SAME and clusters.kept_apart(judgement.left, judgement.right)
        if judgement.decision is Decision.SAME and not contradicts:
            clusters.join(judgement.left, judgement.right)
        rows.append({
            "left": judgement.left, "right": judgement.right, "judge": judgement.judge, "rule": "judgement",
            "decision": "doubtful" if contradicts else judgement.decision.value, "at": judgement.at,
            "value": f"{judgement.why}; {_DIFFER}" if contradicts else judgement.why,
        })
    seen = {(judgement.left, judgement.right) for judgement in judgements}
    for pair in pairs:
        left, right = sorted((pair["left"], pair["right"]))
        if (left, right) in seen:
            continue
        seen.add((left, right))
        if {left, right} & unmatched and pair["rule"] != Rule.IDENTIFIER:
            continue
        hindrance = clusters.hindrance(left, right)
        if not hindrance:
            clusters.join(left, right)
        rows.append({"left": left, "right": right, "decision": "doubtful" if hindrance else Decision.SAME.value,
                     "judge": MACHINE, "rule": pair["rule"], "at": None,
                     "value": f"{pair['value']}; {hindrance}" if hindrance else pair["value"]})
    return pa.Table.from_pylist(rows, DECISIONS).sort_by([("left", "ascending"), ("right", "ascending")])


def _anchors(records: pa.Table) -> dict[str, str]:
    anchored = records.filter(pc.is_valid(records["anchor"]))
    return dict(zip(anchored["record"].to_pylist(), anchored["anchor"].to_pylist(), strict=True))


def _holders(engine: Engine, tables: RecordTables, records: pa.Table) -> dict[Identifier, str]:
    """Return for each identifier that makes public ids the record that bears it.

    Where several do, it is the row that its own register keeps under it, else the first in name order: two
    organisations that a person keeps apart never answer to one id.
    """
    keys = dict(zip(records["record"].to_pylist(), records["source_id"].to_pylist(), strict=True))
    usable = [scheme.value for scheme in PUBLIC_ORDER]
    rows = engine.arrow(tables.identifiers.filter(tables.identifiers.scheme.isin(usable)))
    best: dict[Identifier, tuple[bool, str]] = {}
    for record, scheme, value in zip(rows["record"].to_pylist(), rows["scheme"].to_pylist(),
                                     rows["value"].to_pylist(), strict=True):
        identifier = Identifier(Scheme(scheme), value)
        rank = (keys[record] != value, record)
        best[identifier] = min(best.get(identifier, rank), rank)
    return {identifier: record for identifier, (_, record) in sorted(best.items())}


def _public_ids(holders: Mapping[Identifier, str], clusters: _Clusters, records: pa.Table) -> dict[str, str]:
    """Return the public id of each cluster that has an identifier to make one of: the best scheme's smallest value.

    Any other identifier beats a ROR id that was withdrawn, if there is one.
    """
    withdrawn = set(records.filter(pc.equal(records["state"], "withdrawn"))["source_id"].to_pylist())
    best: dict[str, tuple[bool, int, Identifier]] = {}
    for identifier, record in holders.items():
        root = clusters.find(record)
        gone = identifier.scheme is Scheme.ROR and identifier.value in withdrawn
        rank = (gone, PUBLIC_ORDER.index(identifier.scheme), identifier)
        best[root] = min(best.get(root, rank), rank)
    return {root: identifier.public_id for root, (_, _, identifier) in best.items()}


def _members(records: pa.Table, clusters: _Clusters, public: Mapping[str, str]) -> pa.Table:
    names = records["record"].to_pylist()
    roots = [clusters.find(name) for name in names]
    ids = [public.get(root) or _content_id(root) for root in roots]
    rows = records.select(["record", "source", "source_id"]).append_column("id", pa.array(ids, pa.string()))
    lone = pa.array([root == name for root, name in zip(roots, names, strict=True)], pa.bool_())
    sizes = pc.value_counts(pa.array(roots, pa.string()))
    single = {entry["values"].as_py() for entry in sizes if entry["counts"].as_py() == 1}
    gone = pc.and_(pc.equal(records["state"], "withdrawn"),
                   pc.and_(lone, pa.array([root in single for root in roots], pa.bool_())))
    return rows.filter(pc.invert(pc.fill_null(gone, fill_value=False))).cast(IDENTITIES)


def _content_id(record: str) -> str:
    """Return the id of an organisation that no register numbers: derived from its row's own key in its source."""
    return CONTENT_PREFIX + hashlib.sha256(record.encode()).hexdigest()[:_CONTENT_DIGITS]


def _redirects(holders: Mapping[Identifier, str], members: pa.Table, numbered: Collection[str],
               issued: pa.Table) -> pa.Table:
    """Lead every id that an identity might be asked by, or was once issued, to the id it has now."""
    current = dict(zip(members["record"].to_pylist(), members["id"].to_pylist(), strict=True))
    standing = set(current.values())
    targets: dict[str, str | None] = {}
    for identifier, record in holders.items():
        if identifier.public_id not in standing:
            targets[identifier.public_id] = current.get(record)
    for record, public in current.items():
        content = _content_id(record)
        if content != public and record.partition("/")[0] not in numbered:
            targets[content] = public
    before = dict(zip(issued["id"].to_pylist(), issued["target"].to_pylist(), strict=True))
    for public, target in before.items():
        if public not in standing and public not in targets:
            targets[public] = _follow(target, standing, {**before, **targets})
    ordered = sorted(targets.items())
    return pa.table({"id": [public for public, _ in ordered], "target": [target for _, target in ordered]}, REDIRECTS)


def _follow(target: str | None, standing: set[str], known: Mapping[str, str | None]) -> str | None:
    """Follow redirects to an id that stands; null when the trail ends, also when it runs in a circle."""
    visited: set[str] = set()
    while target is not None and target not in standing and target not in visited:
        visited.add(target)
        target = known.get(target)
    return target if target in standing else None
