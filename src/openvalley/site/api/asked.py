"""What can be asked of a question through an address: its request's fields as query parameters."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from ninja import Field, Schema
from pydantic import BeforeValidator, create_model

from openvalley.questions import Question
from openvalley.vocabulary.terms import LANGUAGES

#: Values of one parameter that may be given several times: what is asked through an address is answered at once.
MOST_VALUES = 200


def _written(value: object) -> object:
    """Refuse a day that is a bare number: it would be taken for seconds since 1970."""
    if isinstance(value, str) and value.strip().lstrip("+-").replace(".", "").isdigit():
        raise ValueError("write a day like 2026-01-31")
    return value


_Day = Annotated[date, BeforeValidator(_written)]


class Asked(Schema):
    """The parameters of a question."""


@cache
def parameters(question: Question) -> type[Asked]:
    """Return the query parameters of a question: the fields of its request, with their help, and the language."""
    hints = get_type_hints(question.request)
    fields: dict[str, Any] = {
        field.name: (_plain(hints[field.name]), _described(field)) for field in dataclasses.fields(question.request)}
    fields["language"] = (str, Field(
        "en", description="Language of the sentences: en, nl, fr or de.",
        json_schema_extra={"enum": list(LANGUAGES)}))
    return create_model(f"{question.name.capitalize()}Asked", __base__=Asked, **fields)


def request_of(question: Question, asked: Asked) -> Any:  # noqa: ANN401 - each question has a request of its own
    """Return the request that parameters stand for."""
    given: Mapping[str, Any] = asked.model_dump(exclude={"language"})
    return question.request(**{name: tuple(value) if isinstance(value, list) else value
                               for name, value in given.items()})


def _described(field: dataclasses.Field[Any]) -> Any:  # noqa: ANN401 - pydantic's own description of a field
    description = field.metadata["help"]
    if isinstance(field.default, tuple):
        return Field(list(field.default), description=description, max_length=MOST_VALUES)
    if field.default is not dataclasses.MISSING:
        return Field(field.default, description=description)
    return Field(..., description=description)


def _plain(hint: Any) -> Any:  # noqa: ANN401 - a type, as annotations give it
    """Return the type of a parameter: sequences of text are parameters that may be given more than once."""
    options = get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
    if date in options:
        return _Day | None if type(None) in options else _Day
    if any(option in {str, int, float, bool, date} for option in options):
        return hint
    return list[str]
