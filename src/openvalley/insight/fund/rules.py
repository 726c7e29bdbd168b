"""Rules: what must hold before money can be asked for. Each is kept, broken, or open because a fact is unknown.

Rules are hard: a broken one excludes, whatever else fits. What no source tells is never taken for kept or broken.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from openvalley.insight.fund.asker import Asker
from openvalley.vocabulary.terms import Vocabulary, terms

#: A rule that lists all of them is none.
_SIZES = frozenset(terms(Vocabulary.COMPANY_SIZE))
#: What comes back every year is not over when its last known date is past.
_YEARLY = "yearly"


class Outcome(StrEnum):
    """What came of a rule."""

    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"


@dataclass(frozen=True)
class Checked:
    """A rule, what came of it, and the facts that a sentence about it needs (``wanted``, ``has``)."""

    rule: str
    outcome: Outcome
    wanted: Any
    has: Any = None


@dataclass(frozen=True)
class Consortium:
    """What a valid consortium of an action needs, and the share of costs that is paid, in percent."""

    entities: int
    countries: int
    rate: int


def instrument_rules(row: Mapping[str, Any], who: Asker, day: date) -> list[Checked]:
    """Check an instrument of the pack: kind, size, seat, age, stage, sector and cut-off dates."""
    found = [*_listed("kind", row["who_kinds"], [who.kind] if who.kind else []),
             *_listed("size", [] if set(row["who_sizes"] or ()) >= _SIZES else row["who_sizes"], who.sizes, every=True),
             *_seat(row["who_seats"], who), *_age(row["max_age_years"], who, day),
             *_touching("stage", row["stages"], who.stages), *_sector(row["sectors"], who)]
    cut_offs = row["cut_offs"] or []
    if cut_offs:
        coming = [cut_off for cut_off in cut_offs if cut_off >= day]
        again = Checked("cut_off_past", Outcome.OPEN, max(cut_offs)) if row.get("rhythm") == _YEARLY \
            else Checked("cut_off", Outcome.BROKEN, max(cut_offs))
        found.append(Checked("cut_off", Outcome.KEPT, min(coming)) if coming else again)
    return found


def investor_rules(row: Mapping[str, Any], who: Asker) -> list[Checked]:
    """Check an investor: it invests in companies, where it says and in the fields that it names."""
    companies = ("company", "spin-off", "cro", "cmo", "cdmo", "service-provider")
    return [*_listed("kind", companies, [who.kind] if who.kind else []), *_seat(row["invests_in"], who),
            *_sector(row["fields"], who)]


def call_rules(row: Mapping[str, Any], who: Asker) -> list[Checked]:
    """Check a call of Horizon Europe: the country. Standing on a day is the caller's; consortia are no exclusion."""
    funded = funded_countries()
    if who.country is None:
        return [Checked("country", Outcome.OPEN, row["programme"])]
    kept = who.country in funded
    return [Checked("country", Outcome.KEPT if kept else Outcome.BROKEN, row["programme"], who.country)]


def consortium(action_type: str | None, *, non_profit: bool) -> Consortium | None:
    """Return what a valid consortium of an action needs; None for types that are not in the table."""
    entry = _tables("action_types.toml").get((action_type or "").rpartition("-")[2])
    if entry is None:
        return None
    return Consortium(entry["entities"], entry["countries"], entry["rate_non_profit" if non_profit else "rate"])


def outcome(checked: Sequence[Checked]) -> Outcome:
    """Return what the rules come to: one broken excludes; one open leaves the whole open."""
    outcomes = {check.outcome for check in checked}
    return next((found for found in (Outcome.BROKEN, Outcome.OPEN) if found in outcomes), Outcome.KEPT)


@cache
def funded_countries() -> frozenset[str]:
    """Return the countries whose organisations Horizon Europe funds."""
    table = _tables("countries.toml")
    return frozenset([*table["members"], *table["associated"]])


def _listed(rule: str, wanted: Sequence[str] | None, has: Sequence[str], *, every: bool = False) -> Iterator[Checked]:
    """Check that what is known is in a list; ``every``: all that it may be must be, else it is open."""
    if not wanted:
        return
    if not has:
        yield Checked(rule, Outcome.OPEN, list(wanted))
    elif not set(has) & set(wanted):
        yield Checked(rule, Outcome.BROKEN, list(wanted), list(has))
    elif every and not set(has) <= set(wanted):
        yield Checked(rule, Outcome.OPEN, list(wanted), list(has))
    else:
        yield Checked(rule, Outcome.KEPT, list(wanted), list(has))


def _touching(rule: str, wanted: Sequence[str] | None, has: Sequence[str]) -> Iterator[Checked]:
    """Check that two lists have something in common."""
    yield from _listed(rule, wanted, has)


def _sector(wanted: Sequence[str] | None, who: Asker) -> Iterator[Checked]:
    """Check that it is for a sector of who asks; a sector that is but guessed excludes nothing."""
    known = [] if who.guessed and not set(who.sectors) & set(wanted or ()) else who.sectors
    yield from _touching("sector", wanted, known)


def _seat(seats: Sequence[str] | None, who: Asker) -> Iterator[Checked]:
    """Check that the seat lies in one of some regions or countries (NUTS codes; the first letters name the country)."""
    if not seats:
        return
    at_home = any(_country(seat) == who.country for seat in seats)
    if at_home and who.shared_seat and who.nuts:
        # Which of the communities there it belongs to stands in no source.
        kept = any(who.nuts.startswith(seat) for seat in seats)
        yield Checked("seat", Outcome.KEPT if kept else Outcome.OPEN, list(seats), who.nuts)
    elif who.country is not None and not at_home:
        yield Checked("seat", Outcome.BROKEN, list(seats), who.country)
    elif (who.country is not None and who.country in map(_whole_country, seats)) or (
            who.nuts and any(who.nuts.startswith(seat) for seat in seats)):
        yield Checked("seat", Outcome.KEPT, list(seats), who.nuts or who.country)
    elif who.nuts and all(len(seat) <= len(who.nuts) for seat in seats):
        yield Checked("seat", Outcome.BROKEN, list(seats), who.nuts)
    else:
        yield Checked("seat", Outcome.OPEN, list(seats), who.country)


def _age(most: int | None, who: Asker, day: date) -> Iterator[Checked]:
    if most is None:
        return
    if who.founded is None:
        yield Checked("age", Outcome.OPEN, most)
    else:
        # Only the year is known: within the last year of the limit nothing can be told.
        age = day.year - who.founded
        kept = Outcome.KEPT if age < most else Outcome.OPEN if age == most else Outcome.BROKEN
        yield Checked("age", kept, most, who.founded)


def _whole_country(seat: str) -> str | None:
    """Return the country of a seat that is a whole country; None for a region."""
    return _country(seat) if len(seat) == len("BE") else None


def _country(seat: str) -> str:
    return {"EL": "GR", "UK": "GB"}.get(seat[:2], seat[:2])


@cache
def _tables(name: str) -> Mapping[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))
