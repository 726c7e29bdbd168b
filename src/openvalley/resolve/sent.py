"""What a reader sends in a dispute: checked field by field, and freed of what reaches persons.

Reads text and a link as they were typed, writes nothing. Next: disputes.py, which keeps them.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from urllib.parse import unquote, urlsplit

import duckdb

from openvalley.sources.persons import define_cleaning

#: The property of a dispute that is about no single fact: a missing project, a partner, the scope.
OTHER = "other"
#: Characters of a text: room to say what is right and how one knows, not for a letter.
LONGEST_TEXT = 500
#: Characters of a link: the addresses of registers' pages are shorter, those that carry a search are not wanted.
LONGEST_LINK = 500

#: Line breaks and tabs are written; other control characters (category Cc) are not, and half a character (Cs) neither.
_WRITTEN_CONTROLS = {"\n", "\t"}
#: What turns the direction of the text that follows, and with it the sense of what others read (Unicode TR 36), and
#: what stands where bytes could not be read.
_STRANGE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffd")
_MARKUP = re.compile(r"<[/!?]?[a-zA-Z-][^>]*>?")
#: A name with a point in it, which no number ends: neither this machine nor one of its neighbours.
_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.[^\W\d_][\w-]+")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_WITHHELD = re.compile(r"\[\w+ withheld\]")
_EMPTY_LINES = re.compile(r"\n{3,}")


class Fault(StrEnum):
    """What is wrong with a field."""

    EMPTY = "empty"
    LONG = "too long"
    UNREADABLE = "characters that cannot be shown"
    MARKUP = "markup"
    NO_LINK = "no public web address"
    CONTACT = "an e-mail address or telephone number"
    UNKNOWN = "nothing that can be disputed"


@dataclass(frozen=True)
class Sent:
    """What a reader sends.

    Attributes:
        subject: public id of the organisation.
        property: the claims' property that is disputed, or `OTHER`.
        shown: the value that the page showed; empty where it showed none.
        says: what the reader says is right.
        link: address of a public page that says so, or empty.
        language: two letters of the language of the page on which it was written.

    """

    subject: str
    property: str
    shown: str
    says: str
    link: str = ""
    language: str = "en"

    def faults(self) -> dict[str, Fault]:
        """Return what is wrong, by field; nothing when it can be taken."""
        found = {"subject": None if self.subject else Fault.EMPTY, "property": None if self.property else Fault.EMPTY,
                 "says": fault_of_text(tidy(self.says)), "link": fault_of_link(whole_link(self.link))}
        return {name: fault for name, fault in found.items() if fault}


def tidy(text: str) -> str:
    """Return a text in one form: composed characters (NFC), one kind of line break, no white space around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    composed = unicodedata.normalize("NFC", "\n".join(line.rstrip() for line in lines))
    return _EMPTY_LINES.sub("\n\n", composed).strip()


def readable(text: str) -> str:
    """Return a text without the characters that cannot be shown, for whoever typed it to look at again."""
    return "".join(character for character in text if not _unreadable(character))


def fault_of_text(text: str) -> Fault | None:
    """Tell what is wrong with a tidy text; None when it can be taken."""
    if len(text) > LONGEST_TEXT:
        return Fault.LONG
    if any(map(_unreadable, text)):
        return Fault.UNREADABLE
    if _MARKUP.search(text):
        return Fault.MARKUP
    return None if _says_something(text) and _says_something(without_contacts(text)) else Fault.EMPTY


def whole_link(link: str) -> str:
    """Return a link as a whole address: what is typed without ``https://`` is meant with it."""
    link = link.strip()
    return link if not link or _SCHEME.match(link) else f"https://{link.removeprefix('//')}"


def fault_of_link(link: str) -> Fault | None:
    """Tell what is wrong with a whole link; None when it is empty or can be taken."""
    if len(link) > LONGEST_LINK:
        return Fault.LONG
    if not link or _public(link):
        # Any long number in a link could be a telephone's: only addresses are looked for.
        plain = unquote(link)
        return Fault.CONTACT if "@" in plain and without_contacts(plain) != plain else None
    return Fault.NO_LINK


@lru_cache(maxsize=4)  # a text is asked about several times while it is taken, each time for some 20 ms
def without_contacts(text: str) -> str:
    """Return a text with e-mail addresses, telephone numbers and titled names replaced by words that say so.

    The same expressions clean the registers' texts.
    """
    row = _cleaner().cursor().execute("SELECT clean_text(?)", [text]).fetchone()
    return (row[0] if row else None) or ""


@cache
def _cleaner() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    define_cleaning(connection)
    return connection


def _public(link: str) -> bool:
    """Tell whether a link is an address on the web, under a name, without a user in it."""
    if any(_unreadable(character) or character.isspace() or character in '\\<>"' for character in link):
        return False
    try:
        parts = urlsplit(link)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return (parts.scheme in {"http", "https"} and port != 0 and "@" not in parts.netloc
            and bool(_HOST.fullmatch(host)))


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in _WITHHELD.sub("", text))


def _unreadable(character: str) -> bool:
    return character in _STRANGE or (
        unicodedata.category(character) in {"Cc", "Cs"} and character not in _WRITTEN_CONTROLS)
