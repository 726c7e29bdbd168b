"""cohort and trend: ask the nodes of hospitals how many patients there are, once or from month to month, and add up."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption
from openvalley.errors import BadCohort, BadInput

if TYPE_CHECKING:
    from openvalley.healthdata.cdm.cohorts import Criterion
    from openvalley.healthdata.hub.adding import CohortAnswer
    from openvalley.healthdata.hub.following import TrendAnswer

#: A measurement with bounds, as it is typed: LOINC:4548-4>=6.5<=8.
_MEASUREMENT = re.compile(r"(?P<concept>[^<>=]+?)(?:>=(?P<min>[-+.\d]+))?(?:<=(?P<max>[-+.\d]+))?")
_DAY = ["%Y-%m-%d"]

_SEVERAL = "may be given several times."
Conditions = Annotated[list[str] | None, typer.Option(metavar="CONCEPT", help=f"Such as SNOMED:44054006; {_SEVERAL}")]
Drugs = Annotated[list[str] | None, typer.Option(metavar="CONCEPT", help=f"Such as RxNorm:6809; {_SEVERAL}")]
Procedures = Annotated[list[str] | None, typer.Option(metavar="CONCEPT", help=f"Such as SNOMED:399208008; {_SEVERAL}")]
Without = Annotated[list[str] | None, typer.Option(metavar="CONCEPT", help="Patients who have it are left out.")]
Measured = Annotated[list[str] | None, typer.Option(
    metavar="CONCEPT[>=N][<=N]", help="Such as LOINC:4548-4>=6.5; quote it for the shell.")]
FileOption = Annotated[str | None, typer.Option("--file", help="A cohort as JSON (- is standard input), instead of or "
                                                               "besides options.")]
HubOption = Annotated[Path | None, typer.Option("--hub", help="The list of nodes (default: hub.toml in the home).")]
Years = Annotated[int | None, typer.Option(min=0, max=130, help="Completed years, on the day of each node's data.")]
Day = Annotated[datetime | None, typer.Option(formats=_DAY, help="Bounds when events began.")]


def cohort(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    context: typer.Context,
    condition: Conditions = None,
    drug: Drugs = None,
    procedure: Procedures = None,
    measurement: Measured = None,
    without_condition: Without = None,
    without_drug: Without = None,
    sex: Annotated[str | None, typer.Option(help="female or male.")] = None,
    min_age: Years = None,
    max_age: Years = None,
    since: Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="First day of events.")] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=_DAY, help="Last day of events.")] = None,
    file: FileOption = None,
    hub: HubOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the nodes of all hospitals how many patients are in a cohort; the criteria are joined by and."""
    from openvalley.healthdata.hub.adding import ask  # noqa: PLC0415
    from openvalley.healthdata.hub.nodes import load_hub  # noqa: PLC0415

    edge = Edge.of(context, home, as_json=as_json)
    period = {word: day.date().isoformat() for word, day in (("from", since), ("to", until)) if day}
    events = _events({"condition": condition, "drug": drug, "procedure": procedure}, measurement, period)
    parts: list[Any] = [
        *events,
        *({"not": {"condition": concept, **period}} for concept in without_condition or ()),
        *({"not": {"drug": concept, **period}} for concept in without_drug or ()),
        *([{"sex": sex}] if sex else []), *_ages(min_age, max_age), *([from_file(file)] if file else [])]
    criterion = _joined(parts)
    print_answers(edge, [ask(load_hub(hub or edge.settings.home / "hub.toml"), criterion)])


