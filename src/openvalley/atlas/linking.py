"""Linking against an atlas: the index of its names, and whole lists, streamed in bounded memory."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from openvalley.atlas.lists import Answering, answer_file
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.resolve.link import COLUMNS, LINKED, Linker, LinkIndex
from openvalley.resolve.linker.kept import KeptForms
from openvalley.resolve.normalise import fold

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
        kept=KeptForms(atlas.path.parents[1] / "cache" / "linking", atlas.version),
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
    def prepare(header: Sequence[str]) -> Answering:
        if "name" not in header:
            raise BadInput(f"{source} has no column called name (it has: {', '.join(header[:20])[:300] or 'nothing'}).",
                           hint=f"The first line names the columns: name, and any of {', '.join(COLUMNS[1:])}. "
                                "Columns are separated by commas.")
        linker = Linker(link_index(atlas))
        return lambda chunk: linker.link(_table(header, chunk))

    return answer_file(source, target, LINKED.names, _ROWS, prepare)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> pa.Table:
    columns = list(zip(*rows, strict=True))
    return pa.table({name: pa.array(columns[header.index(name)], pa.string()) for name in COLUMNS if name in header})
