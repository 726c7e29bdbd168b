"""Later: the file of a backtest, who took part in which project when, and under which programme."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openvalley.errors import BadInput
from openvalley.insight.connect.ranking import programme_column, programme_parts, read_rows


@dataclass(frozen=True)
class Later:
    """One participation: project, PIC, start, and the programmes (parts that one code stands for) of the project."""

    project: str
    pic: str
    began: date
    programmes: tuple[tuple[str, ...], ...]


def read_later(path: Path) -> list[Later]:
    """Return the rows of a CSV with project, pic, start and perhaps programme_part.

    Raises:
        BadInput: it cannot be read, a start is no day, or a programme is unknown.

    """
    rows = [row for _, row in read_rows(path, ("project", "pic", "start"))]
    column = programme_column(rows)
    known: dict[str, tuple[tuple[str, ...], ...]] = {}
    found = []
    for line, row in enumerate(rows, start=2):
        cell = (row[column] or "") if column else ""
        if cell not in known:
            codes = [code.strip() for code in cell.split(";") if code.strip()]
            known[cell] = tuple(dict.fromkeys(programme_parts(path, code) for code in codes))
        try:
            found.append(Later(row["project"].strip(), row["pic"].strip(),
                               date.fromisoformat(row["start"].strip()[:10]), known[cell]))
        except ValueError as problem:
            raise BadInput(f"{path}, line {line}: {row['start'][:40]!r} is no day.", hint="Write days as 2019-01-31.",
                           line=line) from problem
    return found
