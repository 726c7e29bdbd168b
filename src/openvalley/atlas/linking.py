"""Linking against an atlas: the index of its names, and whole lists, streamed in bounded memory."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa

from openvalley.atlas.csvsafe import safe_cell
from openvalley.atlas.lists import lines, opened, writable
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.resolve.link import COLUMNS, LINKED, Linker, LinkIndex
from openvalley.resolve.normalise import fold
from openvalley.storage import storage_errors

#: Rows linked at a time: some megabytes, whatever the length of the list.
_ROWS = 20_000


def link_index(atlas: Atlas) -> LinkIndex:
    """Return what a list is linked against: the atlas's names, identifiers and domains."""
    names = atlas.table("""
        SELECT n.id, n.key, o.name, o.country, o.city FROM organisation_name AS n JOIN organisation AS o USING (id)
        WHERE n.key <> '' AND (n.kind IS NULL OR n.kind <> 'acronym')
    """)
    cities = names["city"].to_pylist()
    folded = {city: fold(city) for city in set(cities) if city}
    return LinkIndex(
        names=names.append_column("folded_city", pa.array([folded.get(city) for city in cities], pa.string())),
        identifiers=atlas.table("SELECT id, scheme, value FROM organisation_identifier WHERE scheme IN ('pic', 'vat')"),
        domains=atlas.table("SELECT id, domain FROM organisation_domain"),
        spellings=atlas.table("""
            SELECT n.id, o.country, n.value AS name, coalesce(n.kind = 'acronym', false) AS acronym
            FROM organisation_name AS n JOIN organisation AS o USING (id) WHERE o.named"""),
        towns=atlas.table("""
            SELECT id, city FROM organisation WHERE city IS NOT NULL UNION
            SELECT p.organisation_id, s.city FROM curated_party AS p JOIN site AS s ON s.id = p.row_id
            WHERE s.city IS NOT NULL"""),
    )


def link(rows: pa.Table, atlas: Atlas) -> pa.Table:
    """Link a table of organisations (column ``name``, and any of city, country, website, vat, pic) to an atlas.

    Returns:
        match_id, match_name, score (0 to 1), decision (match, review, none) and why; one row for each, in order.

    """
    return Linker(link_index(atlas)).link(rows)


def link_file(source: Path, target: Path, atlas: Atlas) -> Counter[str]:
    """Link a CSV file into another: its own columns and the five of `LINKED`, one line for each of its lines.

    Returns:
        How many rows were a match, for review, and none.

    Raises:
        BadInput: the file is missing, has no column ``name``, or is no CSV, or the output has no folder; nothing is
            written then.

    """
    writable(target)
    linker = Linker(link_index(atlas))
    counts: Counter[str] = Counter()
    temporary = target.with_name(f".{target.name}.part")
    try:
        with opened(source) as stream, storage_errors(target), \
                temporary.open("w", encoding="utf-8", newline="") as out:
            reader = csv.reader(stream)
            header = _header(reader, source)
            writer = csv.writer(out)
            writer.writerow([safe_cell(column) for column in (*header, *LINKED.names)])
            while chunk := list(islice(_rows(reader, len(header), source), _ROWS)):
                linked = linker.link(_table(header, chunk))
                answers = zip(*(column.to_pylist() for column in linked.columns), strict=True)
                for row, answer in zip(chunk, answers, strict=True):
                    writer.writerow([safe_cell(cell) for cell in (*row, *answer)])
                counts.update(linked["decision"].to_pylist())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return counts


def _header(reader: Iterator[list[str]], source: Path) -> list[str]:
    header = [column.strip().replace("\0", "") for column in next(lines(reader, source), [])]
    if "name" not in header:
        raise BadInput(f"{source} has no column called name (it has: {', '.join(header[:20])[:300] or 'nothing'}).",
                       hint=f"The first line names the columns: name, and any of {', '.join(COLUMNS[1:])}. "
                            "Columns are separated by commas.")
    return header


def _rows(reader: Iterator[list[str]], width: int, source: Path) -> Iterator[list[str]]:
    """Yield rows of the header's width, without NULs: short ones are filled, long ones cut."""
    for row in lines(reader, source):
        cells = [cell.replace("\0", "") for cell in row[:width]]
        yield cells + [""] * (width - len(cells))


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> pa.Table:
    columns = list(zip(*rows, strict=True))
    return pa.table({name: pa.array(columns[header.index(name)], pa.string()) for name in COLUMNS if name in header})
