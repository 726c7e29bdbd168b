"""Linking raw affiliations against an atlas: the index of its names, and whole lists, streamed in bounded memory."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from openvalley.atlas.lists import Answering, answer_file
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.resolve.raw.linking import RAW_LINKED, RawIndex, RawLinker

#: Columns that may hold the strings; the first of them that a list has does.
RAW_COLUMNS = ("affiliation", "raw", "name")
#: Rows linked at a time: some megabytes, whatever the length of the list.
_ROWS = 2_000
#: Affiliations name research organisations, which ROR knows, and those of the region whoever knows them.
_MEANT = "o.named AND (starts_with(o.id, 'https://ror.org/') OR o.in_region)"


def raw_index(atlas: Atlas) -> RawIndex:
    """Return what strings are linked against: the names, towns and parents of ROR's and the region's organisations."""
    return RawIndex(
        organisations=atlas.table(f"SELECT id, name, country, kind, projects FROM organisation AS o WHERE {_MEANT}"),
        spellings=atlas.table(f"""
            SELECT n.id, o.country, n.value AS name, coalesce(n.kind = 'acronym', false) AS acronym
            FROM organisation_name AS n JOIN organisation AS o USING (id) WHERE {_MEANT}"""),
        towns=atlas.table(f"""
            SELECT id, city FROM organisation AS o WHERE city IS NOT NULL AND {_MEANT} UNION
            SELECT p.organisation_id, s.city FROM curated_party AS p JOIN site AS s ON s.id = p.row_id
            JOIN organisation AS o ON o.id = p.organisation_id WHERE s.city IS NOT NULL AND {_MEANT}"""),
        parents=atlas.table("SELECT DISTINCT subject AS id, value AS parent FROM claim WHERE property = 'parent'"),
    )


def link_raw_file(source: Path, target: Path, atlas: Atlas) -> Counter[str]:
    """Link a CSV file of strings into another: its own columns and those of `RAW_LINKED`, one line for each line.

    Returns:
        How many rows were a match, for review, and none.

    Raises:
        BadInput: the file is missing, has none of `RAW_COLUMNS`, or is no CSV, or the output has no folder; nothing is
            written then.

    """
    def prepare(header: Sequence[str]) -> Answering:
        at = header.index(raw_column(header, source))
        linker = RawLinker(raw_index(atlas))
        return lambda chunk: linker.link([row[at] for row in chunk])

    return answer_file(source, target, RAW_LINKED.names, _ROWS, prepare)


def raw_column(header: Sequence[str], source: Path) -> str:
    """Return the column that holds the strings.

    Raises:
        BadInput: there is none.

    """
    found = next((column for column in RAW_COLUMNS if column in header), None)
    if found is None:
        raise BadInput(f"{source} has no column called {' or '.join(RAW_COLUMNS)} (it has: "
                       f"{', '.join(header[:20])[:300] or 'nothing'}).",
                       hint="The first line names the columns; that of the strings is called affiliation. "
                            "Columns are separated by commas.")
    return found

