"""The material of a run: what every contestant is given, as tables that any environment can read."""

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import duckdb
from contestants.competing import NAMES, Name, Row, write_table

from openvalley.atlas.link_scoring import Question
from openvalley.atlas.reader import Atlas
from openvalley.resolve.countries import country_code
from openvalley.resolve.normalise import fold
from openvalley.vocabulary.identifiers import ROR_PREFIX

#: Any number: the same rows are drawn each time.
_SEED = 2026


def write_names(atlas: Atlas, folder: Path) -> int:
    """Write the names of ROR's organisations as the atlas has them, those of other registers included; return how many.

    All contestants are given these, folded alike, so that none is behind for want of a name.
    """
    rows = atlas.rows("SELECT n.id, n.value, n.kind, o.city, o.country FROM organisation_name AS n "
                      "JOIN organisation AS o USING (id) WHERE starts_with(n.id, ?) ORDER BY n.id, n.value",
                      [ROR_PREFIX])
    names = [Name(row["id"], row["value"], row["kind"] == "acronym", row["city"] or "", row["country"] or "",
                  fold(row["value"]), fold(row["city"] or "")) for row in rows]
    names = [one for one in names if one.folded_name]
    write_table(folder / NAMES, names)
    return len(names)


def row_of(name: str, city: str, country: str) -> Row:
    """Return a row as contestants read it."""
    return Row(name, city, country_code(country) or "", fold(name), fold(city))


def write_questions(questions: Sequence[Question], path: Path) -> None:
    """Write a labelled list without its labels."""
    write_table(path, [row_of(*(one.cells.get(column) or "" for column in ("name", "city", "country")))
                       for one in questions])


def write_sample(lists: Mapping[str, Sequence[Question]], folder: Path) -> Path:
    """Write parts of lists into a folder of their own beside the same names, and return it."""
    part = folder / "sample"
    part.mkdir(exist_ok=True)
    if not (part / NAMES).exists():
        (part / NAMES).hardlink_to(folder / NAMES)
    for name, questions in lists.items():
        write_questions(questions, part / f"{name}.csv")
    return part


def sampled(rows: int, count: int) -> list[int]:
    """Return the numbers of at most so many rows of a list, drawn at random, the same each time, in order."""
    return sorted(random.Random(_SEED).sample(range(rows), min(rows, count)))


def participants(records: Path) -> list[Row]:
    """Return a row for each participation of CORDIS that has a name, as lists of participants have them."""
    return _rows(f"""
        SELECT o.name, o.locations[1].city AS city, o.country
        FROM '{records}/cordis/current/participation.parquet' AS p
        JOIN '{records}/cordis/current/organisation.parquet' AS o ON o.source_id = p.organisation_id
        WHERE o.name IS NOT NULL ORDER BY p.source_id
    """)


def sites(records: Path) -> list[Row]:
    """Return each site of a trial once: names that no register keeps, most of them in no other list."""
    table = records / "clinicaltrials" / "current" / "trial_site.parquet"
    if not table.is_file():
        return []
    return _rows(f"SELECT DISTINCT facility AS name, city, country FROM '{table}' "
                 "WHERE facility IS NOT NULL ORDER BY ALL")


def repeated(rows: Sequence[Row], count: int) -> list[Row]:
    """Return so many rows: the same again and again where there are fewer."""
    return list(islice(cycle(rows), count))


def spaced(rows: Sequence[Row], count: int) -> list[Row]:
    """Return at most so many rows, spread evenly over all."""
    step = max(1, -(-len(rows) // count))
    return list(rows[::step])


def without_country(rows: Sequence[Row]) -> list[Row]:
    """Return rows as they are in a list that has no column for countries."""
    return [Row(row.name, row.city, "", row.folded_name, row.folded_city) for row in rows]


def _rows(query: str) -> list[Row]:
    def read() -> Iterator[Mapping[str, Any]]:
        found = duckdb.execute(query)
        columns = [column[0] for column in found.description or ()]
        yield from (dict(zip(columns, row, strict=True)) for row in found.fetchall())

    return [row_of(row["name"], row["city"] or "", row["country"] or "") for row in read()]
