"""Likeness: how well a query fits what a document is called, where it is and what it is about, between 0 and 1."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import log1p
from typing import Any

import tantivy
from rapidfuzz import fuzz, process

from openvalley.resolve.normalise import fold, name_key

#: Weights of the parts of a hit's score. The name decides; the rest breaks ties between equal names. Chosen by hand and
#: looked at on the development half of the CORDIS gold names, where even weights do as well.
_NAME, _FOUND, _ACTIVE, _HOME = 0.80, 0.06, 0.08, 0.06
#: Number of projects from which an organisation counts as fully active: about one in a thousand EU participants has
#: more (99.9th percentile of the CORDIS mirror: 216).
_ACTIVE_FULL = 200
#: A query of towns, kinds, stages, platforms and activities describes what it finds; a share of it, a share so well.
_DESCRIBED = 0.85
#: The name of what an organisation gives or runs (a grant, a training, a fair) is nearly as good as its own.
_OFFER = 0.95
#: A name that people write apart (glaxo smith kline) is nearly as good; of more words than these nobody is written so.
_WRITTEN_APART, _PARTS = 0.95, 3
#: An acronym that is the whole query is nearly as good as the name.
_ACRONYM = 0.97
#: A trial or call that is about every word of a query fits it; one word alone is more likely part of a name.
_ABOUT, _ABOUT_ONE_WORD = 0.85, 0.6
#: What is lost where no two words of a query stand beside each other in what a trial or call is about.
_APART = 0.1
#: Two words at least this alike (0 to 100) are spellings of one word.
_SPELLINGS = 82
#: Words and texts whose stems are kept.
_WORDS_KEPT, _TEXTS_KEPT = 100_000, 10_000
#: Share of letters in a likeness; the rest are words. What is not the very same falls a little short of it.
_LETTERS, _SAME_LETTERS = 0.5, 0.98


class Stems:
    """What is left of words without their endings; remembered, as documents have words and whole texts in common."""

    def __init__(self, analyser: tantivy.TextAnalyzer) -> None:
        """Take the analyser of the index's longer texts."""
        self.word = stem = lru_cache(_WORDS_KEPT)(lambda word: "".join(analyser.analyze(word)))
        self.text = lru_cache(_TEXTS_KEPT)(lambda text: " ".join(map(stem, text.split())))


def joined(words: Sequence[str]) -> str:
    """Return a few words as one, since people write names apart (glaxo smith kline); nothing for one word or many."""
    return "".join(words) if 1 < len(words) <= _PARTS else ""


class Likeness:
    """How well names fit one query, 0 to 1: letters (typing errors), and words weighted by how telling they are."""

    def __init__(self, text: str, words: Sequence[str], weight: Callable[[str], float], stems: Stems) -> None:
        """Prepare a query; `weight` tells how telling a word is."""
        self._spoken = (name_key(text), fold(text))
        self._words = list(words)
        self._joined = joined(words)
        self._weight = weight
        self._stem, self._stemmed = stems.word, stems.text

    def to(self, shown: Mapping[str, Any], found: float) -> float:
        """Return the score of a document: its best name, whether it was found early, is active and of the region.

        A word of the query that is the organisation's town does not count against it.
        """
        places = set(shown["places"])
        without_place = [word for word in self._words if word not in places] if places else self._words
        best = 0.0
        for name in shown["names"]:
            best = self._better(best, self._words, name)
            if without_place and len(without_place) < len(self._words):
                best = self._better(best, without_place, name)
            if self._joined and self._joined in name.split():
                best = self._better(best, [self._joined], name, _WRITTEN_APART)
        for offer in shown.get("offers", ()):
            best = self._better(best, self._words, offer, _OFFER)
        best = max(best, self._described(shown, places))
        if any(spoken in shown["acronyms"] for spoken in self._spoken):
            best = max(best, _ACRONYM)
        if "about" in shown:
            best = max(best, self._about(shown["about"], places))
        activity = min(1.0, log1p(shown["projects"] or 0) / log1p(_ACTIVE_FULL))
        return _NAME * best + _FOUND * found + _ACTIVE * activity + _HOME * bool(shown.get("in_region"))

    def holds_all(self, shown: Mapping[str, Any]) -> bool:
        """Whether a document holds every word of the query, or one spelt nearly so, in anything that is kept of it."""
        texts = (*shown["names"], *shown.get("offers", ()), *shown.get("about", ()))
        held = {*shown["places"], *shown["tags"], *shown["acronyms"], *" ".join(texts).split()}
        stems = set(map(self._stem, held))
        if self._joined and self._joined in held:
            return True
        return any(spoken in shown["acronyms"] for spoken in self._spoken) or all(
            word in held or self._stem(word) in stems
            or process.extractOne(word, held, scorer=fuzz.ratio, score_cutoff=_SPELLINGS) is not None
            for word in self._words)

    def _described(self, shown: Mapping[str, Any], places: set[str]) -> float:
        """Return which share of the query, by weight, is what an organisation is or does, its town, or of its name."""
        tags = set(map(self._stem, shown["tags"]))
        telling = [word for word in self._words if self._stem(word) in tags]
        if not telling and not places.issuperset(self._words):
            return 0.0
        named = {word for name in shown["names"] for word in name.split()}
        return self._share({*telling, *places, *(named if telling else ())}) * _DESCRIBED

    def _share(self, held: set[str]) -> float:
        """Return the share, by weight, of the query's words that are among others."""
        return sum(self._weight(word) for word in self._words if word in held) / sum(map(self._weight, self._words))

    def _about(self, about: Sequence[str], places: set[str]) -> float:
        """Return which share of the query, by weight, a trial or call is about; towns count beside its subject only.

        Words that follow each other as in the query tell more than the same words here and there.
        """
        texts = [self._stemmed(text) for text in about]
        stems = {stem for text in texts for stem in text.split()}
        subject = {word for word in self._words if self._stem(word) in stems}
        if not subject:
            return 0.0
        spoken = [self._stem(word) for word in self._words if word not in places]
        pairs = [f" {first} {second} " for first, second in pairwise(spoken)]
        apart = sum(not any(pair in f" {text} " for text in texts) for pair in pairs) / len(pairs) if pairs else 0.0
        fits = _ABOUT if len(self._words) > 1 else _ABOUT_ONE_WORD
        return self._share(subject | places) * (1 - _APART * apart) * fits

    def _better(self, best: float, words: Sequence[str], name: str, share: float = 1.0) -> float:
        """Return this share of the likeness of words and a name, or what was best before.

        The likeness is half letters, in order and sorted, and half telling words; where the letters alone leave no hope
        of more than the best, the words are not compared.
        """
        query = " ".join(words)
        if query == name:
            return max(best, share)
        letters = (fuzz.ratio(query, name) + fuzz.token_sort_ratio(query, name)) / 200
        if share * _SAME_LETTERS * (_LETTERS * letters + 1 - _LETTERS) <= best:
            return best
        shared = self._shared(words, name.split())
        return max(best, share * (_SAME_LETTERS * (_LETTERS * letters + (1 - _LETTERS) * shared)))

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
