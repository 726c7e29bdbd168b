"""Turns a cohort into one statement: named steps that are sets of persons, joined as sets. One text for all engines.

Every value that a person wrote is a parameter; names of tables and columns are constants of this module. What the
engines write differently is sqlglot's to write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sqlglot import exp

from openvalley.healthdata.cdm.cohorts import (
    ALWAYS,
    ANY,
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
    Sex,
)

Value = int | float | date

#: Concepts of gender_concept_id. Source: OMOP vocabulary, domain Gender.
GENDERS: Mapping[Sex, int] = {Sex.FEMALE: 8532, Sex.MALE: 8507}
#: Day of birth as one number (yyyymmdd). Without a day it is the month's first, without a month 15 June. Source:
#: conventions of person.birth_datetime, https://ohdsi.github.io/CommonDataModel/cdm54.html
_BORN = ("p.year_of_birth * 10000 + COALESCE(p.month_of_birth, 6) * 100"
         " + COALESCE(p.day_of_birth, CASE WHEN p.month_of_birth IS NULL THEN 15 ELSE 1 END)")
#: A year in such a number: two days are as many completed years apart as their difference holds of it.
_YEAR = 10_000
#: Persons of a set s who are in another one.
_IN = "EXISTS (SELECT 1 FROM {0} AS o WHERE o.person_id = s.person_id)"


class Place(NamedTuple):
    """Where events of a kind stand."""

    table: str
    concept: str
    day: str


PLACES: Mapping[Kind, Place] = {
    Kind.CONDITION: Place("condition_occurrence", "condition_concept_id", "condition_start_date"),
    Kind.DRUG: Place("drug_exposure", "drug_concept_id", "drug_exposure_start_date"),
    Kind.PROCEDURE: Place("procedure_occurrence", "procedure_concept_id", "procedure_date"),
    Kind.MEASUREMENT: Place("measurement", "measurement_concept_id", "measurement_date"),
}


@dataclass(frozen=True)
class Statement:
    """A statement with its parameters; `sql` writes it for an engine."""

    query: exp.Query
    parameters: Mapping[str, Value]
    _texts: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def sql(self, dialect: str) -> str:
        """Return the text in the dialect of an engine: duckdb or postgres."""
        if dialect not in self._texts:
            self._texts[dialect] = self.query.sql(dialect=dialect)
        return self._texts[dialect]


@lru_cache(maxsize=512)
def compile_cohort(criterion: Criterion) -> Statement:
    """Return the statement whose one column person_id lists each person of a settled cohort once.

    Args:
        criterion: with concepts by their concept_id and days for ages: what `cohorts.settled` returns.

    """
    steps = _Steps()
    query = exp.select("s.person_id").from_(f"{steps.add(criterion)} AS s")
    if not _known_persons(criterion):
        query = query.where(_IN.format("person"))
    for step, body in steps.bodies.items():
        query = query.with_(step, as_=body, copy=False)
    return Statement(query, steps.parameters)


@dataclass
class _Steps:
    """Steps made so far, and the values that they need."""

    bodies: dict[str, exp.Query] = field(default_factory=dict)
    parameters: dict[str, Value] = field(default_factory=dict)

    def add(self, criterion: Criterion) -> str:
        """Add a criterion with all below it; return the name of its step."""
        body = self._body(criterion)
        name = f"step_{len(self.bodies) + 1}"
        self.bodies[name] = body
        return name

    def _body(self, criterion: Criterion) -> exp.Query:  # noqa: PLR0911 - one a form of criterion
        match criterion:
            case Event():
                return self._event(criterion)
            case Age(years, on):
                return self._age(years.least, years.most, on)
            case OfSex(sex):
                return exp.select("p.person_id").from_("person AS p").where(
                    f"p.gender_concept_id = {self._value(GENDERS[sex])}")
            case Observed(period):
                return self._observed(period)
            case All(parts):
                return self._all(parts)
            case AnyOf(parts):
                query, *others = (exp.select("person_id").from_(self.add(part)) for part in parts)
                return query.union(*others) if others else query
            case Not():
                return self._all([criterion])

    def _all(self, parts: Sequence[Criterion]) -> exp.Select:
        """Keep of one set who is in all others that are wanted, and in none that is not."""
        wanted = [self.add(part) for part in parts if not isinstance(part, Not)]
        base, *others = wanted or ["person"]
        unwanted = [self.add(part.part) for part in parts if isinstance(part, Not)]
        return exp.select("s.person_id").from_(f"{base} AS s").where(
            *(_IN.format(name) for name in others), *(f"NOT {_IN.format(name)}" for name in unwanted))

    def _event(self, event: Event) -> exp.Select:
        place = PLACES[event.kind]
        query = exp.select("e.person_id").distinct().from_(f"{place.table} AS e").where(
            f"e.{place.concept} {self._concepts(event)}", *self._within(f"e.{place.day}", event.period))
        if event.value != ANY:
            query = query.where(*self._between("e.value_as_number", event.value.least, event.value.most))
        if event.unit:
            query = query.where(f"e.unit_concept_id = {self._value(_concept_id(event.unit))}")
        if event.age != ANY:
            query = query.join("person AS p", on="p.person_id = e.person_id").where(
                *self._aged(f"{_as_number(f'e.{place.day}')} - ({_BORN})", event.age.least, event.age.most))
        if event.days > 1:
            query = query.group_by("e.person_id").having(
                f"COUNT(DISTINCT e.{place.day}) >= {self._value(event.days)}")
        return query

    def _concepts(self, event: Event) -> str:
        wanted = self._value(_concept_id(event.concept))
        if not event.descendants:
            return f"= {wanted}"
        return (f"IN (SELECT a.descendant_concept_id FROM concept_ancestor AS a WHERE a.ancestor_concept_id = {wanted}"
                f" UNION ALL SELECT CAST({wanted} AS BIGINT))")

    def _age(self, least: float | None, most: float | None, on: date | None) -> exp.Select:
        if on is None:
            message = "an age without a day was not settled"
            raise ValueError(message)
        today = self._value(on.year * _YEAR + on.month * 100 + on.day)
        return exp.select("p.person_id").from_("person AS p").where(*self._aged(f"{today} - ({_BORN})", least, most))

    def _observed(self, period: Period) -> exp.Select:
        query = exp.select("o.person_id").distinct().from_("observation_period AS o")
        if period.since:
            query = query.where(f"o.observation_period_end_date >= {self._value(period.since)}")
        if period.until:
            query = query.where(f"o.observation_period_start_date <= {self._value(period.until)}")
        return query

    def _within(self, column: str, period: Period) -> list[str]:
        return [] if period == ALWAYS else [
            f"{column} {sign} {self._value(day)}"
            for sign, day in ((">=", period.since), ("<=", period.until)) if day is not None]

    def _between(self, column: str, least: float | None, most: float | None) -> list[str]:
        return [f"{column} {sign} {self._value(bound)}"
                for sign, bound in ((">=", least), ("<=", most)) if bound is not None]

    def _aged(self, years: str, least: float | None, most: float | None) -> list[str]:
        """Compare completed years, both bounds included, with a difference of two days as numbers."""
        found = [] if least is None else [f"{years} >= {self._value(int(least) * _YEAR)}"]
        return found + ([] if most is None else [f"{years} < {self._value((int(most) + 1) * _YEAR)}"])

    def _value(self, value: Value) -> str:
        name = f"p{len(self.parameters) + 1}"
        self.parameters[name] = value
        return f":{name}"


def _known_persons(criterion: Criterion) -> bool:
    """Tell whether a criterion's step can only list persons of the table person."""
    match criterion:
        case Age() | OfSex() | Not():
            return True
        case All(parts):
            return any(_known_persons(part) for part in parts) or all(isinstance(part, Not) for part in parts)
        case AnyOf(parts):
            return all(_known_persons(part) for part in parts)
        case Event(age=age):
            return age != ANY
        case _:
            return False


def _as_number(column: str) -> str:
    """Return a date as one number (yyyymmdd)."""
    return (f"EXTRACT(YEAR FROM {column}) * 10000 + EXTRACT(MONTH FROM {column}) * 100"
            f" + EXTRACT(DAY FROM {column})")


def _concept_id(concept: str) -> int:
    vocabulary, _, number = concept.partition(":")
    if vocabulary != OMOP:
        message = f"{concept} was not settled"
        raise ValueError(message)
    return int(number)
