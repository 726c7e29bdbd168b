"""What an atlas says, as plain frozen values: an organisation, its claims, a project, the region's figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

from openvalley.vocabulary.properties import TAGS


@dataclass(frozen=True)
class Name:
    """One name of an organisation; ``kind`` is label, alias, acronym or former; language null when not said."""

    value: str
    language: str | None
    kind: str | None


@dataclass(frozen=True)
class ScopeEvidence:
    """Why an organisation is in scope: the rule, the pack, kind or newest project, and how many projects."""

    rule: str
    detail: str
    amount: int


@dataclass(frozen=True)
class Relation:
    """Another organisation that this one stands to as said: ``parent`` or ``successor``."""

    id: str
    name: str | None
    relation: str


@dataclass(frozen=True)
class Organisation:
    """An organisation: its facts (each backed by claims), names, identifiers, tags and evidence.

    ``records`` are the register rows it is made of (``source/source_id``); ``eu_contribution`` in euro; coordinates
    in degrees; ``placed_by`` is register, gazetteer or None.
    """

    id: str
    name: str | None
    kind: str
    state: str
    state_date: str | None
    country: str | None
    city: str | None
    postcode: str | None
    nuts: str | None
    website: str | None
    founded: int | None
    headcount: int | None
    headcount_year: int | None
    sme: bool | None
    verified: bool
    in_scope: bool
    in_region: bool
    latitude: float | None
    longitude: float | None
    placed_by: str | None
    projects: int
    life_science_projects: int
    coordinated: int
    eu_contribution: float | None
    first_year: int | None
    last_year: int | None
    names: Sequence[Name]
    identifiers: Sequence[tuple[str, str]]
    stages: Sequence[str]
    platforms: Sequence[str]
    sectors: Sequence[str]
    evidence: Sequence[ScopeEvidence]
    records: Sequence[str]
    relations: Sequence[Relation]

    @classmethod
    def of(cls, row: Mapping[str, Any], *parts: Sequence[Any]) -> Self:
        """Make one from its row and its names, identifiers, tags, evidence, records and relations."""
        names, numbers, tags, evidence, records, related = parts
        own = {field.name for field in fields(cls)}
        tagged = {name: [tag["code"] for tag in tags if tag["vocabulary"] == name]
                  for name in TAGS}
        return cls(
            **{name: value for name, value in row.items() if name in own},
            names=[Name(**name) for name in names],
            identifiers=[(number["scheme"], number["value"]) for number in numbers],
            stages=tagged["stage"], platforms=tagged["platform"], sectors=tagged["sector"],
            evidence=evidence, records=records, relations=[Relation(**entry) for entry in related],
        )

    def name_in(self, language: str) -> str:
        """Return the organisation's own name in a language where it has one, else its display name.

        Where it has several in that language, the display name is taken if it is one of them.
        """
        labels = [name.value for name in self.names if name.language == language and name.kind == "label"]
        if self.name and (self.name in labels or not labels):
            return self.name
        return labels[0] if labels else self.id


@dataclass(frozen=True)
class Claim:
    """One value that one source gives for one property.

    ``standing`` is shown, agrees (same value as the shown one) or overruled.
    """

    property: str
    value: str
    qualifier: str | None
    source: str
    source_title: str
    source_id: str
    source_version: str
    as_of: str | None
    retrieved: str | None
    verification: str | None
    reference: str | None
    standing: str

    @classmethod
    def of(cls, row: Mapping[str, Any], source: Mapping[str, Any], shown: str | None) -> Self:
        """Make one from its row, its source's entry in the manifest, and the value that is shown."""
        standing = "shown" if row["wins"] else "agrees" if row["value"] == shown else "overruled"
        return cls(
            property=row["property"], value=row["value"], qualifier=row["qualifier"], source=row["source"],
            source_title=source.get("title", row["source"]), source_id=row["source_id"],
            source_version=row["source_version"], as_of=source.get("as_of"), retrieved=source.get("retrieved"),
            verification=row["verification"], reference=row["reference"], standing=standing,
        )


@dataclass(frozen=True)
class Participation:
    """An organisation's part in one project; money in euro; the last three fields are the row's source."""

    project_id: str
    acronym: str | None
    title: str | None
    programme: str | None
    start_date: date | None
    end_date: date | None
    role: str | None
    eu_contribution: float | None
    participants: int
    source: str
    source_id: str
    source_version: str
    life_science: bool


@dataclass(frozen=True)
class OrganisationInProject:
    """A participant of a project; money in euro."""

    id: str
    name: str | None
    country: str | None
    city: str | None
    kind: str
    role: str | None
    eu_contribution: float | None


@dataclass(frozen=True)
class Project:
    """A project with its classifications (scheme, code, title) and participants; money in euro."""

    id: str
    acronym: str | None
    title: str | None
    objective: str | None
    status: str | None
    start_date: date | None
    end_date: date | None
    signature_date: date | None
    total_cost: float | None
    eu_contribution: float | None
    programme: str | None
    call: str | None
    funding_scheme: str | None
    doi: str | None
    source: str
    source_id: str
    source_version: str
    participants: int
    codes: Sequence[tuple[str, str, str | None]]
    organisations: Sequence[OrganisationInProject]

    @classmethod
    def of(cls, row: Mapping[str, Any], codes: Sequence[Mapping[str, Any]],
           organisations: Sequence[OrganisationInProject]) -> Self:
        """Make one from its row, its codes and its participants."""
        own = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in row.items() if name in own}, organisations=organisations,
                   codes=[(code["scheme"], code["code"], code["title"]) for code in codes])


@dataclass(frozen=True)
class Figures:
    """The region's headline figures. Counted are active, named, verified organisations in scope.

    Attributes:
        organisations: how many are counted.
        companies: how many of them are companies of some kind.
        unverified: how many are active, named and in scope too, and not counted because nobody has verified them.
        placed: share (0 to 1) of the counted that have coordinates.
        eu_contribution: what the EU granted the counted, in euro.
        projects: life-science projects in which an organisation of the region takes part.
        kinds: the counted by kind; adds up to ``organisations``.
        unverified_kinds: the unverified by kind; adds up to ``unverified``.

    """

    organisations: int
    companies: int
    unverified: int
    placed: float
    eu_contribution: float
    projects: int
    kinds: Mapping[str, int]
    unverified_kinds: Mapping[str, int]
