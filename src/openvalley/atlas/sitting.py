"""A sitting: a person looks at doubtful pairs one by one; a decision is a judgement at once, undoing is another one.

Reads an atlas, appends to the judgement store. Knows nothing of terminals or pages. Next: cli/reviewing.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from openvalley.atlas.doubts import Doubt, Kind
from openvalley.atlas.reader import Atlas
from openvalley.atlas.worded import Worded
from openvalley.errors import BadInput
from openvalley.resolve.judged_mentions import called, mention_of
from openvalley.resolve.judgement import SEPARATOR, Decision, Judgement
from openvalley.resolve.judgements import JudgementStore

#: The reason of a decision for which nobody gave one.
LOOKED = "looked at side by side"


@dataclass(frozen=True)
class Decided:
    """A decision of this sitting: about which doubt, by its place, and the judgement that keeps it."""

    place: int
    judgement: Judgement


class Sitting:
    """Doubtful pairs in their order, where one is among them, and what was decided so far."""

    def __init__(self, atlas: Atlas, store: JudgementStore, doubts: Sequence[Doubt], judge: str) -> None:
        """Begin with the first pair.

        Args:
            atlas: where the pairs come from.
            store: where judgements go.
            doubts: the pairs.
            judge: who decides.

        Raises:
            BadInput: nobody decides.

        """
        if not judge.strip():
            raise BadInput("A judgement needs somebody who decides.", hint="Say who: --by NAME")
        self._atlas = atlas
        self._store = store
        self._judge = judge.strip()
        self.doubts = doubts
        self.place = 0
        self.decided: list[Decided] = []

    @property
    def current(self) -> Doubt | None:
        """The pair that is looked at; None when all have been."""
        return self.doubts[self.place] if self.place < len(self.doubts) else None

    def decide(self, decision: Decision, why: str = "") -> Judgement:
        """Keep a decision about the current pair and go to the next one that is open.

        Raises:
            BadInput: nothing is looked at, or the decision says nothing about such a pair.
            StorageFailed: it cannot be kept; the pair is still the current one.

        """
        doubt = self.current
        if doubt is None:
            raise BadInput("There is no pair to decide about.", hint="Begin again: openvalley review", why="no-pair")
        if decision is Decision.NO_MATCH and not doubt.asked:
            raise BadInput("Each of the two is an organisation of its register.", hint="Say that they differ.",
                           why="both-registered")
        pair = (doubt.asked, "") if decision is Decision.NO_MATCH else doubt.pair
        judgement = self._store.add(Judgement(
            *pair, decision, self._judge, why.strip() or LOOKED, seen=tuple(_seen(self._atlas, doubt, decision))))
        self.decided.append(Decided(self.place, judgement))
        self.skip()
        return judgement

    def skip(self) -> None:
        """Go to the next pair that is open."""
        self.place = next((place for place in range(self.place + 1, len(self.doubts)) if self.is_open(place)),
                          len(self.doubts))

    def back(self) -> None:
        """Go back to the pair before that is open; the first one stays."""
        self.place = next((place for place in range(self.place - 1, -1, -1) if self.is_open(place)), self.place)

    def undo(self) -> Judgement | None:
        """Take the last decision of this sitting back and look at its pair again; None where there is none.

        Raises:
            StorageFailed: it cannot be kept that it was taken back; then it stands.

        """
        if not self.decided:
            return None
        last = self.decided[-1]
        self._store.add(replace(last.judgement, decision=Decision.UNDECIDED, why="taken back", at="", seen=(),
                                undoes=last.judgement.at))
        self.decided.pop()
        self.place = last.place
        return last.judgement

    def is_open(self, place: int) -> bool:
        """Tell whether nothing that was decided in this sitting settles a pair."""
        doubt = self.doubts[place]
        for done in self.decided:
            judgement = done.judgement
            if done.place == place or judgement.pair == doubt.pair:
                return False
            if judgement.decision is Decision.NO_MATCH and judgement.left in {*doubt.pair, doubt.asked}:
                return False
            if judgement.decision is Decision.SAME and doubt.kind is Kind.LIKELY and doubt.asked in judgement.pair:
                return False
        return True


def _seen(atlas: Atlas, doubt: Doubt, decision: Decision) -> list[str]:
    """Return the evidence that is known when a pair is judged: the next build tells what comes beside it.

    Of two that differ it is what lies between them, else all that touches one of them: it may pull it elsewhere.
    """
    rows = atlas.rows("SELECT id, record FROM identity WHERE id IN ("
                      "SELECT id FROM identity WHERE record IN (SELECT unnest(?)))", [list(doubt.pair)])
    ids = {row["record"]: row["id"] for row in rows}
    left, right = (ids.get(record) for record in doubt.pair)
    touching = atlas.rows('SELECT * FROM decision WHERE "left" IN (SELECT unnest(?)) OR "right" IN (SELECT unnest(?))',
                          [sorted(ids), sorted(ids)])
    found = set(doubt.said) | set(doubt.judgement.seen if doubt.judgement else ())
    for row in touching:
        across = {ids.get(row["left"]), ids.get(row["right"])} == {left, right}
        if across or decision is not Decision.DIFFERENT:
            found.update((row.get("evidence") or "").split(SEPARATOR))
    return sorted(found - {""})


def consequences(atlas: Atlas, decided: Sequence[Judgement]) -> list[Worded]:
    """Return in words what the next build will make of judgements."""
    records = sorted({record for judgement in decided for record in judgement.pair if record})
    names = {row["record"]: f"{row['name'] or row['id']} ({row['id']})" for row in atlas.rows(
        "SELECT i.record, i.id, o.name FROM identity AS i JOIN organisation AS o ON o.id = i.id "
        "WHERE i.record IN (SELECT unnest(?))", [records])}
    texts = {record: called(record) for record in records if mention_of(record)}
    ways = {Decision.SAME: "become-one", Decision.DIFFERENT: "stay-two", Decision.NO_MATCH: "stays-alone"}
    of_texts = {Decision.SAME: "means", Decision.DIFFERENT: "means-not", Decision.NO_MATCH: "means-nothing"}
    told = []
    for judgement in decided:
        pair = sorted(filter(None, judgement.pair), key=lambda record: (record not in texts, record))
        spoken = [texts.get(record) or names.get(record, record) for record in pair]
        told.append(Worded((of_texts if pair[0] in texts else ways)[judgement.decision], *spoken))
    return told
