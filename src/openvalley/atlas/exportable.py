"""What is exported: an atlas without the sources that are not (``exported = false`` in their source.toml).

Reads a published atlas and gives an atlas of the same tables, seen through views that stand in memory; writes nothing.
Next: export/ and the machine formats of the site. Whoever reads this atlas has one door: a table for which no rule
stands here does not exist in it, and facts that a source won which is not exported are put right once, below all
formats.
"""

import tempfile
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb

from openvalley.atlas import curated, mending
from openvalley.atlas.index import TYPES
from openvalley.atlas.publish import DATABASE
from openvalley.atlas.reader import Atlas
from openvalley.atlas.search import Hit, SearchAnswer
from openvalley.errors import NothingBuilt, UnknownIdentity
from openvalley.quoting import text
from openvalley.resolve.evidence import Rule
from openvalley.vocabulary.record_types import RECORD_TYPES
from openvalley.vocabulary.records import ORGANISATION

#: Tables whose rows name their source, and the type of record that they are made of: most are called like it.
_OF_SOURCE: Mapping[str, str] = {
    **{kind.name: kind.name for kind in RECORD_TYPES if kind is not ORGANISATION}, "identity": ORGANISATION.name}
#: Tables whose rows hang on one of another table: their column, and that table.
_OF_OWNER: Mapping[str, tuple[str, str]] = {
    "project_code": ("project_id", "project"), "life_science_project": ("project_id", "project"),
    "trial_term": ("trial_id", "trial"), "trial_party": ("trial_id", "trial"),
    "trial_identifier": ("trial_id", "trial"), "trial_twin": ("trial_id", "trial"),
    "call_deadline": ("call_id", "call"), "occupation_name": ("id", "occupation"),
}
#: The gazetteer is GeoNames, which is exported; what GISCO's terms are about is drawn on pages, never exported.
_ALWAYS, _NEVER = ("town",), ("region_boundary",)
#: Codes and names of NUTS regions stand in annex I of Regulation (EC) No 1059/2003, so they are exported, also where
#: the source that gives them with their boundaries is not.
_LAW = "classification LIKE 'NUTS%'"
#: Tables that speak of organisations beside their own rows: shown after organisations have been put right.
_SPEAKING = ("trial_site", "trial_party", "mention_link", "probable_link", "curated_party", "decision", "contradiction",
             "redirect")
#: Columns of these tables where organisations are not exported: a row stays, its link goes, and whether a trial
#: concerns the region is told from who is left (as atlas/trials.py tells it).
_UNLINKED = "CASE WHEN organisation_id IN (SELECT id FROM organisation) THEN organisation_id END AS organisation_id"
#: Reasons of links may quote a name that only such a source has, so they are left with their codes.
_UNQUOTED = "list_transform(reasons, reason -> {{'code': reason.code, 'detail': ''}}) AS reasons"
_REPLACED: Mapping[str, str] = {
    "trial_site": _UNLINKED, "trial_party": _UNLINKED, "mention_link": _UNQUOTED, "probable_link": _UNQUOTED,
    "decision": _UNQUOTED + f""", CASE WHEN rule = '{Rule.LIKENESS}' THEN '' ELSE value END AS value,
        CASE WHEN rule = '{Rule.LIKENESS}' THEN '' ELSE evidence END AS evidence""",
    "trial": """id IN (
        SELECT trial_id FROM whole.trial_site WHERE country IN ({home}) UNION ALL SELECT trial_id
        FROM whole.trial_party WHERE organisation_id IN (SELECT id FROM organisation WHERE in_region)) AS in_region""",
}


