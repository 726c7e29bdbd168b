"""What a word of a name means, in one form for all languages, and how it sounds when nobody has listed it.

The lists in ``words/`` say which words stand for each other: what an organisation is and what it is about, nations and
given names. Long words of German, Dutch, Nordic, Finnish and Hungarian names are taken apart where both halves are
listed: *Fiskeridirektoratet* is *fisheries* and *directorate*.
"""

import re
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
#: Spellings of one sound in the Latin letters of Europe, and in ways to write Greek and Cyrillic in them (ELOT 743,
#: ISO 9, BGN/PCGN); applied in this order.
_SOUNDS = tuple((re.compile(pattern), sound) for pattern, sound in (
    (r"ae", "a"), (r"oe", "o"), (r"ue", "u"), (r"ou|oy", "u"), (r"ph", "f"), (r"sch|sh|sz|cz|ch|tsch", "s"),
    (r"ck|qu|k|c|q", "k"), (r"x", "ks"), (r"[yj]", "i"), (r"[wv]", "v"), (r"z", "s"), (r"th", "t"), (r"h", ""),
    (r"(.)\1+", r"\1"),
))
#: Letters of a sound that are compared: endings of case and number come after them.
_HEARD = 6


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


@lru_cache(maxsize=1 << 17)
def sound(word: str) -> str:
    """Return what spellings and endings of one word have in common; a word that stands for others stays as it is."""
    if word in standing() or not word.isalpha():
        return word
    heard = word
    for pattern, one in _SOUNDS:
        heard = pattern.sub(one, heard)
    return heard[:_HEARD]
