"""Capable: which capability rows of the region pack answer a need, and how much of what was asked each of them tells.

A need has a head (what is looked for) and may have a purpose behind "for" (what it is for), which weighs less: in "AAV
vectors for a phase 1 trial" nobody looks for beds. Weights are declared here and were not tuned to single rows.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.errors import BadInput
from openvalley.insight.needs import Need, stems, understood
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, terms

#: What counts how much of what was asked: the activity, its technology, all words together, a standard, a phase.
_ACTIVITY, _PLATFORM, _WORDS, _STANDARD, _PHASE = 3.0, 1.0, 1.5, 0.5, 0.5
#: A purpose against the head, and a wider activity against the very one.
_PURPOSE, _WIDER = 0.4, 0.8
#: What a row counts by whom it is for: what is kept for oneself may not be had at all.
_FOR_WHOM = {"service": 1.0, "partners": 0.95, None: 0.9, "internal": 0.6}
#: A row that tells less than this of what was asked does not answer it; nor one of another activity with less of the
#: words than this.
LEAST, _LEAST_WORDS = 0.3, 0.5
#: Scales at which something is made for trials in people.
_FOR_TRIALS = ("clinical", "commercial")
_FOR = re.compile(r"\b(?:for|voor|pour|fur|für|zur|zum|om te|in order to)\b", re.IGNORECASE)
_PHASED = re.compile(r"\b(?:phase|fase)\s*(?:([1-4])|(i{1,3}v?|iv))\b", re.IGNORECASE)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_STANDARDS = re.compile(r"\b(GMP|GLP|GCP|GDP|ISO ?13485|ISO ?15189)\b", re.IGNORECASE)
#: Standards by their names in full: EudraLex volume 4, and what French and German call it.
_IN_FULL = re.compile(r"good manufacturing practice|bonnes pratiques de fabrication|\bBPF\b|"
                      r"goede (?:productie|fabricage)praktijk|gute[rn]? herstellungspraxis", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """A need in its parts.

    Attributes:
        text: as it was given.
        whole: all of it, as understood.
        head: what is looked for.
        purpose: what it is for; None where that was not said.
        phases, standards: those that it names.

    """

    text: str
    whole: Need
    head: Need
    purpose: Need | None
    phases: Sequence[str]
    standards: Sequence[str]

    def of(self, vocabulary: Vocabulary) -> Sequence[str]:
        """Return the codes of a list that were recognised, those of the head first."""
        return tuple(dict.fromkeys([*self.head.of(vocabulary), *self.whole.of(vocabulary)]))


@dataclass(frozen=True)
class Answering:
    """A capability row that answers a need: the row, and the share (0 to 1) of what was asked that it tells."""

    row: Mapping[str, Any]
    share: float


def asked_for(text: str) -> Asked:
    """Return a need in its parts.

    Raises:
        BadInput: the text is empty, or has no word in it.

    """
    whole = understood(text)
    head, purpose = whole, None
    cut = _FOR.search(text)
    if cut:
        try:
            head, purpose = understood(text[:cut.start()]), understood(text[cut.end():])
        except BadInput:  # nothing but small words on one side: there is no purpose apart
            head, purpose = whole, None
    if set(whole.of(Vocabulary.ACTIVITY)) - {*head.of(Vocabulary.ACTIVITY), *(purpose or head).of(Vocabulary.ACTIVITY)}:
        head, purpose = whole, None  # an activity is said by words on both sides (statistics for trials)
    phases = [f"PHASE{found[1] or _ROMAN[found[2].lower()]}" for found in _PHASED.finditer(text)
              if found[1] or found[2].lower() in _ROMAN]
    standards = [found.group(0).upper().replace(" ", "") for found in _STANDARDS.finditer(text)]
    if _IN_FULL.search(text):
        standards.append("GMP")
    return Asked(text.strip(), whole, head, purpose, tuple(phases), tuple(dict.fromkeys(standards)))


def answering(atlas: Atlas, asked: Asked) -> Mapping[str, Sequence[Answering]]:
    """Return by organisation the capability rows that answer a need, the best first."""
    shelf = remembered(atlas, "connect.capabilities", lambda: _Shelf(atlas))
    found: dict[str, list[Answering]] = {}
    for row, words in zip(shelf.rows, shelf.words, strict=True):
        share = shelf.share(row, words, asked)
        if share > 0:
            found.setdefault(row["organisation"], []).append(Answering(row, round(share, 4)))
    return {one: sorted(rows, key=lambda answer: (-answer.share, answer.row["id"])) for one, rows in found.items()}


def known_rows(atlas: Atlas) -> tuple[int, int]:
    """Return how many capability rows there are, and of how many organisations."""
    shelf = remembered(atlas, "connect.capabilities", lambda: _Shelf(atlas))
    return len(shelf.rows), len({row["organisation"] for row in shelf.rows})


class _Shelf:
    """All capability rows with their words, and how rare each word is."""

    def __init__(self, atlas: Atlas) -> None:
        self.rows = atlas.rows(_ROWS)
        self.words = [frozenset(stems(_text(row))) for row in self.rows]
        held = Counter(word for words in self.words for word in words)
        self._rarity = {word: log((1 + len(self.rows)) / (1 + n)) + 1 for word, n in held.items()}
        self._unknown = log(1 + len(self.rows)) + 1

    def share(self, row: Mapping[str, Any], words: frozenset[str], asked: Asked) -> float:
        """Return how much of what was asked a row tells; 0 where it does not answer."""
        wanted = got = done = 0.0
        for need, weight in ((asked.head, 1.0), *([(asked.purpose, _PURPOSE)] if asked.purpose else [])):
            activities, platforms = need.of(Vocabulary.ACTIVITY), need.of(Vocabulary.PLATFORM)
            if activities:
                does = _does(row["activity"], activities)
                wanted, got, done = wanted + weight * _ACTIVITY, got + weight * _ACTIVITY * does, max(done, does)
            if platforms:
                wanted, got = wanted + weight * _PLATFORM, got + weight * _PLATFORM * (row["modality"] in platforms)
            wanted, got = wanted + weight * _WORDS, got + weight * _WORDS * self.held(need, words)
        if asked.standards:
            wanted, got = wanted + _STANDARD, got + _STANDARD * bool(set(asked.standards) & set(row["standards"] or ()))
        if asked.phases:
            wanted, got = wanted + _PHASE, got + _PHASE * (bool(set(asked.phases) & set(row["phases"] or ()))
                                                           or bool(set(_FOR_TRIALS) & set(row["scales"] or ())))
        worded = self.held(asked.whole, words) >= _LEAST_WORDS
        answers = worded or (got / wanted >= LEAST and (done > 0 or not asked.of(Vocabulary.ACTIVITY)))
        return got / wanted * _FOR_WHOM[row["availability"]] if answers else 0.0

    def held(self, need: Need, words: frozenset[str]) -> float:
        """Return the share of a need's words that a row holds, rare ones counting more."""
        rarity = {word: self._rarity.get(word, self._unknown) for word in need.stems}
        return sum(weight for word, weight in rarity.items() if word in words) / sum(rarity.values())


def _does(activity: str, wanted: Sequence[str]) -> float:
    if activity in wanted:
        return 1.0
    known = terms(Vocabulary.ACTIVITY)
    return _WIDER if any(known[code].attributes.get("wider") == activity for code in wanted) else 0.0


def _text(row: Mapping[str, Any]) -> str:
    """Return what a row says in words: its terms in all languages, and its own note."""
    told = [row["note"] or "", row["city"] or "", *(row["scales"] or ()), *(row["standards"] or ())]
    for vocabulary, code in ((Vocabulary.ACTIVITY, row["activity"]), (Vocabulary.PLATFORM, row["modality"])):
        if code in terms(vocabulary):
            told += [terms(vocabulary)[code].labels[language] for language in LANGUAGES]
    return " ".join(told)


_ROWS = """
SELECT c.id, p.organisation_id AS organisation, c.activity, c.modality, c.scales, c.standards, c.phases, c.availability,
    c.note, c.city, c.nuts, c.source, c.source_id
FROM capability AS c JOIN curated_party AS p ON p.record_type = 'capability' AND p.row_id = c.id
WHERE c.activity IS NOT NULL ORDER BY c.id
"""
