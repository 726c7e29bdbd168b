"""Reading an atlas: one object for everything that is shown, read-only, safe to share between threads.

Opening takes milliseconds; every method is one or a few set-based queries on the atlas's own file.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import local
from typing import Any

import duckdb
import pyarrow as pa

from openvalley.atlas import headline
from openvalley.atlas.meaning import by_meaning
from openvalley.atlas.model import (
    Claim,
    Figures,
    Organisation,
    OrganisationInProject,
    Participation,
    Project,
    ScopeEvidence,
)
from openvalley.atlas.publish import DATABASE, INDEX, MANIFEST, open_database, read_manifest
from openvalley.atlas.search import SearchAnswer, SearchIndex, SearchRequest
from openvalley.atlas.unread import mend
from openvalley.errors import NothingBuilt, UnknownIdentity
from openvalley.settings import Settings
from openvalley.storage import CURRENT
from openvalley.vocabulary.identifiers import REGION_PREFIX, ROR_PREFIX, public_id

#: Rows that a list on a page holds before it is cut; the count of all is always given.
_MOST_ROWS = 200
#: Ids whose meaning is kept: one page asks for the meaning of the same id several times.
_RESOLVED = 4_000
_RELATIONS = frozenset({"parent", "successor"})
#: What an id or number as typed may be beside an organisation's id: each asks for the public id it stands for.
_NUMBERS = (
    "SELECT id FROM project WHERE id = ?", "SELECT id FROM project WHERE source_id = ? ORDER BY id",
    "SELECT id FROM trial WHERE id = ?", "SELECT id FROM trial WHERE source_id = upper(?) ORDER BY id",
    "SELECT trial_id AS id FROM trial_identifier WHERE value = upper(?) AND scheme IS NOT NULL ORDER BY trial_id",
    "SELECT id FROM call WHERE id = ?", "SELECT id FROM call WHERE upper(source_id) = upper(?) ORDER BY id",
    f"SELECT '{REGION_PREFIX}' || id AS id FROM region WHERE id = replace(upper(?), upper('{REGION_PREFIX}'), '')",
)


class Atlas:
    """One published atlas.

    Attributes:
        version: content-derived name of the atlas.
        manifest: what manifest.json says: sources, versions, licences, row counts.
        path: the atlas's folder.
        memory: what was computed from it (`openvalley.atlas.remembering`); it goes when the atlas goes.

    """

    def __init__(self, path: Path) -> None:
        """Open the atlas in this folder.

        All of its files are opened now, so that it stays whole even when it is no longer kept.

        Raises:
            NothingBuilt: the folder holds no atlas, or a damaged one.

        """
        if not (path / MANIFEST).exists():
            raise NothingBuilt(f"There is no atlas in {path}.", hint="Build one with: openvalley build")
        self.path = path.resolve()
        self.version: str = self.path.name
        self._local = local()
        self._resolved: dict[str, str] = {}
        self.memory: dict[object, Any] = {}
        try:
            self.manifest: Mapping[str, Any] = read_manifest(self.path)
            self._index = SearchIndex(self.path / INDEX, self.version)
            self._database = open_database(self.path / DATABASE)
        except (duckdb.Error, ValueError) as problem:
            raise NothingBuilt(f"The atlas in {self.path} cannot be read: {str(problem).splitlines()[0][:300]}",
                               hint="Build it again with: openvalley build") from problem

    def close(self) -> None:
        """Close the atlas's files."""
        self._database.close()

    def table(self, query: str) -> pa.Table:
        """Run a read-only query and return its rows as an Arrow table; for large results."""
        return self._database.cursor().execute(query).to_arrow_table()

    def stream(self, query: str, rows: int) -> pa.RecordBatchReader:
        """Run a read-only query and return its rows batch by batch; for results of any size."""
        return self._database.cursor().execute(query).to_arrow_reader(rows)

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Run a read-only query and return its rows as dictionaries; for small results."""
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._database.cursor()
        cursor = self._local.cursor.execute(query, list(parameters))
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def search(self, text: str, **options: Any) -> SearchAnswer:  # noqa: ANN401 - the fields of SearchRequest
        """Search; the options are the fields of `SearchRequest` (types, filters, limit, offset, facets).

        Where no hit holds every word, or none is near, that comes first which the words mean (`by_meaning`).

        Raises:
            BadInput: an unknown type or facet, or numbers out of range.

        """
        request = SearchRequest(text, **options)
        return by_meaning(self._index, request, self._index.search(request))

    def plain_search(self, text: str, limit: int) -> list[str]:
        """Return organisation ids by words alone (BM25): what a common full-text search would answer."""
        return self._index.plain(text, limit)

    def resolve_id(self, text: str) -> str:
        """Return the id that an id (as typed, or an earlier one) stands for now.

        Raises:
            UnknownIdentity: this atlas knows no such id, or no register names it any more.

        """
        known = self._resolved.get(text)
        if known is None:
            known = self._resolve(text)
            if len(self._resolved) >= _RESOLVED:
                self._resolved.clear()
            self._resolved[text] = known
        return known

    def _resolve(self, text: str) -> str:
        asked = public_id(text)
        if self.rows("SELECT 1 FROM organisation WHERE id = ?", [asked]):
            return asked
        for row in self.rows("SELECT target FROM redirect WHERE id = ?", [asked]):
            if row["target"]:
                return str(row["target"])
            raise UnknownIdentity(f"{asked} is no longer named by any register.",
                                  hint="It was in an earlier atlas, or its register withdrew it.", id=asked)
        typed = text.strip()
        for query in _NUMBERS:  # as typed: project numbers of nine digits look like a PIC
            by_number = self.rows(query, [typed])
            if by_number:
                return str(by_number[0]["id"])
        raise UnknownIdentity(f"The atlas knows nothing with the id {asked[:100]!r}.",
                              hint=mend(typed, self.counts()), id=asked[:200])

    def type_of(self, known_id: str) -> str:
        """Return what kind of thing an id names: organisation, project, trial, call or region."""
        if known_id.startswith(REGION_PREFIX):
            return "region"
        if known_id.startswith(ROR_PREFIX):
            return "organisation"
        return next((kind for kind in ("project", "trial", "call")
                     if self.rows(f"SELECT 1 FROM {kind} WHERE id = ?", [known_id])), "organisation")

    def row_of(self, kind: str, text: str, hint: str = "Find the id with: openvalley search NAME") -> dict[str, Any]:
        """Return the row of one thing of a kind (as `type_of` names it); `text` may be any of its ids.

        Raises:
            UnknownIdentity: this atlas knows no such thing of this kind; the hint says what to do then.

        """
        known = self.resolve_id(text)
        found = self.rows(f"SELECT * FROM {kind} WHERE id = ?", [known])
        if not found:
            article = "an" if kind == "organisation" else "a"
            raise UnknownIdentity(f"{known} is not {article} {kind}.", hint=hint, id=known)
        return found[0]

    def organisation(self, text: str) -> Organisation:
        """Return everything about one organisation; `text` may be any of its ids.

        Raises:
            UnknownIdentity: this atlas knows no such organisation.

        """
        found = self.row_of("organisation", text, "Is it a project? Use show.")
        known = found["id"]
        names = self.rows("SELECT value, language, kind FROM organisation_name WHERE id = ? ORDER BY kind, value",
                          [known])
        numbers = self.rows("SELECT scheme, value FROM organisation_identifier WHERE id = ? ORDER BY scheme, value",
                            [known])
        tags = self.rows("SELECT vocabulary, code FROM organisation_tag WHERE id = ? ORDER BY vocabulary, code",
                         [known])
        evidence = self.rows("SELECT rule, detail, amount FROM scope_evidence WHERE id = ? ORDER BY rule, detail",
                             [known])
        members = self.rows("SELECT record FROM identity WHERE id = ? ORDER BY record", [known])
        related = self._related(known)
        return Organisation.of(found, names, numbers, tags,
                               [ScopeEvidence(**row) for row in evidence], [row["record"] for row in members], related)

    def _related(self, known: str) -> list[dict[str, Any]]:
        """Return parents and successors with their names; claims are filtered here, as in `claims`."""
        said = {(row["property"], row["value"]) for row in self.rows(
            "SELECT property, value FROM claim WHERE subject = ?", [known]) if row["property"] in _RELATIONS}
        called = {other: self.rows("SELECT name FROM organisation WHERE id = ?", [other]) for _, other in said}
        rows = [{"id": other, "relation": relation, "name": called[other][0]["name"]} for relation, other in said
                if called[other]]
        return sorted(rows, key=lambda row: (row["relation"], row["name"] or "", row["id"]))

    def claims(self, text: str, name: str | None = None) -> list[Claim]:
        """Return the claims about an organisation, winners first within each property.

        They are filtered here: with a second condition DuckDB would leave its index aside.

        Args:
            text: any of its ids.
            name: only claims of this property.

        Raises:
            UnknownIdentity: this atlas knows no such organisation.

        """
        known = self.resolve_id(text)
        rows = self.rows("SELECT * FROM claim WHERE subject = ? ORDER BY property, wins DESC, source, value", [known])
        rows = [row for row in rows if name in {None, row["property"]}]
        dates = {source["name"]: source for source in self.manifest["sources"]}
        shown = {row["property"]: row["value"] for row in rows if row["wins"]}
        return [Claim.of(row, dates.get(row["source"], {}), shown.get(row["property"])) for row in rows]

    def participations(self, text: str, limit: int = _MOST_ROWS) -> list[Participation]:
        """Return the projects an organisation takes part in, the newest first; `text` may be any of its ids.

        Raises:
            UnknownIdentity: this atlas knows no such organisation.

        """
        rows = self.rows("""
            SELECT p.id AS project_id, p.acronym, p.title, p.programme, p.start_date, p.end_date, a.role,
                   a.eu_contribution, p.participants, a.source, a.source_id, a.source_version,
                   l.project_id IS NOT NULL AS life_science
            FROM participation AS a JOIN project AS p ON p.id = a.project_id
            LEFT JOIN life_science_project AS l ON l.project_id = p.id
            WHERE a.organisation_id = ? ORDER BY p.start_date DESC NULLS LAST, p.id LIMIT ?
        """, [self.resolve_id(text), limit])
        return [Participation(**row) for row in rows]

    def partners(self, text: str, limit: int = 20) -> list[dict[str, Any]]:
        """Return the named organisations that share most projects with one: id, name, country, kind, projects.

        Raises:
            UnknownIdentity: this atlas knows no such organisation.

        """
        known = self.resolve_id(text)
        return self.rows("""
            SELECT o.id, o.name, o.country, o.kind, count(DISTINCT b.project_id) AS projects
            FROM participation AS a JOIN participation AS b ON b.project_id = a.project_id
            JOIN organisation AS o ON o.id = b.organisation_id
            WHERE a.organisation_id = ? AND b.organisation_id <> ? AND o.named
            GROUP BY ALL ORDER BY projects DESC, o.name, o.id LIMIT ?
        """, [known, known, limit])

    def project(self, text: str) -> Project:
        """Return everything about one project; `text` is its id or its number.

        Raises:
            UnknownIdentity: this atlas knows no such project.

        """
        found = self.row_of("project", text, "Is it an organisation? Use show.")
        known = found["id"]
        codes = self.rows("SELECT scheme, code, title FROM project_code WHERE project_id = ? ORDER BY scheme, code",
                          [known])
        people = self.rows("""
            SELECT o.id, o.name, o.country, o.city, o.kind, a.role, a.eu_contribution
            FROM participation AS a JOIN organisation AS o ON o.id = a.organisation_id
            WHERE a.project_id = ? ORDER BY a.role <> 'coordinator', a.eu_contribution DESC NULLS LAST, o.name, o.id
        """, [known])
        return Project.of(found, codes, [OrganisationInProject(**row) for row in people])

    def figures(self) -> Figures:
        """Return the headline figures of the region: verified, in scope, alive."""
        return headline.figures(self.rows)

    def counts(self) -> dict[str, int]:
        """Return how many of each thing the atlas holds."""
        rows = self.manifest["rows"]
        return {name: int(rows[table]) for name, table in (
            ("organisations", "organisation"), ("projects", "project"), ("participations", "participation"),
            ("trials", "trial"), ("trial_sites", "trial_site"), ("calls", "call"), ("occupations", "occupation"),
            ("regions", "region"), ("indicators", "indicator"), ("claims", "claim"), ("redirects", "redirect"))}


def open_atlas(home: Path) -> Atlas:
    """Open the current atlas of a home folder.

    Raises:
        NothingBuilt: nothing has been published there yet.

    """
    path = Settings(home=home).atlases / CURRENT
    if not path.exists():
        raise NothingBuilt(f"There is no atlas in {home} yet.", hint="Build the starter atlas with: openvalley build")
    return Atlas(path)
