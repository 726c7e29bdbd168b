"""Sentences: what a statement's code and facts say in a language.

Each question keeps its sentences beside itself in ``sentences.toml``: under the code without the question's name, one
text for each language, or one for each plural form of it (``one``, ``other``: Unicode CLDR) where ``plural`` names the
number that decides::

    [shared_topics]
    plural = "projects"
    en = { one = "{projects:number} project about {topics:list}", other = "{projects:number} projects about ..." }

How a fact is written stands behind its name: ``number``, ``decimal`` (one digit), ``percent`` (of a share, 0 to 1),
``fine_percent`` (with one digit), ``euro``, ``day`` (a date), ``country`` (ISO 3166-1), ``in_country`` (the same behind
"in", with the article that it asks for), ``list`` (a list of names, with
"and"), ``named`` (a list of names by language, with "and"), ``english`` (somebody's own words, which are English in
every language), or the name of a term list of the vocabulary (``stages``, ``kinds`` ...) for a code or a list of codes,
whose labels are written as within a sentence unless they begin it. Without any it stands as it is. The name of an
organisation (`Called`), alone or in a ``list``, is that of the language. Two words with a bar between them are the
forms for one and for more of that number, for sentences with several numbers: ``{partners:number} other
{partners:organisation|organisations}``. English is written as in Europe: 22 November 2026.
"""

import re
import string
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent

from openvalley.insight.called import Called
from openvalley.insight.labels import within
from openvalley.vocabulary.terms import Vocabulary, label
from openvalley.vocabulary.typography import typeset_all

_FILE = "sentences.toml"
_TERM_LISTS = {vocabulary.value: vocabulary for vocabulary in Vocabulary}
#: Terms that are titles of their own, and keep their capital wherever they stand.
_TITLES = (Vocabulary.PROGRAMME_PART, Vocabulary.RANKING_INDICATOR)
#: Amounts from here on are shortened, with so many digits behind the point.
_SHORTENED, _AMOUNT_DIGITS = 1_000_000, 1
#: How the locales of our languages are called where the language alone would be that of another continent.
_TERRITORIES = {"en": "GB"}
#: The word for "in" before a country, where it is not that.
_IN = {"fr": "en"}
#: Facts as written that a process keeps: short texts, some hundred bytes each.
_KEPT = 4_000
#: Ways of writing that list names, which seldom come back.
_OF_NAMES = frozenset({"list", "named", "english"})
#: Between the forms of a word for one and for more.
_BAR = "|"
#: Around a fact that is English in every language, until the sentence is taken apart: of Unicode's private use area.
_OPENS, _CLOSES = "\ue000", "\ue001"
_OWN_WORDS = re.compile(f"{_OPENS}(.*?){_CLOSES}", re.DOTALL)


def said(code: str, values: Mapping[str, Any], language: str) -> str:
    """Return the sentence of a code in a language (one of `LANGUAGES`), filled with these facts.

    Raises:
        KeyError: there is no such sentence, or a fact that it needs is missing: a mistake of ours.

    """
    return _OWN_WORDS.sub(r"\1", _marked(code, values, language))


