"""Trials as an atlas holds them: one trial with who runs it and where, and the trials of an organisation."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from openvalley.atlas.meant import Link, links_of
from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered


@dataclass(frozen=True)
class Party:
    """Who runs a trial, as its register writes it; ``role`` is sponsor or collaborator.

    The organisation is the one it is linked to, if any, and ``link`` says why; a link that is only probable is there
    without an organisation. ``party_class`` is the register's own class.
    """

    role: str
    name: str
    party_class: str | None
    organisation_id: str | None
    organisation_name: str | None
    link: Link | None


@dataclass(frozen=True)
class Site:
    """Where a trial runs, as its register writes it, and the organisation it is linked to, as of a `Party`."""

    position: int
    facility: str | None
    city: str | None
    postcode: str | None
    country: str | None
    status: str | None
    latitude: float | None
    longitude: float | None
    organisation_id: str | None
    organisation_name: str | None
    link: Link | None


@dataclass(frozen=True)
class Trial:
    """A clinical trial.

    ``state`` is the vocabulary's word for the register's own ``status``; ``phases`` as in the vocabulary's list;
    ``identifiers`` are (scheme or None for a sponsor's own, value); ``twins`` are the same trial in other registers;
    ``sponsor_withheld`` says that a sponsor is not named because it may be a person.
    """

    id: str
    source: str
    source_id: str
    source_version: str
    title: str | None
    official_title: str | None
    acronym: str | None
    summary: str | None
    state: str | None
    status: str | None
    study_type: str | None
    phases: Sequence[str]
    enrolment: int | None
    enrolment_kind: str | None
    start_date: date | None
    primary_completion_date: date | None
    end_date: date | None
    first_posted: date | None
    last_updated: date | None
    sponsor_withheld: bool | None
    sex: str | None
    minimum_age: str | None
    maximum_age: str | None
    healthy_volunteers: bool | None
    has_results: bool | None
    in_region: bool
    conditions: Sequence[str]
    interventions: Sequence[str]
    keywords: Sequence[str]
    codes: Sequence[str]
    countries: Sequence[str]
    identifiers: Sequence[tuple[str | None, str]]
    parties: Sequence[Party]
    sites: Sequence[Site]
    twins: Sequence[str]

    @property
    def name(self) -> str:
        """What it is called."""
        return trial_name(self.acronym, self.title, self.source_id)


@dataclass(frozen=True)
class TrialOfOrganisation:
    """A trial that an organisation has part in: as sponsor, collaborator or site (``roles``)."""

    id: str
    source: str
    source_id: str
    title: str | None
    acronym: str | None
    state: str | None
    phases: Sequence[str]
    start_date: date | None
    roles: Sequence[str]

    @property
    def name(self) -> str:
        """What it is called."""
        return trial_name(self.acronym, self.title, self.source_id)


#: Kinds of a trial's terms, and the fields of `Trial` that hold them.
_TERMS = {"condition": "conditions", "intervention": "interventions", "keyword": "keywords", "code": "codes",
          "country": "countries"}


@dataclass(frozen=True)
class TrialRegister:
    """A register's trials of the region: how many, and whether it describes them (``described``) or numbers them only.

    A register describes when any of its trials in the atlas has a title or a condition.
    """

    source: str
    trials: int
    described: bool


def trial_name(acronym: str | None, title: str | None, number: str = "") -> str:
    """Return what a trial is called: its acronym before its title, where that lacks it; without a title its number."""
    called = title or number
    return called if not acronym or acronym.casefold() in called.casefold() else f"{acronym}: {called}"


def trial_registers(atlas: Atlas) -> list[TrialRegister]:
    """Return the registers that list trials of the region, the one with most of them first."""
    def counted() -> list[TrialRegister]:
        rows = atlas.rows("""
            SELECT source, count(*) FILTER (in_region) AS trials, bool_or(title IS NOT NULL OR id IN (
                SELECT trial_id FROM trial_term WHERE kind = 'condition')) AS described
            FROM trial GROUP BY source HAVING trials > 0 ORDER BY trials DESC, source
        """)
        return [TrialRegister(**row) for row in rows]

    return remembered(atlas, "registers of trials", counted)


def trial(atlas: Atlas, text: str) -> Trial:
    """Return everything about one trial; `text` is its id or one of its numbers.

    Raises:
        UnknownIdentity: this atlas knows no such trial.

    """
    row = atlas.row_of("trial", text)
    known = row["id"]
    told: dict[str, Any] = {field: [] for field in _TERMS.values()}
    for term in atlas.rows("SELECT kind, term FROM trial_term WHERE trial_id = ? ORDER BY kind, term", [known]):
        told[_TERMS[term["kind"]]].append(term["term"])
    numbers = atlas.rows("SELECT scheme, value FROM trial_identifier WHERE trial_id = ? ORDER BY scheme NULLS LAST, "
                         "value", [known])
    twins = atlas.rows("SELECT other_id FROM trial_twin WHERE trial_id = ? ORDER BY other_id", [known])
    own = {field.name for field in fields(Trial)} & set(row) - {"sites"}  # the row has their number, the trial has them
    return Trial(
        **{**{name: row[name] for name in own}, "phases": row["phases"] or []}, **told,
        identifiers=[(number["scheme"], number["value"]) for number in numbers], parties=_parties(atlas, known),
        sites=_sites(atlas, known), twins=[twin["other_id"] for twin in twins],
    )


def _parties(atlas: Atlas, known: str) -> list[Party]:
    query = "SELECT * EXCLUDE (trial_id) FROM trial_party WHERE trial_id = ? ORDER BY role DESC, name"
    rows = atlas.rows(query, [known])
    return [Party(**row) for row in _meaning(atlas, _with_names(atlas, rows))]


def _sites(atlas: Atlas, known: str) -> list[Site]:
    """Return the sites, the region's first."""
    home = list(atlas.manifest["region"]["countries"])
    own = {field.name for field in fields(Site)} | {"mention"}
    rows = _with_names(atlas, atlas.rows("""
        SELECT * FROM trial_site
        WHERE trial_id = ? ORDER BY list_contains(?, country) DESC, country, city, facility, position
    """, [known, home]))
    return [Site(**row) for row in _meaning(atlas, [{name: row[name] for name in own & set(row)} for row in rows])]


def _with_names(atlas: Atlas, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with the names of their organisations: ids are looked up in an index, which a join leaves aside."""
    ids = sorted({row["organisation_id"] for row in rows} - {None})
    query = f"SELECT id, name FROM organisation WHERE id IN ({', '.join('?' * len(ids))})"
    names = {row["id"]: row["name"] for row in atlas.rows(query, ids)} if ids else {}
    return [{**row, "organisation_name": names.get(row["organisation_id"])} for row in rows]


def _meaning(atlas: Atlas, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put in place of the mention of each row what it means; an atlas of an earlier version has no mentions."""
    said = [row.pop("mention", None) for row in rows]
    links = links_of(atlas, [mention for mention in said if mention])
    return [{**row, "link": links.get(mention or "")} for row, mention in zip(rows, said, strict=True)]


def _having_trials(atlas: Atlas) -> Collection[str]:
    """Return the organisations that have part in any trial, read once: most have in none."""
    query = "SELECT organisation_id AS id FROM trial_party UNION SELECT organisation_id FROM trial_site"
    return remembered(atlas, "organisations with trials", lambda: frozenset(row["id"] for row in atlas.rows(query)))


def trials_of(atlas: Atlas, known_id: str, limit: int) -> tuple[int, list[TrialOfOrganisation]]:
    """Return how many trials an organisation has part in, and the newest of them.

    Args:
        atlas: the atlas.
        known_id: a public id as the atlas has it.
        limit: how many are returned at most.

    """
    if known_id not in _having_trials(atlas):
        return 0, []
    rows = atlas.rows("""
        SELECT t.id, t.source, t.source_id, t.title, t.acronym, t.state, t.phases, t.start_date,
               list(DISTINCT a.role ORDER BY a.role DESC) AS roles, count(*) OVER () AS total
        FROM (SELECT trial_id, role FROM trial_party WHERE organisation_id = ?
              UNION ALL SELECT trial_id, 'site' FROM trial_site WHERE organisation_id = ?) AS a
        JOIN trial AS t ON t.id = a.trial_id
        GROUP BY ALL ORDER BY t.start_date DESC NULLS LAST, t.id LIMIT ?
    """, [known_id, known_id, limit])
    total = max((row.pop("total") for row in rows), default=0)
    return total, [TrialOfOrganisation(**{**row, "phases": row["phases"] or []}) for row in rows]
