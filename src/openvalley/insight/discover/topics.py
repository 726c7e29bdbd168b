"""Topics: whether a text or the tags of an organisation are about what was asked, in any of the four languages.

A text is about a topic when it holds most of the topic's own words, rare ones counting more, or all words of a term or
condition that the topic names: "gentherapie" is found in a text that says gene and therapy, and not in one that says
therapy alone. A topic that names both a technology and a condition is found where both are.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import log
from sys import intern

from openvalley.atlas.conditions import condition_phrases, conditions_in
from openvalley.insight.needs import Need, stems
from openvalley.vocabulary.terms import Vocabulary, label

#: Share of a topic's own words, by rarity, that a text must hold.
_MOST = 2 / 3 - 1e-9
#: Lists whose terms say what something is about; a stage or sector alone is too wide.
_TELLING = (Vocabulary.PLATFORM, Vocabulary.ACTIVITY)


class Rarity:
    """How rare each stem is among some texts; of no texts, all are alike."""

    def __init__(self, texts: Sequence[frozenset[str]] = ()) -> None:
        """Count the texts that hold each stem."""
        self._holders = Counter(stem for text in texts for stem in text)
        self._texts = len(texts)

    def of(self, stem: str) -> float:
        """Return the weight of a stem, 1 or more: the rarer, the more; most for one that no text holds."""
        return log((1 + self._texts) / (1 + self._holders[stem])) + 1


class Topic:
    """What a topic is recognised by: its own stems, those of each term that it names, and the codes of those terms."""

    def __init__(self, need: Need, rarity: Rarity | None = None) -> None:
        """Take a topic apart; ``rarity`` is that of stems among the texts that are asked of."""
        rare = rarity or Rarity()
        self._own: Mapping[str, float] = {stem: rare.of(stem) for stem in stems(need.text)}
        self._codes = frozenset(code for vocabulary in _TELLING for code in need.of(vocabulary))
        self._technologies = _named(label(vocabulary, code, "en") for vocabulary in _TELLING
                                    for code in need.of(vocabulary))
        self._conditions = _named(phrase for code in conditions_in(need.text) for phrase in condition_phrases()[code])

    def fits(self, held: frozenset[str], codes: Collection[str] = ()) -> bool:
        """Say whether something is about the topic.

        Args:
            held: what `stems_of` says of its texts.
            codes: codes of terms that it is tagged with.

        """
        if sum(weight for stem, weight in self._own.items() if stem in held) >= _MOST * sum(self._own.values()):
            return True
        named = [any(found <= held for found in group) for group in (self._technologies, self._conditions) if group]
        if self._technologies and self._codes & frozenset(codes):
            named[0] = True
        return bool(named) and all(named)


def _named(phrases: Iterable[str]) -> Sequence[frozenset[str]]:
    return [found for phrase in phrases if (found := frozenset(stems(phrase)))]


def stems_of(texts: Iterable[str | None]) -> frozenset[str]:
    """Return the stems of all words of texts, each held in memory once, however many texts have it."""
    return frozenset(intern(stem) for text in texts if text for stem in stems(text.replace("-", " ")))