def said_in_parts(code: str, values: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """Return the same sentence in parts, each with its language where that is another one, else with nothing.

    Raises:
        KeyError: as of `said`.

    """
    texts = _OWN_WORDS.split(_marked(code, values, language))  # every second text is in somebody's own words
    other = "en" if language != "en" else ""
    return [(text, other if place % 2 else "") for place, text in enumerate(texts) if text]


def _marked(code: str, values: Mapping[str, Any], language: str) -> str:
    """Return the sentence with marks around what is English in every language."""
    question, _, name = code.partition(".")
    entry = sentences(question)[name]
    text = entry[language]
    if isinstance(text, Mapping):
        text = text[_plural_form(language, values[entry["plural"]])]
    return "".join(literal if field is None else literal + written(
        values[field], spec, language, begins=not number and not literal)
                   for number, (literal, field, spec) in enumerate(_pieces(text)))


@cache
def sentences(question: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the sentences of a question by name; each has all of `LANGUAGES`."""
    text = resources.files(__package__).joinpath(question, _FILE).read_text(encoding="utf-8")
    entries: Mapping[str, Mapping[str, Any]] = typeset_all(tomllib.loads(text))
    return entries


def questions_with_sentences() -> list[str]:
    """Return the names of the packages that have sentences, in alphabetical order."""
    folders = resources.files(__package__).iterdir()
    return sorted(folder.name for folder in folders if folder.is_dir() and folder.joinpath(_FILE).is_file())


@cache
def _pieces(text: str) -> Sequence[tuple[str, str | None, str]]:
    """Return a sentence in pieces: a text, and the name of the fact behind it, if any, with how that is written."""
    return [(literal, name, spec or "") for literal, name, spec, _ in string.Formatter().parse(text)]


def written(value: Any, spec: str, language: str, *, begins: bool = False) -> str:  # noqa: ANN401 - a fact is of any type
    """Return a fact as a language writes it.

    Args:
        value: the fact.
        spec: what stands behind its name in the sentence.
        language: one of `LANGUAGES`.
        begins: whether it begins the sentence.

    What comes back in many sentences - numbers, days, countries, terms - is kept for the next one; names are not.
    """
    if not spec:
        return _called(value, language)
    if _BAR in spec:
        one, other = spec.split(_BAR)
        return one if _plural_form(language, value) == "one" else other
    if spec in _OF_NAMES:
        return WRITTEN[spec](value, _locale(language))
    return _written(tuple(value) if isinstance(value, list) else value, spec, language, begins=begins)


@lru_cache(_KEPT, typed=True)
def _written(value: Any, spec: str, language: str, *, begins: bool) -> str:  # noqa: ANN401 - a fact is of any type
    if spec in _TERM_LISTS:
        codes = [value] if isinstance(value, str) else value
        return _listed(_labels(_TERM_LISTS[spec], codes, language, begins=begins), _locale(language))
    return WRITTEN[spec](value, _locale(language))


def _labels(vocabulary: Vocabulary, codes: Sequence[str], language: str, *, begins: bool) -> list[str]:
    labels = [label(vocabulary, code, language) for code in codes]
    kept = len(labels) if vocabulary in _TITLES else int(begins)
    return labels[:kept] + [within(text, language) for text in labels[kept:]]


def _number(value: float, locale: Locale) -> str:
    return format_decimal(value, format="#,##0", locale=locale)


def _decimal(value: float, locale: Locale) -> str:
    return format_decimal(value, format="#,##0.0", locale=locale)


def _percent(value: float, locale: Locale) -> str:
    return format_percent(value, locale=locale)


def _fine_percent(value: float, locale: Locale) -> str:
    pattern = str(locale.percent_formats[None].pattern)
    return format_percent(value, locale=locale, format=pattern.replace("#,##0", "#,##0.0"))


def _euro(value: float, locale: Locale) -> str:
    if abs(value) < _SHORTENED:
        return format_currency(value, "EUR", locale=locale, currency_digits=False,
                               format=str(locale.currency_formats["standard"].pattern).replace(".00", ""))
    return format_compact_currency(value, "EUR", locale=locale, fraction_digits=_AMOUNT_DIGITS)


def _day(value: date | str, locale: Locale) -> str:
    day = value if isinstance(value, date) else date.fromisoformat(value)
    written = format_date(day, format="long", locale=locale)
    return written.replace("1 ", "1er ", 1) if locale.language == "fr" and day.day == 1 else written


def _country(value: str | Sequence[str], locale: Locale) -> str:
    codes = [value] if isinstance(value, str) else value
    return _listed([str(locale.territories.get(code, code)) for code in codes], locale)


def _in_country(code: str, locale: Locale) -> str:
    usual = f"{_IN.get(locale.language, 'in')} {locale.territories.get(code, code)}"
    return _in_countries()[locale.language].get(code, usual)


@cache
def _in_countries() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(resources.files(__package__).joinpath("in_countries.toml").read_text(encoding="utf-8"))


def _listed(value: Sequence[str], locale: Locale) -> str:
    return format_list(list(value), locale=locale)


def _list(value: Sequence[str], locale: Locale) -> str:
    return _listed([_called(name, locale.language) for name in value], locale)


def _called(value: object, language: str) -> str:
    return value.in_language(language) if isinstance(value, Called) else str(value)


def _english(value: str, _locale: Locale) -> str:
    return f"{_OPENS}{value}{_CLOSES}"


def _named(value: Sequence[Mapping[str, str]], locale: Locale) -> str:
    return _listed([names.get(locale.language) or names["en"] for names in value], locale)


#: How facts are written, by what stands behind their names in a sentence.
WRITTEN: Mapping[str, Callable[[Any, Locale], str]] = {
    "number": _number, "decimal": _decimal, "percent": _percent,
    "fine_percent": _fine_percent, "euro": _euro, "day": _day, "country": _country,
    "in_country": _in_country,
    "list": _list, "named": _named, "english": _english,
}


@cache
def _locale(language: str) -> Locale:
    return Locale(language, _TERRITORIES.get(language))


def _plural_form(language: str, number: float) -> str:
    rule: Callable[[float], str] = _locale(language).plural_form
    return "one" if rule(number) == "one" else "other"
