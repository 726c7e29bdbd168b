"""Says a cohort in words, for people who read what was asked."""

from openvalley.healthdata.cdm.cohorts import Age, All, AnyOf, Criterion, Event, Not, Observed, OfSex, Period, Range


def described(criterion: Criterion) -> str:
    """Return a cohort as a phrase: condition SNOMED:44054006, female, not drug RxNorm:6809."""
    match criterion:
        case All(parts):
            return ", ".join(_inside(part) for part in parts)
        case AnyOf(parts):
            return " or ".join(_inside(part) for part in parts)
        case Not(part):
            return f"not {_inside(part)}"
        case _:
            return _leaf(criterion)


def _leaf(criterion: Event | Age | OfSex | Observed) -> str:
    match criterion:
        case Age(years, on):
            return f"aged {_range(years)}{f' on {on}' if on else ''}"
        case OfSex(sex):
            return str(sex)
        case Observed(period):
            return f"observed{_period(period)}"
        case Event():
            return _event(criterion)


def _inside(part: Criterion) -> str:
    return f"({described(part)})" if isinstance(part, All | AnyOf) else described(part)


def _event(event: Event) -> str:
    told = f"{event.kind} {event.concept}"
    if not event.descendants:
        told += " alone"
    if event.value != Range():
        told += f" {_range(event.value)}{f' {event.unit}' if event.unit else ''}"
    if event.days > 1:
        told += f" on {event.days} days"
    if event.age != Range():
        told += f" at the age of {_range(event.age)}"
    return told + _period(event.period)


def _range(numbers: Range) -> str:
    if numbers.least is not None and numbers.most is not None:
        return f"{numbers.least:g} to {numbers.most:g}"
    return f"{numbers.least:g} or more" if numbers.least is not None else f"{numbers.most:g} or less"


def _period(period: Period) -> str:
    since = f" from {period.since}" if period.since else ""
    return since + (f" to {period.until}" if period.until else "")
