"""fund: which money fits, as text, CSV or calendar; and which members of a list fit one call."""

import csv
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption, LanguageOption
from openvalley.errors import BadInput

if TYPE_CHECKING:
    from openvalley.insight.answer import Answer

#: Columns of a list of members, the first that it has; the others stay as they are.
_ID_COLUMNS = ("match_id", "id", "ror", "pic", "vat")


def fund(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    context: typer.Context,
    organisation: Annotated[str, typer.Argument(metavar="[ORG]", help="Who asks: a name, ROR id, PIC or VAT.")] = "",
    need: Annotated[str, typer.Option(help="What the money is for, in a few words, in nl, fr, de or en.")] = "",
    as_of: Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help=(
        "The day on which calls are open or not; today."))] = None,
    call: Annotated[str, typer.Option(help="A call topic: which of the members fit it?")] = "",
    members: Annotated[Path | None, typer.Option(
        help="With --call: a CSV file with a column match_id (as link writes it), id, ror, pic or vat.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the list here too, as CSV.")] = None,
    calendar: Annotated[Path | None, typer.Option(help="Write the deadlines here, as iCalendar (.ics).")] = None,
    feed: Annotated[Path | None, typer.Option(help="Write the deadlines here, as an Atom feed (.xml).")] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", help="How many of each kind are listed at most.", min=1,
                                       max=1000)] = 20,
    language: LanguageOption = "en",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find money for an organisation or a need: hard rules first, then fit; or the members that fit one call."""
    from openvalley.atlas.reader import open_atlas  # noqa: PLC0415 - loads the compute libraries
    from openvalley.cli.answering import print_answer  # noqa: PLC0415
    from openvalley.insight.fund import FundRequest  # noqa: PLC0415
    from openvalley.questions import fund as answer  # noqa: PLC0415

    edge = Edge.of(context, home, as_json=as_json)
    request = FundRequest(organisation, need, as_of.date() if as_of else None, call,
                          _members(members) if members else (), limit)
    answered = answer(open_atlas(edge.settings.home), request)
    for target in (output, calendar, feed):
        if target is not None and not target.parent.is_dir():
            raise BadInput(f"There is no folder {target.parent}.", hint="Make it first, or write elsewhere.")
    if output is not None:
        _write(answered, output, language)
    if calendar is not None:
        from openvalley.insight.fund.calendar import as_calendar  # noqa: PLC0415

        calendar.write_bytes(as_calendar(answered, language))
    if feed is not None:
        from openvalley.insight.fund.feed import as_feed  # noqa: PLC0415

        feed.write_bytes(as_feed(answered, language))
    print_answer(edge, answered, language)


def _members(path: Path) -> tuple[str, ...]:
    """Read the ids of members; a row without one is passed on as it stands, and will be a stranger.

    Raises:
        BadInput: there is no such file, it is no CSV, or it has no column of ids.

    """
    from openvalley.atlas.lists import by_column  # noqa: PLC0415 - loads the compute libraries

    with by_column(path, "Name a CSV file; openvalley link writes one with match_id.", errors="replace") as rows:
        column = next((name for name in _ID_COLUMNS if name in (rows.fieldnames or ())), None)
        if column is None:
            raise BadInput(f"{path} has none of the columns {', '.join(_ID_COLUMNS)}.",
                           hint="Link the list first: openvalley link members.csv -o linked.csv")
        return tuple(row[column].strip() or f"({row.get('name') or 'a row without a name'})" for row in rows)


def _write(answer: "Answer", target: Path, language: str) -> None:
    """Write the items as CSV: id, name, score, the first evidence, and each value."""
    from openvalley.atlas.csvsafe import safe_cell  # noqa: PLC0415 - loads the compute libraries
    from openvalley.insight.sentences import said  # noqa: PLC0415

    columns = list(dict.fromkeys(name for item in answer.items for name in item.values))
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "type", "name", "score", "why", *columns])
        for item in answer.items:
            why = "; ".join(said(statement.code, statement.values, language) for statement in item.evidence)
            cells = [item.id, item.type, item.name_in(language), item.score, why,
                     *(item.values.get(column) for column in columns)]
            writer.writerow(["" if cell is None else safe_cell(cell if isinstance(cell, int | float) else str(cell))
                             for cell in cells])