class ExportableAtlas(Atlas):
    """An atlas of which everything may be exported.

    Attributes:
        not_exported: names of the sources that are not exported.
        mended: whether one of them gives facts of organisations, so that some of them differ from the atlas's.

    """

    def __init__(self, whole: Atlas) -> None:
        """Open what is exported of an atlas; nothing is copied but the facts that have to be put right.

        Raises:
            NothingBuilt: a source that is not exported gives facts, and the atlas is too old to know what stands
                behind them.

        """
        super().__init__(whole.path)
        self._database.close()
        # What does not fit into memory is spilled where nobody else spills; the folder comes and goes with the need.
        spill = Path(tempfile.gettempdir()) / f"openvalley-export-{uuid4().hex}"
        self._database = duckdb.connect(config={"threads": 1, "temp_directory": str(spill)})
        left_out = [source for source in self.manifest["sources"] if not source["exported"]]
        self.not_exported = tuple(sorted(source["name"] for source in left_out))
        record_types = {name for source in left_out for name, rows in source.get("rows", {}).items() if rows}
        self.mended = ORGANISATION.name in record_types
        self._differs = bool(record_types & set(TYPES))
        rules = _rules(self.not_exported, record_types)
        with self._database.cursor() as connection:
            connection.execute(f"ATTACH {text(self.path / DATABASE)} AS whole (READ_ONLY)")
            _show(connection, {table: rule for table, rule in rules.items() if table not in _SPEAKING})
            if self.mended:
                self._mend(connection)
            _show(connection, {table: rules[table] for table in _SPEAKING})
            if self.mended:
                home = ", ".join(map(text, self.manifest["region"]["countries"]))
                _show(connection, {table: rules[table] for table in _REPLACED}, home)

    def _mend(self, connection: duckdb.DuckDBPyConnection) -> None:
        known = connection.execute("SELECT 1 FROM duckdb_columns() WHERE database_name = 'whole' AND "
                                   "table_name = 'claim' AND column_name = 'rank'").fetchall()
        if not known:
            raise NothingBuilt("This atlas does not know what stands behind facts of sources that are not exported.",
                               hint="Build it again with: openvalley build")
        mending.mend(connection, self.not_exported, self.manifest["region"]["countries"])

    def resolve_id(self, text: str) -> str:
        """Return the id that an id stands for now, as `Atlas.resolve_id`.

        Raises:
            UnknownIdentity: this atlas knows no such id, or what it knows of it is not exported.

        """
        try:
            return super().resolve_id(text)
        except UnknownIdentity as unknown:
            asked = str(unknown.context.get("id", text))
            if any(self.rows(f"SELECT 1 FROM whole.{table} WHERE id = ?", [asked])
                   for table in ("organisation", "redirect", "project", "trial", "call")):
                raise UnknownIdentity(f"What the atlas knows of {asked[:100]} is not exported.",
                                      hint="Its page shows it, and where it comes from.", id=asked) from unknown
            raise

    def search(self, text: str, **options: Any) -> SearchAnswer:  # noqa: ANN401 - the fields of SearchRequest
        """Search; as `Atlas.search`, where hits show what is exported.

        The index is the whole atlas's: what a source that is not exported calls a thing still finds it, and counts in
        the total. Values of facets could be that source's, so there are none then.
        """
        answer = super().search(text, **options)
        return replace(answer, items=self._known(answer.items), facets={}) if self._differs else answer

    def plain_search(self, text: str, limit: int) -> list[str]:
        """Return organisation ids by words alone, without those that are not exported."""
        found = super().plain_search(text, limit)
        here = self._rows_of("organisation", found)
        return [known for known in found if known in here]

    def _known(self, hits: Collection[Hit]) -> list[Hit]:
        """Return the hits that are here, organisations with the facts that they have here."""
        here = {kind: self._rows_of(kind, [hit.id for hit in hits if hit.type == kind])
                for kind in {hit.type for hit in hits}}
        found = []
        for hit in hits:
            row = here[hit.type].get(hit.id)
            if row is None or (hit.type == "organisation" and not row["named"]):
                continue
            if hit.type != "organisation":
                found.append(hit)
                continue
            shown = {name: row.get(name, value) for name, value in hit.shown.items()}
            found.append(replace(hit, name=row["name"], shown=shown))
        return found

    def _rows_of(self, kind: str, ids: Collection[str]) -> dict[str, dict[str, Any]]:
        rows = self.rows(f"SELECT * FROM {kind} WHERE id IN (SELECT unnest(?))", [list(ids)])
        return {row["id"]: row for row in rows}


