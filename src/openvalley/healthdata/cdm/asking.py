"""Reads a cohort question from JSON; what cannot be meant is refused with the place and the term.

A question is one criterion: ``{"all": [...]}``, ``{"any": [...]}``, ``{"not": {...}}``, or one of

- ``{"condition" | "drug" | "procedure" | "measurement": CONCEPT, "descendants", "from", "to", "days", "age"}``, with
  ``"min"``, ``"max"`` and ``"unit"`` for measurements;
- ``{"age": {"min", "max", "on"}}``, ``{"sex": "female" | "male"}``, ``{"observed": {"from", "to"}}``.

A concept is VOCABULARY:CODE (SNOMED:44054006), or OMOP:ID or a number for a concept_id.
"""

import difflib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from openvalley.errors import BadCohort
from openvalley.healthdata.cdm.cohorts import (
    OMOP,
    Age,
    All,
    AnyOf,
    Criterion,
    Event,
    Kind,
    Not,
    Observed,
    OfSex,
    Period,
    Range,
    Sex,
    leaves,
)
from openvalley.healthdata.cdm.contrary import check_contrary

#: Criteria that one question may have; clinical definitions have tens, a thousand is a mistake or an attack.
MOST_CRITERIA = 100
#: How deep and, or and not may be nested.
MOST_DEPTH = 8
#: Completed years; the oldest person whose age was proven became 122.
OLDEST = 130
#: Days of which a question may speak.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
#: A day of different events; more than this many is no clinical question.
_MOST_DAYS = 1000
#: Highest concept_id that the CDM's integer holds.
_HIGHEST_ID = 2**31 - 1
_CONCEPT = re.compile(r"[A-Za-z][\w .-]{0,31}:[!-~]{1,60}", re.ASCII)
_EVENT = ("descendants", "from", "to", "days", "age")
_FIELDS: Mapping[str, Sequence[str]] = {
    "all": (), "any": (), "not": (), "age": (), "sex": (), "observed": (),
    **{kind.value: _EVENT for kind in Kind}, Kind.MEASUREMENT.value: (*_EVENT, "min", "max", "unit"),
}


def cohort_from(document: object) -> Criterion:
    """Return the criterion that a JSON document describes.

    Raises:
        BadCohort: a field is unknown, a value impossible, the question too long, or it contradicts itself.

    """
    criterion = _criterion(document, "cohort", 1)
    number = sum(1 for _ in leaves(criterion))
    if number > MOST_CRITERIA:
        raise BadCohort(f"The question has {number:,} criteria; at most {MOST_CRITERIA} are answered.",
                        hint="Ask for a concept that stands above several of them.", term=str(number))
    check_contrary(criterion)
    return criterion


def _criterion(document: object, where: str, depth: int) -> Criterion:
    fields = _object(document, where)
    if depth > MOST_DEPTH:
        raise BadCohort(f"{where}: and, or and not are nested more than {MOST_DEPTH} deep.",
                        hint="Write the question flatter.", term=where)
    words = [word for word in fields if word in _FIELDS]
    if any(word in list(Kind) for word in words):
        words = [word for word in words if word != "age"]    # the age at the event
    if len(words) != 1:
        _unknown(fields, _FIELDS, where)
        raise BadCohort(f"{where}: one of {', '.join(_FIELDS)} is needed, {len(words)} are given.",
                        hint='Join several criteria with {"all": [...]} or {"any": [...]}.', term=where)
    word = words[0]
    _unknown({key: None for key in fields if key != word}, _FIELDS[word], where)
    match word:
        case "all" | "any":
            parts = _parts(fields[word], f"{where}.{word}", depth)
            return All(parts) if word == "all" else AnyOf(parts)
        case "not":
            return Not(_criterion(fields[word], f"{where}.not", depth + 1))
        case "sex":
            return OfSex(_sex(fields[word], f"{where}.sex"))
        case "age":
            return _age(fields[word], f"{where}.age")
        case "observed":
            inner = _only(fields[word], ("from", "to"), f"{where}.observed")
            return Observed(_period(inner, f"{where}.observed"))
        case _:
            return _event(Kind(word), fields, where)


def _parts(value: object, where: str, depth: int) -> tuple[Criterion, ...]:
    if not isinstance(value, list) or not value:
        raise BadCohort(f"{where}: a list with at least one criterion is needed.", hint="Leave it out otherwise.",
                        term=where)
    if len(value) > MOST_CRITERIA:
        raise BadCohort(f"{where} has {len(value):,} criteria; a question has at most {MOST_CRITERIA}.",
                        hint="Ask for a concept that stands above several of them.", term=str(len(value)))
    return tuple(_criterion(part, f"{where}[{number}]", depth + 1) for number, part in enumerate(value))


