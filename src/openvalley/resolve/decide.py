"""Deciding: human judgements first, then the evidence, strongest first; each decision with its reason.

Reads pairs of evidence and judgements; joins clusters of records. A judgement stands against whatever registers say.
What they say against it that its judge had not seen is a contradiction: told, and left to people. Next: identities.py.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from openvalley.resolve.clusters import DIFFER, Clusters
from openvalley.resolve.evidence import MACHINE, STRENGTH, Rule, item
from openvalley.resolve.judgement import SEPARATOR, Decision, Judgement
from openvalley.resolve.linker.reasons import REASONS

#: Decisions about pairs of records: ``decision`` is same, different, no match or doubtful; a doubtful one waits for a
#: person. ``rule`` and ``value`` are the reason, ``evidence`` all that speaks for the two. Where likeness decides,
#: ``score`` is the probability that they are one, 0 to 1, and ``reasons`` say why; null elsewhere.
DECISIONS = pa.schema([
    *((name, pa.string()) for name in ("left", "right", "decision", "judge", "rule", "value", "at", "evidence")),
    ("score", pa.float64()), ("reasons", REASONS)])
#: What registers say against a judgement: the judgement, and the evidence (``rule``, ``value``) with the two records
#: that it speaks of. The second is empty where a record was withdrawn.
CONTRADICTIONS = pa.schema([(name, pa.string()) for name in
                            ("left", "right", "decision", "judge", "at", "why", "rule", "value", "one", "other")])
#: The rule of a contradiction that is no evidence of sameness: the register withdrew a record, without a successor.
WITHDRAWN = "withdrawn"

#: A pair of evidence: left, right, rule, value; of likeness also score and reasons.
Pair = Mapping[str, Any]
_Row = Mapping[str, Any]


@dataclass(frozen=True)
class Decided:
    """The decisions, and what registers say against those of people (`DECISIONS`, `CONTRADICTIONS`)."""

    decisions: pa.Table
    contradictions: pa.Table


def decide(clusters: Clusters, machine: Clusters, pairs: Iterable[Pair], judgements: Sequence[Judgement],
           withdrawn: Collection[str]) -> Decided:
    """Join what is one organisation.

    Args:
        clusters: every record alone; they are joined here.
        machine: every record alone, too; joined as if no person had judged.
        pairs: the evidence.
        judgements: the human judgements in force, oldest first.
        withdrawn: the records that their registers withdrew.

    """
    found = _by_pair(pairs)
    people = _People(clusters, judgements)
    rows = [*people.rows(found), *(row for pair, evidence in found.items()
                                   if (row := _weigh(clusters, people, pair, evidence)))]
    settled = people.look_back(machine, found, withdrawn)
    rows = [{**row, **settled.get((row["left"] or "", row["right"] or ""), {})} for row in rows]
    by_pair = [("left", "ascending"), ("right", "ascending")]
    contradictions = pa.Table.from_pylist(people.contradictions, CONTRADICTIONS)
    return Decided(pa.Table.from_pylist(rows, DECISIONS).sort_by(by_pair),
                   contradictions.group_by(CONTRADICTIONS.names).aggregate([]).sort_by(
                       [(name, "ascending") for name in CONTRADICTIONS.names]))


def _by_pair(pairs: Iterable[Pair]) -> dict[tuple[str, str], list[Pair]]:
    """Return the evidence of each pair of records, and the pairs in the order of their strongest."""
    found: dict[tuple[str, str], list[Pair]] = {}
    for pair in sorted(pairs, key=lambda pair: (STRENGTH[pair["rule"]], -pair.get("score", 0.0), pair["left"],
                                                pair["right"], pair["value"])):
        left, right = sorted((pair["left"], pair["right"]))
        found.setdefault((left, right), []).append(pair)
    return found


def _weigh(clusters: Clusters, people: "_People", pair: tuple[str, str], evidence: Sequence[Pair]) -> _Row | None:
    """Decide about a pair by its evidence; None where people have decided."""
    if people.decided(pair, evidence):
        return None
    strongest = evidence[0]
    hindrance = _hindrance(clusters, pair, strongest)
    if not hindrance:
        clusters.join(*pair)
    elif hindrance == DIFFER:
        people.stand(clusters.parted(*pair), evidence)
    else:
        people.hindered.append(pair)
    return {"left": pair[0], "right": pair[1], "decision": "doubtful" if hindrance else Decision.SAME.value,
            "judge": MACHINE, "rule": strongest["rule"], "at": None, "evidence": _together(evidence),
            "value": f"{strongest['value']}; {hindrance}" if hindrance else strongest["value"],
            "score": strongest.get("score"), "reasons": strongest.get("reasons")}


def _hindrance(clusters: Clusters, pair: tuple[str, str], strongest: Pair) -> str:
    """Return why the clusters of a pair may not become one; likeness alone joins nothing that contradicts itself."""
    by_likeness = strongest["rule"] == Rule.LIKENESS and not clusters.one(*pair)
    return clusters.hindrance(*pair) or (clusters.contrary(*pair) if by_likeness else "")


class _People:
    """What people decided, and what registers say against it."""

    def __init__(self, clusters: Clusters, judgements: Sequence[Judgement]) -> None:
        """Heed the judgements: those that keep apart first, so that none of the others overrules them."""
        self._clusters = clusters
        self._judged = {judgement.pair: judgement for judgement in judgements}
        #: Pairs with evidence that an anchor of each keeps apart.
        self.hindered: list[tuple[str, str]] = []
        self.contradictions: list[_Row] = []
        self._against: set[tuple[str, str]] = set()
        for judgement in judgements:
            if judgement.decision is Decision.DIFFERENT:
                clusters.keep_apart(*judgement.pair)
        for judgement in judgements:
            if judgement.decision is Decision.SAME:
                if clusters.parted(*judgement.pair):
                    self._against.add(judgement.pair)
                else:
                    clusters.join(*judgement.pair)
        for judgement in judgements:
            if judgement.decision is Decision.NO_MATCH:
                clusters.keep_alone(judgement.left)

    def rows(self, found: Mapping[tuple[str, str], Sequence[Pair]]) -> Iterable[_Row]:
        """Yield the judgements as decisions; one that others contradict waits for a person."""
        for pair, judgement in self._judged.items():
            contrary = pair in self._against
            yield {"left": judgement.left, "right": judgement.right, "judge": judgement.judge, "rule": "judgement",
                   "decision": "doubtful" if contrary else judgement.decision.value, "at": judgement.at,
                   "value": f"{judgement.why}; {DIFFER}" if contrary else judgement.why,
                   "evidence": _together(found.get(pair, ()))}

    def decided(self, pair: tuple[str, str], evidence: Sequence[Pair]) -> bool:
        """Tell whether people have decided about a pair, by what they said of it or that nothing matches it.

        What nothing matches may still share a number with what its judge knew of: rows of one organisation in two
        registers, of which a person said that no third one is the same.
        """
        if pair in self._judged:
            if self._judged[pair].decision is Decision.DIFFERENT:
                self.stand([pair], evidence)
            return True
        alone = [(record, "") for record in self._clusters.alone(*pair)]
        if all(any(one["rule"] == Rule.IDENTIFIER and _item(one) in self._judged[nothing].seen for one in evidence)
               for nothing in alone):
            return False
        self.stand(alone, evidence)
        return True

    def stand(self, judged: Iterable[tuple[str, str]], evidence: Iterable[Pair]) -> None:
        """Keep what evidence says against judgements, unless their judges had seen it.

        Likeness is no register's word, so it says nothing against anybody's.
        """
        for pair in judged:
            judgement = self._judged[pair]
            self.contradictions += [
                {"left": judgement.left, "right": judgement.right, "decision": judgement.decision.value,
                 "judge": judgement.judge, "at": judgement.at, "why": judgement.why, "rule": one["rule"],
                 "value": one["value"], "one": one["left"], "other": one["right"]}
                for one in evidence if one["rule"] != Rule.LIKENESS and _item(one) not in judgement.seen]

    def look_back(self, machine: Clusters, found: Mapping[tuple[str, str], Sequence[Pair]],
                  withdrawn: Collection[str]) -> dict[tuple[str, str], Mapping[str, str]]:
        """Keep what registers say against judgements that two are the same.

        Evidence that would have joined two records, had not a person joined one of them with another anchor; and a
        record that its register withdrew without naming another one. Where that person knew the evidence, it was
        decided with it that the two of the evidence differ: returned by pair, as what changes in the decision.

        Args:
            machine: every record alone; joined here as if no person had judged.
            found: the evidence of each pair.
            withdrawn: the records that their registers withdrew.

        """
        same = [judgement for judgement in self._judged.values() if judgement.decision is Decision.SAME]
        if not same:
            return {}
        for pair, evidence in found.items():
            if not _hindrance(machine, pair, evidence[0]):
                machine.join(*pair)
        settled: dict[tuple[str, str], Mapping[str, str]] = {}
        for pair in self.hindered:
            bridges = [judgement for judgement in same if self._bridges(machine, judgement, pair)]
            self.stand([judgement.pair for judgement in bridges], found[pair])
            if bridges and all(_item(one) in bridge.seen for bridge in bridges for one in found[pair]):
                settled[pair] = {"decision": Decision.DIFFERENT.value, "judge": bridges[-1].judge, "at": bridges[-1].at}
        for judgement in same:
            gone = [record for record in judgement.pair if record in withdrawn and not self._followed(record, found)]
            self.stand([judgement.pair], [{"left": record, "right": "", "rule": WITHDRAWN, "value": record}
                                          for record in gone])
        return settled

    def _bridges(self, machine: Clusters, judgement: Judgement, pair: tuple[str, str]) -> bool:
        """Tell whether a judgement joined one of a pair with what the machine would not have joined it with."""
        if not machine.one(*pair) or not any(self._clusters.one(judgement.left, record) for record in pair):
            return False
        return machine.one(judgement.left, pair[0]) != machine.one(judgement.right, pair[0])

    def _followed(self, record: str, found: Mapping[tuple[str, str], Sequence[Pair]]) -> bool:
        """Tell whether a withdrawn record is one with the record that took its place."""
        return any(one["rule"] == Rule.SUCCESSOR and one["right"] == record and self._clusters.one(*pair)
                   for pair, evidence in found.items() if record in pair for one in evidence)


def _item(pair: Pair) -> str:
    return item(pair["rule"], pair["value"])


def _together(evidence: Iterable[Pair]) -> str:
    return SEPARATOR.join(dict.fromkeys(map(_item, evidence)))
