"""What a word of a name means, in one form for all languages.

The lists in ``words/`` say which words stand for each other: what an organisation is and what it is about, nations and
given names. Long words of German, Dutch, Nordic, Finnish and Hungarian names are taken apart where both halves are
listed: *Fiskeridirektoratet* is *fisheries* and *directorate*.
"""

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

#: Lists of words; where two of them have a word, the first counts.
LISTS = ("kinds", "qualities", "lands", "nature_and_care", "crafts", "society", "given_names")
#: Words of fewer letters are not taken apart, nor into halves shorter than these.
_COMPOUND, _HALF = 9, 4
#: A half that is only listed by its beginning has this many letters of it, and at most so many after them.
_SURE, _ENDING = 5, 5
#: Endings of words that look like words: developmental, gynaecologists.
_MERE_ENDINGS = ("mental", "logist")
#: Letters that join the halves of a compound in the Germanic languages, and case endings in others.
_JOINTS = ("", "s", "n", "en", "es", "e", "er", "i")
#: The shortest beginning that a list may give.
_BEGINNING = 4


@cache
def listed() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the word that stands for each listed word, and for each listed beginning of words."""
    whole: dict[str, str] = {}
    beginnings: dict[str, str] = {}
    for file in LISTS:
        text = resources.files(__package__).joinpath("words", f"{file}.toml").read_text(encoding="utf-8")
        for group in tomllib.loads(text)["words"]:
            for form in group:
                (beginnings if form.endswith("*") else whole).setdefault(form.removesuffix("*"), group[0])
    return whole, beginnings


@cache
def standing() -> frozenset[str]:
    """Return the words that stand for others."""
    whole, beginnings = listed()
    return frozenset(word for meaning in (*whole.values(), *beginnings.values()) for word in meaning.split())


@lru_cache(maxsize=1 << 17)
def meant(word: str) -> tuple[str, ...]:
    """Return what a folded word means: mostly one word, two for a compound, none where it is not listed."""
    whole, _ = listed()
    if word in whole:
        return tuple(whole[word].split())
    return _taken_apart(word) or tuple(_listed(word).split())


def _taken_apart(word: str) -> tuple[str, ...]:
    """Return the meanings of a compound's halves where both are listed, the longest last half first."""
    for at in range(_HALF, len(word) - _HALF + 1 if len(word) >= _COMPOUND else 0):
        last = "" if word.startswith(_MERE_ENDINGS, at) else _half(word[at:])
        known = next(filter(None, (_half(word[:at].removesuffix(joint)) for joint in _JOINTS
                                   if word[:at].endswith(joint) and at - len(joint) >= _HALF)), "") if last else ""
        if known and known != last:
            return (*known.split(), *last.split())
    return ()


def _half(part: str) -> str:
    """Return what a half of a compound means: listed as a whole, or but for its ending."""
    whole, beginnings = listed()
    longest = max(_SURE, len(part) - _ENDING)
    return whole.get(part) or next(filter(None, (beginnings.get(part[:length]) for length
                                                 in range(len(part), longest - 1, -1))), "")


def _listed(word: str) -> str:
    whole, beginnings = listed()
    if word in whole:
        return whole[word]
    for length in range(len(word), _BEGINNING - 1, -1):
        if word[:length] in beginnings:
            return beginnings[word[:length]]
    return ""
