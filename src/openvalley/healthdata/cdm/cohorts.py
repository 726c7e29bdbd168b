"""A cohort as data: who is meant, said by criteria that are joined with and, or and not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What happened to a person; each kind has its table in the CDM and its domain in the vocabulary."""

    CONDITION = "condition"
    DRUG = "drug"
    PROCEDURE = "procedure"
    MEASUREMENT = "measurement"


class Sex(StrEnum):
    """Sex as the CDM's gender_concept_id records it."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included; None is open."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Range:
    """From a number to a number, both included; None is open."""

    least: float | None = None
    most: float | None = None


#: What stands before the colon where a concept is named by its concept_id.
OMOP = "OMOP"
#: No bounds: any day, any number.
ALWAYS, ANY = Period(), Range()


@dataclass(frozen=True)
class Event:
    """Persons with an event of a concept.

    Attributes:
        kind: in which table.
        concept: the concept as it was asked for, such as SNOMED:44054006 or OMOP:201826.
        descendants: whether what the vocabulary places below the concept counts too.
        period: when the event began.
        days: on at least so many different days; >= 1.
        age: completed years at the event.
        value: the measured value; measurements only.
        unit: the value's unit as a concept, such as UCUM:mg/dL; None is any unit.

    """

    kind: Kind
    concept: str
    descendants: bool = True
    period: Period = ALWAYS
    days: int = 1
    age: Range = ANY
    value: Range = ANY
    unit: str | None = None


@dataclass(frozen=True)
class Age:
    """Persons whose age in completed years on a day lies in a range.

    Attributes:
        years: the ages.
        on: the day; None is the day up to which the database's data go, which is each database's own.

    """

    years: Range
    on: date | None = None


@dataclass(frozen=True)
class OfSex:
    """Persons of a sex."""

    sex: Sex


@dataclass(frozen=True)
class Observed:
    """Persons with an observation period that touches a period."""

    period: Period


@dataclass(frozen=True)
class All:
    """Persons in every part."""

    parts: tuple["Criterion", ...]


@dataclass(frozen=True)
class AnyOf:
    """Persons in at least one part."""

    parts: tuple["Criterion", ...]


@dataclass(frozen=True)
class Not:
    """Persons of the database who are not in the part."""

    part: "Criterion"


Criterion = Event | Age | OfSex | Observed | All | AnyOf | Not


def settled(criterion: Criterion, as_of: date, ids: Mapping[str, int]) -> Criterion:
    """Return a criterion as one database understands it: its own day for ages, its own number for each concept."""
    match criterion:
        case All(parts):
            return All(tuple(settled(part, as_of, ids) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(settled(part, as_of, ids) for part in parts))
        case Not(part):
            return Not(settled(part, as_of, ids))
        case Event(concept=concept, unit=unit):
            return replace(criterion, concept=f"{OMOP}:{ids[concept]}", unit=f"{OMOP}:{ids[unit]}" if unit else None)
        case Age(years, None):
            return Age(years, as_of)
        case _:
            return criterion


def leaves(criterion: Criterion) -> Iterator[Event | Age | OfSex | Observed]:
    """Yield the criteria that are no combination of others."""
    match criterion:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield criterion


def concepts(criterion: Criterion) -> list[str]:
    """Return every concept and unit that a criterion names, each once, sorted."""
    events = [leaf for leaf in leaves(criterion) if isinstance(leaf, Event)]
    return sorted({event.concept for event in events} | {event.unit for event in events if event.unit})