def trend(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    context: typer.Context,
    first: Annotated[str, typer.Option("--from", metavar="MONTH", help="First month, such as 2023-01.")],
    last: Annotated[str, typer.Option("--to", metavar="MONTH", help="Last month, such as 2025-06.")],
    condition: Conditions = None,
    drug: Drugs = None,
    procedure: Procedures = None,
    measurement: Measured = None,
    file: FileOption = None,
    hub: HubOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Follow a cohort from month to month over all nodes, and say where it rises (EARS C1, C2, C3)."""
    from openvalley.healthdata.hub.following import follow  # noqa: PLC0415
    from openvalley.healthdata.hub.nodes import load_hub  # noqa: PLC0415

    edge = Edge.of(context, home, as_json=as_json)
    events = _events({"condition": condition, "drug": drug, "procedure": procedure}, measurement, {})
    criterion = _joined([*events, *([from_file(file)] if file else [])])
    answer = follow(load_hub(hub or edge.settings.home / "hub.toml"), criterion, {"from": first, "to": last})
    if edge.as_json:
        edge.print_json(answer.as_data())
        return
    _print_trend(edge, answer)


def print_answers(edge: Edge, answers: Sequence["CohortAnswer"]) -> None:
    """Print every node's part, the total and how many different patients that is."""
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    if edge.as_json:
        edge.print_json({"cohorts": [answer.as_data() for answer in answers]})
        return
    for answer in answers:
        edge.console.print(f"[bold]{escape(answer.question)}[/]", soft_wrap=True)
        table = Table("  node", "patients", "note", box=None)
        for node in answer.nodes:
            table.add_row(f"  {escape(node.node)}", "-" if node.count is None else f"{node.count:,}", escape(node.note))
        edge.console.print(table)
        edge.console.print(f"   {_summed(answer)}\n", soft_wrap=True)


def _summed(answer: "CohortAnswer") -> str:
    if answer.total is None:
        return "No node told a count."
    told = f"Total {answer.total:,}"
    if answer.distinct is None or answer.error is None:
        return f"{told}; a patient of two hospitals counts twice."
    error = f" (+-{answer.error:.1%})" if answer.error else ""
    return f"{told}; different patients about {answer.distinct:,}{error}."


def _print_trend(edge: Edge, answer: "TrendAnswer") -> None:
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    edge.console.print(f"[bold]{escape(answer.question)}[/]", soft_wrap=True)
    for node, note in answer.nodes:
        if note:
            edge.console.print(f"  {escape(node)}: {escape(note)}", soft_wrap=True)
    table = Table("  month", "patients", "below the minimum", "rises by", box=None)
    for one in answer.months:
        table.add_row(f"  {one.month}", "-" if one.total is None else f"{one.total:,}",
                      f"{one.untold} of {len(answer.nodes)} nodes" if one.untold else "", ", ".join(one.signal.alarms))
    edge.console.print(table if answer.months else "No node told its months.")


def _events(named: Mapping[str, Sequence[str] | None], measurement: Sequence[str] | None,
            period: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the criteria of events as they were typed."""
    events = [{kind: concept, **period} for kind, concepts in named.items() for concept in concepts or ()]
    return [*events, *({**_measured(text), **period} for text in measurement or ())]


def _joined(parts: Sequence[object]) -> "Criterion":
    from openvalley.healthdata.cdm.asking import cohort_from  # noqa: PLC0415

    if not parts:
        raise BadCohort("Nobody in particular is asked for.", hint="Give --condition, --file or another criterion.")
    return cohort_from({"all": list(parts)} if len(parts) > 1 else parts[0])


def _ages(least: int | None, most: int | None) -> list[dict[str, Any]]:
    bounds = {word: years for word, years in (("min", least), ("max", most)) if years is not None}
    return [{"age": bounds}] if bounds else []


def _measured(text: str) -> dict[str, Any]:
    found = _MEASUREMENT.fullmatch(text.strip())
    try:
        if found:
            bounds = {word: float(found[word]) for word in ("min", "max") if found[word]}
            return {"measurement": found["concept"].strip(), **bounds}
    except ValueError:
        pass
    raise BadCohort(f"{text!r} is no measurement.", hint="Write it as 'LOINC:4548-4>=6.5'.", term=text)


def from_file(name: str) -> object:
    """Read a cohort from a JSON file, or from standard input.

    Raises:
        BadInput: there is none, or no JSON.

    """
    try:
        content: object = json.loads(sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        raise BadInput(f"The cohort {name} cannot be read: {problem}",
                       hint='It is JSON such as {"condition": "SNOMED:44054006"}.') from problem
    return content
