"""Numbers of a sentence: each is taken out of the sentence as it is shown, in all languages, and held against a count.

A test counts anew what a statement claims; `assert_counted` reads the numbers that stand in its sentence, sees that the
four languages show the same ones, and compares them with that count.
"""

import re
import string
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from babel.numbers import parse_decimal

from openvalley.insight import sentences
from openvalley.insight.answer import Statement
from openvalley.vocabulary.terms import LANGUAGES

_NUMBER = re.compile(r"\d(?:[\d.,\u00a0\u202f]*\d)?")
#: How far a shown number may be from the counted one, by how it is written.
_ROUNDING = {"number": 0.5, "decimal": 0.051, "percent": 0.51, "fine_percent": 0.051, "": 0.0}
_NUMERIC = {"number", "decimal", "percent", "fine_percent", "euro", "day"}
_ENGLISH_UNITS = {"": 1.0, "K": 1e3, "M": 1e6, "B": 1e9}


def assert_counted(statement: Statement, counted: Mapping[str, Any]) -> None:
    """Assert that every number in the sentence of a statement is the counted one, in every language.

    Args:
        statement: the statement; its sentence is read as it is shown.
        counted: the facts as they were counted anew, by the names that they have in the statement: numbers and days.

    """
    told = numbers_told(statement)
    assert set(told) <= set(counted), f"{statement.code}: nobody counted {sorted(set(told) - set(counted))}"
    for name, spec in told.items():
        value = counted[name]
        assert statement.values[name] == (pytest.approx(value) if isinstance(value, float) else value), \
            f"{statement.code}: {name}"
        if spec in _ROUNDING:
            (shown,) = _numbers(sentences_parts(statement, "en")[name][1], "en")
            scale = 100.0 if "percent" in spec else 1.0
            assert abs(shown - scale * float(value)) <= _ROUNDING[spec], f"{statement.code}: {name} is shown as {shown}"
        elif spec == "euro":
            assert _english_amount(sentences_parts(statement, "en")[name][1]) == pytest.approx(value, rel=0.05)


def numbers_told(statement: Statement) -> dict[str, str]:
    """Return how each fact that is a number or a day is written in the sentence, which all languages show alike."""
    by_language = {language: sentences_parts(statement, language) for language in LANGUAGES}
    found = {name: spec for name, (spec, _) in by_language["en"].items()
             if spec in _NUMERIC or (not spec and _is_number(statement, name))}
    for language, parts in by_language.items():
        assert set(parts) == set(by_language["en"]), f"{statement.code} tells other facts in {language}"
        for name, spec in found.items():
            assert parts[name][0] == spec
            if spec != "euro":  # languages shorten thousands differently
                assert sorted(_numbers(parts[name][1], language)) == sorted(_numbers(by_language["en"][name][1], "en"))
            if spec == "day":
                day = statement.values[name]
                day = day if isinstance(day, date) else date.fromisoformat(day)
                assert {day.day, day.year} == set(_numbers(parts[name][1], language))
    return found


def sentences_parts(statement: Statement, language: str) -> dict[str, tuple[str, str]]:
    """Return each fact of the sentence: how it is written, and as what it is shown."""
    question, _, name = statement.code.partition(".")
    entry = sentences.sentences(question)[name]
    text = entry[language]
    if isinstance(text, Mapping):
        text = text[sentences._plural_form(language, statement.values[entry["plural"]])]
    parts, whole = {}, ""
    for literal, field, spec, _ in string.Formatter().parse(text):
        whole += literal
        if field is not None and sentences._BAR in (spec or ""):  # a word in the form of that number
            whole += sentences.written(statement.values[field], spec or "", language)
        elif field is not None:
            parts[field] = (spec or "", sentences._OWN_WORDS.sub(r"\1", sentences.written(
                statement.values[field], spec or "", language, begins=not whole)))
            whole += parts[field][1]
    assert whole == sentences.said(statement.code, statement.values, language)
    return parts


def _is_number(statement: Statement, name: str) -> bool:
    return str(statement.values[name]).isdigit()


def _numbers(text: str, language: str) -> list[float]:
    return [float(parse_decimal(number, locale=language)) for number in _NUMBER.findall(text)]


def _english_amount(text: str) -> float:
    (amount,) = re.findall(r"([\d.]+)([KMB]?)", text.replace(",", ""))
    return float(amount[0]) * _ENGLISH_UNITS[amount[1]]
