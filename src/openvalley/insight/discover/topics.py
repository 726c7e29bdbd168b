"""Topics: whether a text or the tags of an organisation are about what was asked, in any of the four languages.

A text is about a topic when it holds most of the topic's own words, or all words of a term or condition that the topic
names: "gentherapie" is found in a text that says gene and therapy, and not in one that says therapy alone.
"""

from collections.abc import Collection, Iterable
from math import ceil
from sys import intern

from openvalley.insight.needs import Need, condition_phrases, stems
from openvalley.resolve.normalise import fold
from openvalley.vocabulary.terms import Vocabulary, label

#: Share of a topic's own words that a text must hold.
_MOST = 2 / 3
#: Lists whose terms say what something is about; a stage or sector alone is too wide.
_TELLING = (Vocabulary.PLATFORM, Vocabulary.ACTIVITY)


class Topic:
    """What a topic is recognised by: its own stems, those of each term that it names, and the codes of those terms."""

    def __init__(self, need: Need) -> None:
        """Take a topic apart."""
        self._own = frozenset(stems(need.text))
        self._codes = frozenset(code for vocabulary in _TELLING for code in need.of(vocabulary))
        said = f" {fold(need.text)} "
        named = [label(vocabulary, code, "en") for vocabulary in _TELLING for code in need.of(vocabulary)]
        named += [phrase for phrases in condition_phrases().values() if any(f" {phrase} " in said for phrase in phrases)
                  for phrase in phrases]
        self._named = [found for phrase in named if (found := frozenset(stems(phrase)))]

    def is_of_stems(self, held: frozenset[str]) -> bool:
        """Say whether texts, taken together, are about the topic; `held` is what `stems_of` says of them."""
        return len(self._own & held) >= ceil(_MOST * len(self._own)) or any(found <= held for found in self._named)

    def is_of_tags(self, codes: Collection[str]) -> bool:
        """Say whether one of the codes that something is tagged with is a term that the topic names."""
        return bool(self._codes & frozenset(codes))


def stems_of(texts: Iterable[str | None]) -> frozenset[str]:
    """Return the stems of all words of texts, each held in memory once, however many texts have it."""
    return frozenset(intern(stem) for text in texts if text for stem in stems(text.replace("-", " ")))
