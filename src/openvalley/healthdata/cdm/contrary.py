"""Finds criteria that no person can fulfil at once, so that a mistake is not answered with "nobody"."""

from collections.abc import Sequence

from openvalley.errors import BadCohort
from openvalley.healthdata.cdm import canonical
from openvalley.healthdata.cdm.cohorts import Age, All, AnyOf, Criterion, Not, OfSex

_HINT = "Join them with any instead of all, or leave one out."


def check_contrary(criterion: Criterion) -> None:
    """Look through every and.

    Raises:
        BadCohort: two parts exclude each other: both sexes, ages that do not meet, a criterion and its not.

    """
    match criterion:
        case All(parts):
            flat = _flat(parts)
            _sexes(flat)
            _ages(flat)
            _negated(flat)
            for part in parts:
                check_contrary(part)
        case AnyOf(parts):
            for part in parts:
                check_contrary(part)
        case Not(part):
            check_contrary(part)
        case _:
            pass


def _flat(parts: Sequence[Criterion]) -> list[Criterion]:
    return [one for part in parts for one in (_flat(part.parts) if isinstance(part, All) else [part])]


def _sexes(parts: Sequence[Criterion]) -> None:
    sexes = sorted({part.sex for part in parts if isinstance(part, OfSex)})
    if len(sexes) > 1:
        raise BadCohort(f"Nobody is recorded as {' and '.join(sexes)} at once.", hint=_HINT, term=" and ".join(sexes))


def _ages(parts: Sequence[Criterion]) -> None:
    ages = [part for part in parts if isinstance(part, Age)]
    for day in {age.on for age in ages}:
        ranges = [age.years for age in ages if age.on == day]
        least = max((years.least for years in ranges if years.least is not None), default=0.0)
        most = min((years.most for years in ranges if years.most is not None), default=least)
        if least > most:
            raise BadCohort(f"Nobody is at least {least:g} and at most {most:g} years old on the same day.", hint=_HINT,
                            term=f"age {least:g}..{most:g}")


def _negated(parts: Sequence[Criterion]) -> None:
    wanted = {canonical.text(part) for part in parts if not isinstance(part, Not)}
    for part in parts:
        if isinstance(part, Not) and (told := canonical.text(part.part)) in wanted:
            raise BadCohort(f"Nobody fulfils {told} and does not.", hint=_HINT, term=told)
