"""What an address asks of a question: its fields as typed, the request that they stand for, and what is wrong.

The API's description of a request (`openvalley.site.api.asked`) reads the values, so that a page and a route take the
same.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from django.http import QueryDict
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from openvalley.errors import OpenValleyError, UnknownIdentity
from openvalley.questions import Question
from openvalley.site.api.asked import MOST_VALUES, parameters, request_of

#: What is read of a value of an address: longer ones no form of ours sends.
_LONGEST_VALUE = 2_000
#: The most that a page lists.
_MOST = 500
#: What pydantic calls a value of a wrong type, and what that is to a reader.
_WRONG = {"int_parsing": "number", "int_from_float": "number", "float_parsing": "number", "bool_parsing": "number",
          "date_from_datetime_parsing": "day", "date_parsing": "day", "date_from_datetime_inexact": "day",
          "missing": "missing"}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field: why (a key of the words), the value, and what may have been meant instead.

    ``suggestions`` are pairs of a value and how it is shown; ``detail`` is the error's own sentence, in English.
    """

    why: str
    given: str
    suggestions: Sequence[tuple[str, str]] = ()
    detail: str = ""


@dataclass(frozen=True)
class Asking:
    """A question as an address asks it. ``request`` is None where the values cannot be one."""

    question: Question
    values: Mapping[str, Sequence[str]]
    request: Any
    faults: Mapping[str, Fault]

    @property
    def given(self) -> bool:
        """Whether anything was asked at all."""
        return bool(self.values)

    def one(self, field: str) -> str:
        """Return the value of a field that has one."""
        return next(iter(self.values.get(field, ())), "")


def read(question: Question, query: QueryDict) -> Asking:
    """Read a question from a query string; what it does not know of is left aside."""
    known = parameters(question).model_fields
    values = {field.name: tuple(found) for field in dataclasses.fields(question.request)
              if (found := _typed(field.name, query, several=_several(known[field.name])))}
    faults: dict[str, Fault] = {}
    request = None
    try:
        asked = parameters(question).model_validate(
            {name: list(found) if _several(known[name]) else found[0] for name, found in values.items()})
        request = request_of(question, asked)
    except ValidationError as problem:
        for entry in problem.errors():
            name = str(entry["loc"][0])
            faults[name] = Fault(_WRONG.get(entry["type"], "other"), next(iter(values.get(name, ())), ""),
                                 detail=entry["msg"])
    limit = getattr(request, "limit", 0)
    if limit > _MOST:
        faults["limit"], request = Fault("too-high", str(limit)), None
    return Asking(question, values, request, faults)


def refused(asking: Asking, problem: OpenValleyError, stray: tuple[str, str]) -> Asking:
    """Return the question with the error that its answer ended in, at the field that it is about.

    Args:
        asking: the question.
        problem: the error; its context says the field and why, where it knows.
        stray: a field that an error without one is likely about, and why; an empty one where none is.

    """
    context = problem.context
    field = str(context.get("field") or ("call" if "call" in asking.values else ""))
    if field not in {entry.name for entry in dataclasses.fields(asking.question.request)}:
        field = ""
    suggestions: list[tuple[str, str]] = []
    for entry in _listed(context.get("suggestions")):
        pair = (str(entry["id"]), str(entry["name"])) if isinstance(entry, Mapping) else (str(entry), str(entry))
        suggestions.append(pair)
    if not field and stray[0]:
        field, context = stray[0], {"why": stray[1]}
    why = str(context.get("why") or ("unknown" if field and isinstance(problem, UnknownIdentity) else "other"))
    fault = Fault(why, ", ".join(asking.values.get(field, ())), suggestions, f"{problem.message} {problem.hint}")
    return dataclasses.replace(asking, request=None, faults={**asking.faults, field: fault})


def _listed(found: object) -> Sequence[Any]:
    return found if isinstance(found, (list, tuple)) else ()


def _several(field: FieldInfo) -> bool:
    """Tell whether a parameter may be given more than once."""
    return get_origin(field.annotation) is list or any(get_origin(part) is list for part in get_args(field.annotation))


def _typed(name: str, query: QueryDict, *, several: bool) -> list[str]:
    """Return what was typed into a field: once, or, where several may be given, line by line."""
    given = [_clean(value) for value in query.getlist(name)[:MOST_VALUES]]
    if not several:
        return [text for value in given[:1] if (text := " ".join(value.split()))]
    lines = [line.strip() for value in given for line in value.splitlines() if line.strip()]
    return [*dict.fromkeys((*lines, *_parts(name, query)))][:MOST_VALUES]


def _parts(name: str, query: QueryDict) -> list[str]:
    """Return what was given part by part (``weights.trials=2``), as shares of the whole (``trials=0.5``)."""
    typed = {key.removeprefix(f"{name}."): query.get(key, "").replace(",", ".").strip()
             for key in list(query)[:MOST_VALUES] if key.startswith(f"{name}.")}
    numbers = {key: _number(text) for key, text in typed.items() if text}
    whole = sum(number for number in numbers.values() if number is not None and number > 0)
    return [f"{key}={typed[key] if number is None or number < 0 or not whole else round(number / whole, 6)}"
            for key, number in numbers.items() if number != 0]


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _clean(text: str) -> str:
    """Return a text of bounded length without control characters but line breaks."""
    return "".join(character if character.isprintable() or character == "\n" else " "
                   for character in text[:_LONGEST_VALUE])