def _event(kind: Kind, fields: Mapping[str, Any], where: str) -> Event:
    days, descendants = fields.get("days", 1), fields.get("descendants", True)
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= _MOST_DAYS:
        raise BadCohort(f"{where}.days: {days!r} is no number of days between 1 and {_MOST_DAYS:,}.", term=str(days))
    if not isinstance(descendants, bool):
        raise BadCohort(f"{where}.descendants: {descendants!r} is neither true nor false.", term=str(descendants))
    age = _only(fields.get("age", {}), ("min", "max"), f"{where}.age")
    return Event(
        kind, concept(fields[kind.value], f"{where}.{kind.value}"), descendants=descendants,
        period=_period(fields, where), days=days, age=_range(age, f"{where}.age", _years),
        value=_range(fields, where, _number),
        unit=concept(fields["unit"], f"{where}.unit") if "unit" in fields else None)


def concept(value: object, where: str) -> str:
    """Return a concept as VOCABULARY:CODE.

    Raises:
        BadCohort: it has not this form.

    """
    if (isinstance(value, int) and not isinstance(value, bool)) or (
            isinstance(value, str) and value.isascii() and value.isdigit()):
        value = f"{OMOP}:{value}"
    if not isinstance(value, str) or not _CONCEPT.fullmatch(value):
        raise BadCohort(f"{where}: {_short(value)} is no concept.",
                        hint="Write it as VOCABULARY:CODE, such as SNOMED:44054006, or as OMOP:201826.",
                        term=_short(value))
    vocabulary, _, code = value.partition(":")
    if vocabulary == OMOP and not (code.isdigit() and 0 < int(code) <= _HIGHEST_ID):
        raise BadCohort(f"{where}: {_short(value)} is no concept_id of the OMOP vocabulary.", term=value,
                        hint="A concept_id is a whole number above 0.")
    return f"{OMOP}:{int(code)}" if vocabulary == OMOP else value


def _age(value: object, where: str) -> Age:
    fields = _only(value, ("min", "max", "on"), where)
    years = _range(fields, where, _years)
    if years == Range():
        raise BadCohort(f"{where}: min, max or both are needed.", term=where)
    return Age(years, day(fields["on"], f"{where}.on") if "on" in fields else None)


def _sex(value: object, where: str) -> Sex:
    if value not in list(Sex):
        raise BadCohort(f"{where}: {_short(value)} is no sex that can be asked for.",
                        hint=f"Write {' or '.join(Sex)}.", term=_short(value))
    return Sex(str(value))


def _period(fields: Mapping[str, Any], where: str) -> Period:
    since, until = (day(fields[word], f"{where}.{word}") if word in fields else None for word in ("from", "to"))
    if since and until and since > until:
        raise BadCohort(f"{where}: the period ends on {until}, before it begins on {since}.", term=f"{since}..{until}")
    return Period(since, until)


def day(value: object, where: str) -> date:
    """Return a day from its ISO form.

    Raises:
        BadCohort: it is none, or lies outside what a question may speak of.

    """
    try:
        found = date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise BadCohort(f"{where}: {_short(value)} is no day.", hint="Write it as 2024-12-31.",
                        term=_short(value)) from None
    if not FIRST_DAY <= found <= LAST_DAY:
        raise BadCohort(f"{where}: {found} is not between {FIRST_DAY} and {LAST_DAY}.", term=str(value))
    return found


def _range(fields: Mapping[str, Any], where: str, read: Callable[[object, str], float]) -> Range:
    least, most = (read(fields[word], f"{where}.{word}") if word in fields else None for word in ("min", "max"))
    if least is not None and most is not None and least > most:
        raise BadCohort(f"{where}: nothing is at least {least:g} and at most {most:g}.", term=f"{least:g}..{most:g}")
    return Range(least, most)


def _years(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= OLDEST:
        raise BadCohort(f"{where}: {_short(value)} is no age.", hint=f"Give whole years between 0 and {OLDEST}.",
                        term=_short(value))
    return value


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > 1e15:  # noqa: PLR2004 - beyond what a double keeps exactly
        raise BadCohort(f"{where}: {_short(value)} is no number.", term=_short(value))
    return float(value)


def _object(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadCohort(f"{where}: an object is needed, not {_short(value)}.",
                        hint='Write a criterion such as {"sex": "female"}.', term=_short(value))
    return value


def _only(value: object, known: Sequence[str], where: str) -> Mapping[str, Any]:
    fields = _object(value, where)
    _unknown(fields, known, where)
    return fields


def _unknown(fields: Mapping[str, Any], known: Sequence[str] | Mapping[str, Any], where: str) -> None:
    for field in fields:
        if field not in known:
            near = difflib.get_close_matches(field, list(known), n=1)
            raise BadCohort(f"{where}: {_short(field)} is not known here.",
                            hint=f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(known) or 'no more'}.",
                            term=field[:60])


def _short(value: object) -> str:
    """Return a value for a message; nothing that was sent is repeated at length."""
    told = repr(value) if len(str(value)) <= 60 else repr(str(value)[:57] + "...")  # noqa: PLR2004 - a line's part
    return told.encode("unicode_escape").decode()
