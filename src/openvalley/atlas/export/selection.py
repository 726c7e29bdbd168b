"""What an export takes: which rows of which tables, and which sources they are from.

The region's export has its organisations of the life sciences with their projects, its trials (`trial.in_region`), what
is curated for it, and all of what belongs to no region or to all: calls, occupations, regions and their figures.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openvalley.atlas import curated
from openvalley.atlas.exportable import ExportableAtlas
from openvalley.vocabulary.record_types import RECORD_TYPES
from openvalley.vocabulary.records import ORGANISATION

#: Tables that leave, and the condition on their rows; what stands in braces is a query of ids.
TABLES: Mapping[str, str] = {
    "organisation": "id IN ({organisations})", "organisation_name": "id IN ({organisations})",
    "organisation_identifier": "id IN ({organisations})", "organisation_tag": "id IN ({organisations})",
    "scope_evidence": "id IN ({organisations})", "claim": "subject IN ({organisations})",
    "participation": "organisation_id IN ({organisations})", "project": "id IN ({projects})",
    "project_code": "project_id IN ({projects})", "life_science_project": "project_id IN ({projects})",
    "trial": "id IN ({trials})", "trial_term": "trial_id IN ({trials})", "trial_site": "trial_id IN ({trials})",
    "trial_party": "trial_id IN ({trials})", "trial_identifier": "trial_id IN ({trials})",
    "trial_twin": "trial_id IN ({trials})",
    "call": "true", "call_deadline": "true", "occupation": "true", "occupation_name": "true", "region": "true",
    "indicator": "true", "shortage": "true", **dict.fromkeys((*curated.TABLES, "curated_party"), "true"),
}
#: Tables whose rows name their source.
_WITH_SOURCE = frozenset({"claim", *(known.name for known in RECORD_TYPES if known is not ORGANISATION)})
#: Columns that only serve the program.
_INTERNAL = frozenset({"folded_city", "key", "words", "rank", "mention"})
_REGION = "SELECT id FROM organisation WHERE in_region AND in_scope AND named"
#: Rows that are in memory at a time, however many there are.
ROWS_AT_A_TIME = 20_000


@dataclass(frozen=True)
class Selection:
    """What an export takes of an atlas: the region's part or everything, with the places of trials or without."""

    atlas: ExportableAtlas
    everything: bool = False
    sites: bool = False

    @property
    def organisations(self) -> str:
        """Query of the ids of organisations."""
        return "SELECT id FROM organisation" if self.everything else _REGION

    @property
    def trials(self) -> str:
        """Query of the ids of trials."""
        return "SELECT id FROM trial" + ("" if self.everything else " WHERE in_region")

    @property
    def projects(self) -> str:
        """Query of the ids of projects."""
        if self.everything:
            return "SELECT id FROM project"
        return f"SELECT project_id FROM participation WHERE organisation_id IN ({self.organisations})"

    def where(self, table: str) -> str:
        """Return the condition on a table's rows."""
        return TABLES[table].format(organisations=self.organisations, trials=self.trials, projects=self.projects)

    def query(self, table: str) -> str:
        """Return the query of a whole table as it leaves: our own columns stay here, the order is always the same."""
        columns = [row["column_name"] for row in self.atlas.rows(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = ? AND database_name <> 'whole' "
            "ORDER BY column_index", [table])]
        listed = ", ".join(f'"{column}"' for column in columns if column not in _INTERNAL)
        return f"SELECT {listed} FROM {table} WHERE {self.where(table)} ORDER BY ALL"

    def each(self, query: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query one by one; however many there are, few are in memory."""
        for batch in self.atlas.stream(query, ROWS_AT_A_TIME):
            yield from batch.to_pylist()

    def sources(self, tables: Collection[str]) -> list[Mapping[str, Any]]:
        """Return the sources (entries of the manifest) that the selected rows of these tables are from."""
        parts = [f"SELECT DISTINCT source FROM {table} WHERE {self.where(table)}"
                 for table in tables if table in _WITH_SOURCE]
        named = {row["source"] for row in self.atlas.rows(" UNION ".join(parts))} if parts else set()
        return [source for source in self.atlas.manifest["sources"] if source["name"] in named]

    def placed_by_gazetteer(self) -> bool:
        """Tell whether points of selected organisations are the gazetteer's."""
        return bool(self.atlas.rows(f"SELECT 1 FROM organisation WHERE placed_by = 'gazetteer' "
                                    f"AND {self.where('organisation')} LIMIT 1"))
