"""Extracts: which projects of each register the atlas holds, so that a page can say what was not looked at.

A register of projects is read programme by programme, and a mirror may hold a part of one: what an extract does not
name may well stand in the register.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.atlas.sourced import sources_of
from openvalley.site.pages import wording


@dataclass(frozen=True)
class Programme:
    """The projects of a programme that were read: its code, how many, and the years in which first and last start."""

    code: str
    projects: int
    first_year: int | None
    last_year: int | None


@dataclass(frozen=True)
class Extract:
    """What was read of a register of projects: the source, its short name, the day it tells of, and the programmes."""

    source: str
    register: str
    as_of: str | None
    programmes: Sequence[Programme]


def extracts(atlas: Atlas) -> list[Extract]:
    """Return what the atlas holds of each register of projects; nothing where it holds no projects."""
    held = remembered(atlas, "extracts", lambda: _programmes(atlas))
    known = sources_of(atlas)
    return [Extract(name, wording.short_source(known.get(name, {})) or name, _day(known.get(name, {})), programmes)
            for name, programmes in held.items()]


def _programmes(atlas: Atlas) -> dict[str, list[Programme]]:
    """Return the programmes of each source of projects, the earliest first."""
    rows = atlas.rows("""
        SELECT source, coalesce(programme, '') AS code, count(*) AS projects, year(min(start_date)) AS first_year,
               year(max(start_date)) AS last_year
        FROM project GROUP BY ALL ORDER BY source, first_year, code
    """)
    held: dict[str, list[Programme]] = {}
    for row in rows:
        held.setdefault(row.pop("source"), []).append(Programme(**row))
    return held


def _day(source: Mapping[str, Any]) -> str | None:
    return source.get("as_of") or source.get("retrieved")
