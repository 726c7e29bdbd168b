"""Likeness: how well a query fits what a document is called, where it is and what it is about, between 0 and 1."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import log1p
from typing import Any

from rapidfuzz import fuzz, process

from openvalley.resolve.normalise import fold, name_key

#: Weights of the parts of a hit's score. The name decides; the rest breaks ties between equal names. Chosen by hand and
#: looked at on the development half of the CORDIS gold names, where even weights do as well.
_NAME, _FOUND, _ACTIVE, _HOME = 0.80, 0.06, 0.08, 0.06
#: Number of projects from which an organisation counts as fully active: about one in a thousand EU participants has
#: more (99.9th percentile of the CORDIS mirror: 216).
_ACTIVE_FULL = 200
#: A query that is nothing but a town, a kind, a stage or a platform describes what it finds.
_DESCRIBED = 0.85
#: An acronym that is the whole query is nearly as good as the name.
_ACRONYM = 0.97
#: A trial or call that is about every word of a query fits it; one word alone is more likely part of a name.
_ABOUT, _ABOUT_ONE_WORD = 0.85, 0.6
#: Two words at least this alike (0 to 100) are spellings of one word.
_SPELLINGS = 82
#: Share of letters in a likeness; the rest are words.
_LETTERS = 0.5


class Likeness:
    """How well names fit one query, 0 to 1: letters (typing errors), and words weighted by how telling they are."""

    def __init__(self, text: str, words: Sequence[str], weight: Callable[[str], float],
                 stem: Callable[[str], str]) -> None:
        """Prepare a query; `weight` tells how telling a word is, `stem` what is left of it without its ending."""
        self._spoken = (name_key(text), fold(text))
        self._words = list(words)
        self._weight = weight
        self._stem = cache(stem)

    def to(self, shown: Mapping[str, Any], found: float) -> float:
        """Return the score of a document: its best name, whether it was found early, is active and of the region.

        A word of the query that is the organisation's town does not count against it.
        """
        places = set(shown["places"])
        without_place = [word for word in self._words if word not in places] if places else self._words
        best = 0.0
        for name in shown["names"]:
            best = max(best, self._alike(self._words, name))
            if without_place and len(without_place) < len(self._words):
                best = max(best, self._alike(without_place, name))
        described = places | set(shown["tags"])
        if all(word in described for word in self._words):
            best = max(best, _DESCRIBED)
        if any(spoken in shown["acronyms"] for spoken in self._spoken):
            best = max(best, _ACRONYM)
        if "about" in shown:
            best = max(best, self._about(shown["about"].split(), places))
        activity = min(1.0, log1p(shown["projects"] or 0) / log1p(_ACTIVE_FULL))
        return _NAME * best + _FOUND * found + _ACTIVE * activity + _HOME * bool(shown.get("in_region"))

    def _about(self, about: Sequence[str], places: set[str]) -> float:
        """Return which share of the query, by weight, a trial or call is about; towns count beside its subject only."""
        stems = set(map(self._stem, about))
        subject = {word for word in self._words if self._stem(word) in stems}
        if not subject:
            return 0.0
        covered = sum(self._weight(word) for word in self._words if word in subject or word in places)
        share = covered / sum(map(self._weight, self._words))
        return share * (_ABOUT if len(self._words) > 1 else _ABOUT_ONE_WORD)

    def _alike(self, words: Sequence[str], name: str) -> float:
        """Return the likeness of the query's words and a name: half letters in order and sorted, half telling words."""
        query = " ".join(words)
        if query == name:
            return 1.0
        letters = (fuzz.ratio(query, name) + fuzz.token_sort_ratio(query, name)) / 200
        return 0.98 * (_LETTERS * letters + (1 - _LETTERS) * self._shared(words, name.split()))

    def _shared(self, words: Sequence[str], others: Sequence[str]) -> float:
        """Return the harmonic mean of the weights of shared words in the query and in the name."""
        ours = set(words)
        theirs = set(others)
        common = ours & theirs
        shared = sum(map(self._weight, common))
        lonely = theirs - common
        near = 0.0
        for word in ours - common:
            match = process.extractOne(word, lonely, scorer=fuzz.ratio, score_cutoff=_SPELLINGS) if lonely else None
            if match:
                lonely.discard(match[0])
                near += self._weight(match[0]) * match[1] / 100
        total = sum(map(self._weight, ours)) + sum(map(self._weight, theirs))
        return min(1.0, 2 * (shared + near) / total) if total else 0.0
