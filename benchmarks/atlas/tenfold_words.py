"""Names for copied organisations: new words, made of halves of the rare words of the names that there are.

What a name is made of is of two sorts: usual words (university, hospital, GmbH), which stay, and rare ones, which tell
one name from another and become others in each copy. A word becomes the same other word wherever it stands in a copy,
in whatever case and with or without accents, so what could be linked within the registers can be linked within their
copies, and nothing else can. Words come back in other copies, as they do in names of more organisations of the world.
"""

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

#: How a vocabulary grows with the number of names (Heaps' law, V ~ n^b): 13,000 ROR records have 24,725 different words
#: in their names, 129,046 have 137,438.
HEAPS = 0.75
#: A word is usual that stands in one of 2,000 names (of the ROR records: 1,073 words), and in more than a few.
_USUAL_SHARE, _USUAL_LEAST = 1 / 2_000, 5
#: Acronyms become acronyms: words up to this length are made of words up to this length.
_SHORT = 4
#: Words of places that trials do not name yet ("Research Site 12", "Investigational Center"); they name nobody.
_UNNAMED = frozenset(("investigational", "investigative", "research", "study", "site", "sites"))
_PIECES = re.compile(r"[^\W\d_]+|[\W\d_]+")
_ACCENTS = str.maketrans("aeiou", "áéíöü")
_VOWEL = re.compile("[aeiou]")


class Words:
    """Renames texts; every instance of the same texts, copies and seed renames alike."""

    def __init__(self, texts: Iterable[str], times: int, seed: int) -> None:
        """Learn the words of different texts, and make words enough for `times` times their number."""
        counted: Counter[str] = Counter()
        names = 0
        for text in texts:
            counted.update({_folded(piece) for piece in _PIECES.findall(text) if piece[0].isalpha()})
            names += 1
        self._counted = counted
        self._usual = max(names * _USUAL_SHARE, _USUAL_LEAST)
        kinds: dict[tuple[str, bool], list[str]] = {}
        for word in sorted(counted):
            kinds.setdefault(_kind(word), []).append(word)
        self._others: list[dict[str, str]] = [{} for _ in range(times)]
        for kind, words in sorted(kinds.items()):
            self._make(words, times, random.Random(f"{seed} {kind}"))

    def _make(self, words: list[str], times: int, chance: random.Random) -> None:
        """Give each word of one kind another one for each copy; within a copy no two words become one."""
        rare = [word for word in words if self._counted[word] < self._usual] or words
        pool = dict.fromkeys(rare)
        wanted = max(len(words), round(len(rare) * times ** HEAPS))
        whole = list(pool)
        while len(pool) < wanted:
            one, other = chance.choice(rare), chance.choice(rare)
            made = one[:(len(one) + 1) // 2] + other[len(other) // 2:]
            if made in self._counted or made in pool:
                made = chance.choice(whole) + other[len(other) // 2:]
            if made not in self._counted and made not in pool:
                pool[made] = None
                whole.append(made)
        chance.shuffle(whole)
        for copy in range(1, times):
            # Copies take the pool in turn, so that all of it is used.
            start = (copy - 1) * len(words)
            taken = [whole[(start + place) % len(whole)] for place in range(len(words))]
            chance.shuffle(taken)
            self._others[copy].update(zip(words, taken, strict=True))

    def rename(self, text: str, copy: int) -> str:
        """Return the text with its rare words replaced by those of a copy: the rarest, if none is rare."""
        if copy == 0:
            return text
        pieces, changing = self._taken_apart(text)
        others = self._others[copy]
        renamed = list(pieces)
        for place, word in changing:
            renamed[place] = _dressed(others.get(word, word), pieces[place])
        return "".join(renamed)

    @lru_cache(maxsize=100_000)  # noqa: B019 - there is one instance a process, and copies of one text come in a row
    def _taken_apart(self, text: str) -> tuple[list[str], list[tuple[int, str]]]:
        pieces = _PIECES.findall(text)
        words = [(place, _folded(piece)) for place, piece in enumerate(pieces) if piece[0].isalpha()]
        words = [(place, word) for place, word in words if word not in _UNNAMED]
        rare = [(place, word) for place, word in words if self._counted[word] < self._usual]
        if not rare and words:
            rarest = min((word for _, word in words), key=lambda word: (self._counted[word], word))
            rare = [(place, word) for place, word in words if word == rarest]
        return pieces, rare


@lru_cache(maxsize=500_000)
def _folded(word: str) -> str:
    """Return a word in small letters, without accents."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.lower())
    return unicodedata.normalize("NFC", "".join(letter for letter in plain if not unicodedata.combining(letter)))


def _kind(word: str) -> tuple[str, bool]:
    """Return what words are made of the halves of what words: script and length."""
    return "" if word.isascii() else unicodedata.name(word[0], "?").split()[0], len(word) <= _SHORT


def _dressed(word: str, as_this: str) -> str:
    """Write a word as another one is written: in capitals, with a capital, with an accent."""
    if word.isascii() and not as_this.isascii():
        word = _VOWEL.sub(lambda vowel: vowel[0].translate(_ACCENTS), word, count=1)
    if as_this.isupper() and len(as_this) > 1:
        return word.upper()
    return word[0].upper() + word[1:] if as_this[0].isupper() else word
