"""What a list shows of a thing: one row in one form, whether it comes from the tables or from the search index."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openvalley.atlas.clinical import trial_name
from openvalley.atlas.funding import standing
from openvalley.atlas.reader import Atlas
from openvalley.atlas.search import Hit
from openvalley.site.pages import addresses, wording


@dataclass(frozen=True)
class Row:
    """One line of a list: where it leads, what it is called, and what a list shows of it."""

    id: str
    type: str
    name: str
    url: str
    shown: Mapping[str, Any]


def of_tables(atlas: Atlas, kind: str, rows: Iterable[Mapping[str, Any]], day: date) -> list[Row]:
    """Return the rows of a list of one type as they stand on a day."""
    if kind == "call":
        return [_call(row, row["opens"], deadlines, day) for row, deadlines in _with_deadlines(atlas, list(rows))]
    return [_ROWS[kind](row) for row in rows]


def of_hit(hit: Hit, day: date) -> Row:
    """Return what the search index found as it stands on a day."""
    shown = hit.shown
    if hit.type == "call":
        opens = date.fromisoformat(shown["opens"]) if shown["opens"] else None
        return _call({**shown, "id": hit.id, "title": hit.name}, opens, map(date.fromisoformat, shown["deadlines"]),
                     day)
    if hit.type == "trial":
        return _row(hit.id, "trial", trial_name(shown["acronym"], hit.name), shown)
    return _row(hit.id, hit.type, hit.name, shown)


def project_name(row: Mapping[str, Any]) -> str:
    """Return what a project is called: acronym, else title, else its number."""
    return str(row["acronym"] or row["title"] or wording.numbered_project(row["source_id"]))


def _row(known: str, kind: str, name: str, shown: Mapping[str, Any]) -> Row:
    return Row(known, kind, name, addresses.url_of(kind, known), shown)


def _organisation(row: Mapping[str, Any]) -> Row:
    return _row(row["id"], "organisation", row["name"] or row["id"], row)


def _project(row: Mapping[str, Any]) -> Row:
    return _row(row["id"], "project", project_name(row), {**row, "year": _year(row)})


def _trial(row: Mapping[str, Any]) -> Row:
    name = trial_name(row["acronym"], row["title"], row["source_id"])
    return _row(row["id"], "trial", name, {**row, "year": _year(row), "phases": row["phases"] or []})


def _call(row: Mapping[str, Any], opens: date | None, deadlines: Iterable[date], day: date) -> Row:
    """Return a call's row: its standing on the day, and the deadline that counts then: the next, else the last."""
    ordered = sorted(deadlines)
    shown = {
        **row, "opens": opens, "deadlines": ordered, "standing": standing(opens, ordered, day).value,
        "deadline": next((deadline for deadline in ordered if deadline >= day), ordered[-1] if ordered else None),
    }
    return _row(row["id"], "call", row["title"] or row["source_id"], shown)


def _with_deadlines(
    atlas: Atlas, rows: Sequence[Mapping[str, Any]],
) -> Iterable[tuple[Mapping[str, Any], Sequence[date]]]:
    """Yield calls with their deadlines: a list of calls holds the last alone."""
    found = atlas.rows("SELECT call_id, list(deadline) AS deadlines FROM call_deadline "
                       "WHERE call_id IN (SELECT unnest(?)) GROUP BY call_id", [[row["id"] for row in rows]])
    deadlines = {row["call_id"]: row["deadlines"] for row in found}
    for row in rows:
        yield row, deadlines.get(row["id"], ())


def _year(row: Mapping[str, Any]) -> int | None:
    return row["start_date"].year if row["start_date"] else None


_ROWS = {"organisation": _organisation, "project": _project, "trial": _trial}
