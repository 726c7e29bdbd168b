"""The words by which persons and organisations are told apart: lists, and a string divided into its parts and words.

Reads ``persons.toml`` beside this module and the lists of given names; `openvalley.sources.persons` decides with them.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from openvalley.sources import given_names
from openvalley.sources.given_names import fold_word

_LISTS = Path(__file__).with_name("persons.toml")
#: Files that decide which words are known, and how a string is divided.
FILES = (Path(__file__), _LISTS, *given_names.FILES)

#: The parts of a string: a person and an affiliation are divided by these. A hyphen within a word divides nothing.
_PARTS = re.compile(r"[,;:/|\n()\[\]\u2013\u2014]|\s+-\s*|\s*-\s+|(?<=[^\W\d_]{3})\.(?:[\s-]+|$)")
_TOKENS = re.compile(r"[^\W\d_]+(?:[.'\u2019`][^\W\d_]+)*\.?|\d+|&")
_INITIALS = re.compile(r"(?:[^\W\d_]\.){1,3}")
#: Initials written as one word: "ABC Sample".
_BLOCK = re.compile(r"[A-Z\u00c0-\u00d6\u00d8-\u00de]{2,4}\.?")
#: Titles end with a point that ends no sentence, and run into the name, as in "Dr.Antonio" and "Prof.Dr.Sample".
_TITLE_POINT = re.compile(r"\b(dr|dra|dres|drs|prof|dott|doz|priv|med|mudr|ass|prim)\.", re.IGNORECASE)
#: Beginnings and endings are looked for in words of at least this length: "Fabio" is no biotechnology company.
_LONG_WORD = 5


@dataclass(frozen=True)
class Token:
    """A word as it is written, and folded: ASCII, small letters, without points and apostrophes."""

    written: str
    folded: str

    @property
    def initial(self) -> bool:
        """Whether it is a capital letter, or some with points, in place of a name."""
        return self.written[0].isupper() and (len(self.folded) == 1 or bool(_INITIALS.fullmatch(self.written)))

    @property
    def block(self) -> bool:
        """Whether it is two to four capital letters in one word, as initials may be, and abbreviations are."""
        return bool(_BLOCK.fullmatch(self.written))

    @property
    def name_cased(self) -> bool:
        """Whether it is written as names are: one capital, then small letters."""
        return self.written[0].isupper() and self.written[1:].islower()


@dataclass(frozen=True)
class Words:
    """The word lists."""

    withheld: tuple[str, ...]
    spellings: dict[str, str]
    titles: frozenset[str]
    titles_as_written: frozenset[str]
    degrees: frozenset[str]
    roles: frozenset[str]
    legal_forms: frozenset[str]
    organisation: frozenset[str]
    joining: frozenset[str]
    between: frozenset[str]
    within: frozenset[str]
    abbreviations: frozenset[str]
    places: frozenset[str]
    stems: tuple[str, ...]
    endings: tuple[str, ...]
    practice: frozenset[str]
    always_practice: frozenset[str]
    given: frozenset[str]
    given_first: frozenset[str]
    surnames: frozenset[str]
    organisations: dict[str, list[str]]  # by their first word

    def title(self, token: Token) -> bool:
        """Tell whether a word is a title. Folding other scripts makes titles of harmless syllables."""
        written = token.written.rstrip(".")
        return written in self.titles_as_written or (token.folded in self.titles and token.written.isascii())

    def degree(self, token: Token) -> bool:
        """Tell whether a word is a degree."""
        return token.folded in self.degrees and token.written.isascii()

    def telling(self, token: Token) -> bool:
        """Tell whether a word belongs to organisations whatever title stands beside it."""
        word = token.folded
        return word not in self.practice and (
            word in self.organisation or word in self.legal_forms
            or (len(word) >= _LONG_WORD and word.startswith(self.stems))
            or (len(word) > _LONG_WORD and word.endswith(self.endings)))

    def organised(self, part: Sequence[Token]) -> bool:
        """Tell whether an untitled part is an organisation's name, or at least not a person's."""
        return any(self.telling(token) or token.folded in self.practice or token.folded in self.joining
                   or token.folded.isdigit() for token in part) or (
            part[0].folded not in self.given and any(token.folded in self.places for token in part))


def parts_of(name: str) -> list[tuple[Token, ...]]:
    """Divide a string into the parts between its separators; a legal form alone belongs to the part before it."""
    known = words()
    parts: list[tuple[Token, ...]] = []
    for text in _PARTS.split(_TITLE_POINT.sub(r"\1 ", name)):
        # A hyphen alone makes no first and last name: "Héma-Québec".
        written = _TOKENS.findall(text) if len(text.split()) > 1 else text.split()
        tokens = tuple(Token(word, known.spellings.get(word.lower()) or fold_word(word)) for word in written)
        if tokens and parts and all(token.folded in known.legal_forms for token in tokens):
            parts[-1] += tokens
        elif tokens:
            parts.append(tokens)
    return parts


@cache
def words() -> Words:
    """Return the word lists, read once."""
    listed = tomllib.loads(_LISTS.read_text(encoding="utf-8"))
    given = (given_names.given_names() | set(listed["given"]["more"])) - set(listed["given"]["never"])
    titles, organisation = listed["titles"], listed["organisation"]
    organisations: dict[str, list[str]] = {}
    for known in listed["organisations"]["names"]:
        organisations.setdefault(known.partition(" ")[0], []).append(known)
    return Words(
        withheld=tuple(listed["withheld_phrases"]), spellings=listed["spellings"],
        titles=frozenset(titles["any_case"]), titles_as_written=frozenset(titles["as_written"]),
        degrees=frozenset(titles["degrees"]), roles=frozenset(titles["roles"]),
        legal_forms=frozenset(organisation["legal_forms"]), organisation=frozenset(organisation["words"]),
        joining=frozenset(organisation["joining"]), between=frozenset(organisation["between"]),
        within=frozenset(organisation["within"]), abbreviations=frozenset(organisation["abbreviations"]),
        places=frozenset(organisation["places"]), stems=tuple(organisation["stems"]),
        endings=tuple(organisation["endings"]),
        practice=frozenset([*listed["practice"]["words"], *listed["practice"]["always"]]),
        always_practice=frozenset(listed["practice"]["always"]), given=given,
        given_first=given | frozenset(listed["given"]["first_only"]), surnames=frozenset(listed["surnames"]["words"]),
        organisations=organisations,
    )
