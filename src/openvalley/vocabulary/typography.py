"""Typography: how a language sets its marks.

French puts a space before high marks and within quotation marks, and none of them may begin or end a line. Texts are
typed with plain spaces, as keyboards give them; what reads them - catalogues, sentences, terms - sets them here.
The spaces are those of the Imprimerie nationale's rules (Lexique des regles typographiques): narrow before ; ? and !,
whole before : and % and within quotation marks, and between a figure and its unit.
"""

import re
from typing import Any

_WHOLE, _NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
#: A percent sign in a text with places (``%(count)s``, ``%d``) is written twice, and a single one begins a place.
_PERCENT = r"%%|%(?![(\w])"
#: A figure as it is written, or the place of one.
_FIGURE = r"(?<=[\d}])"
_BEFORE_NARROW = re.compile(r"(?<=\S) (?=[;?!](?:\W|$))")
_BEFORE_WHOLE = re.compile(rf"(?<=\S) (?=:(?:\W|$)|»|{_PERCENT})|(?<=«) |{_FIGURE} (?=(?:km|€|Md|M€)(?:\W|$))")


def colon(language: str) -> str:
    """Return a colon as a language sets it behind a word."""
    return f"{_WHOLE}:" if language == "fr" else ":"


def typeset(text: str, language: str) -> str:
    """Return a text with its marks set as its language does; only French (``fr``) has anything to set."""
    if language != "fr":
        return text
    return _BEFORE_WHOLE.sub(_WHOLE, _BEFORE_NARROW.sub(_NARROW, text))


def typeset_all(entry: Any, language: str = "") -> Any:  # noqa: ANN401 - a table of a TOML file
    """Return a table as it was read, with the texts below the key ``fr`` set in French, however deep they lie."""
    if isinstance(entry, str):
        return typeset(entry, language)
    if isinstance(entry, list):
        return [typeset_all(part, language) for part in entry]
    if isinstance(entry, dict):
        return {key: typeset_all(part, "fr" if key == "fr" else language) for key, part in entry.items()}
    return entry