def _rules(not_exported: Collection[str], record_types: Collection[str]) -> dict[str, str]:
    """Return which rows of each table are exported, as conditions.

    They are ``true`` wherever all of the table is, so that the atlas's indexes serve as ever.

    Args:
        not_exported: names of the sources that are not exported.
        record_types: the types of record that these sources have rows of.

    """
    names = ", ".join(map(text, not_exported))
    rules = dict.fromkeys((*_ALWAYS, *_SPEAKING), "true") | dict.fromkeys(_NEVER, "false")
    rules |= {table: f"source NOT IN ({names})" if record_type in record_types else "true"
              for table, record_type in _OF_SOURCE.items()}
    rules |= {table: f"{column} IN (SELECT id FROM {owner})" if _OF_SOURCE[owner] in record_types else "true"
              for table, (column, owner) in _OF_OWNER.items()}
    if "region" in record_types:
        rules["region"] += f" OR {_LAW}"
    if "trial" in record_types:
        rules["trial_twin"] += " AND other_id IN (SELECT id FROM trial)"
    rules["curated_party"] = " AND ".join(
        f"(record_type <> '{table}' OR row_id IN (SELECT id FROM {table}))" for table in curated.TABLES
        if table in record_types) or "true"
    if "trial" in record_types:
        said = "(SELECT mention FROM trial_site UNION ALL SELECT mention FROM trial_party)"
        rules |= {"mention_link": f"mention IN {said}", "probable_link": f"(kind <> 'mention' OR asked IN {said})"}
    if ORGANISATION.name in record_types:
        rules["mention_link"] += " AND organisation_id IN (SELECT id FROM organisation)"
        rules["probable_link"] += (
            " AND candidate_id IN (SELECT id FROM organisation) AND (asked_id IS NULL OR asked_id IN (SELECT id FROM "
            f"organisation)) AND split_part(asked, '/', 1) NOT IN ({names}) AND split_part(candidate, '/', 1) NOT IN "
            f"({names})")
        rules["curated_party"] += " AND organisation_id IN (SELECT id FROM organisation)"
        for table, sides in (("decision", ("left", "right")), ("contradiction", ("left", "right", "one", "other"))):
            rules[table] = " AND ".join(f"split_part(\"{side}\", '/', 1) NOT IN ({names})" for side in sides)
        rules["redirect"] = "target IS NULL OR target IN (SELECT id FROM organisation)"
    else:
        rules |= dict.fromkeys(("claim", *mending.TABLES), "true")
    return rules


def _show(connection: duckdb.DuckDBPyConnection, rules: Mapping[str, str], home: str | None = None) -> None:
    """Make the views of tables that the atlas has: the rows for which a condition holds.

    Args:
        connection: has the atlas as ``whole``.
        rules: a condition by table.
        home: the region's countries, where columns are to be told anew from the organisations that are left.

    """
    there = dict(connection.execute(
        "SELECT table_name, bool_or(column_name = 'reasons') FROM duckdb_columns() WHERE database_name = 'whole' "
        "GROUP BY table_name").fetchall())
    for table, rule in rules.items():
        # Decisions of an atlas that an earlier version built give no reasons, so there are none to leave unquoted.
        if table in there and (home is None or table != "decision" or there[table]):
            columns = "*" if home is None else f"* REPLACE ({_REPLACED[table].format(home=home)})"
            where = "" if rule == "true" else f" WHERE {rule}"
            connection.execute(f"CREATE OR REPLACE VIEW {table} AS SELECT {columns} FROM whole.{table}{where}")
