"""Computing an atlas: which tables it holds, and from which records each is made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from openvalley.atlas import claims as claim_tables
from openvalley.atlas import curated, facts, probable, projects, reference, regions, scope, trial_links, trials
from openvalley.atlas.confirmed import confirmed
from openvalley.atlas.row_ids import row_id
from openvalley.engine import Engine
from openvalley.resolve.confirmations import IN_FORCE
from openvalley.resolve.evidence import take_apart
from openvalley.resolve.identities import resolve
from openvalley.resolve.judged_mentions import mention_of
from openvalley.resolve.judgements import JudgementStore
from openvalley.sources.pack.region import Region
from openvalley.sources.specification import SourceSpecification
from openvalley.sources.versions import SourceVersion
from openvalley.vocabulary import record_types


@dataclass(frozen=True)
class Ingredients:
    """What an atlas is built from.

    The region, each source's specification with its version in use, and which pack rows a curator has checked (in the
    schema `IN_FORCE` of `openvalley.resolve.confirmations`).
    """

    region: Region
    sources: Sequence[tuple[SourceSpecification, SourceVersion]]
    checked: pa.Table = field(default_factory=IN_FORCE.empty_table)

    def tables(self, record_type: str) -> list[Path]:
        """Return the Parquet files of a record type, in source order."""
        paths = (version.table(record_type) for _, version in self.sources)
        return [path for path in paths if path is not None]

    def declaring(self, flag: Literal["anchors", "numbered", "region_pack"]) -> frozenset[str]:
        """Return the names of the sources whose source.toml says this of their rows."""
        return frozenset(specification.name for specification, _ in self.sources if getattr(specification, flag))


class Computation:
    """The tables of one atlas as expressions of one engine; what several tables share is computed once."""

    def __init__(self, engine: Engine, ingredients: Ingredients) -> None:
        """Compute with this engine from these ingredients."""
        self._engine = engine
        self._ingredients = ingredients

    def tables(self, store: JudgementStore) -> Iterator[tuple[str, Table]]:
        """Yield every table of the atlas with its name, as soon as it can be computed."""
        engine = self._engine
        organisations = self._checked("organisation")
        apart = take_apart(engine, organisations, self._ingredients.declaring("anchors"))
        judgements = store.in_force()
        of_records = [judgement for judgement in judgements if not any(map(mention_of, judgement.pair))]
        resolved = resolve(engine, apart, of_records, store.public_ids(), self._ingredients.declaring("numbered"))
        identities = engine.table("identities", resolved.members)
        specifications = [specification for specification, _ in self._ingredients.sources]
        claims = claim_tables.claims(engine, organisations, identities, specifications)
        yield "claim", claims  # the largest by far: it is loaded while all others are computed
        redirects = engine.table("redirects", resolved.redirects)
        yield "identity", identities
        yield "decision", engine.table("decisions", resolved.decisions)
        yield "contradiction", engine.table("contradictions", resolved.contradictions)
        yield "redirect", redirects
        home = self._ingredients.region.countries
        unplaced = facts.organisations(engine, claims, home)
        towns = facts.towns(engine, unplaced, self._ingredients.region)
        yield "town", towns.filter(towns.country.isin(list(home)))
        wide = regions.in_regions(engine, facts.placed(engine, unplaced, towns), self._records("region"))
        names = engine.keep("organisation_names", facts.names(claims, apart.keyed))
        yield "organisation_name", names
        yield "organisation_domain", facts.domains(claims)
        yield "organisation_identifier", facts.identifiers(claims)
        yield "organisation_tag", facts.tags(claims)
        yield from self._projects(wide, claims, identities).items()
        yield from self._reference().items()
        rows_of_pack = self._curated(identities, redirects)
        yield from rows_of_pack.items()
        towns_of_sites = curated.towns(rows_of_pack["curated_party"], rows_of_pack["site"])
        of_trials = self._trials(trial_links.Named(wide, names, towns_of_sites, identities, judgements))
        of_records = probable.of_records(engine.table("left_open", resolved.probable), organisations, identities,
                                         self._records("participation"))
        yield from {**of_trials, "probable_link": of_trials["probable_link"].union(of_records)}.items()

    def _projects(self, wide: Table, claims: Table, identities: Table) -> dict[str, Table]:
        """Return projects, who takes part, and organisations with scope and activity."""
        engine = self._engine
        records = self._records("project")
        codes = engine.keep("project_codes", projects.codes(records))
        participations = engine.keep(
            "participations", projects.participations(self._records("participation"), identities))
        living = engine.keep("living", scope.life_science_projects(codes))
        inputs = scope.ScopeInputs(wide, claims, codes, participations, self._ingredients.declaring("region_pack"))
        evidence = engine.keep("scope_evidence", scope.evidence(inputs))
        return {
            "organisation": with_activity(wide, evidence, participations, living, records),
            "scope_evidence": evidence,
            "project": projects.projects(records, participations),
            "project_code": codes,
            "life_science_project": living,
            "participation": participations,
        }

    def _trials(self, named: trial_links.Named) -> dict[str, Table]:
        """Return trials, what they are about, who runs them and where."""
        engine = self._engine
        records, sites = self._records("trial"), self._records("trial_site")
        links = trial_links.links(engine, trial_links.mentions(records, sites), named)
        linked_sites = engine.keep("trial_sites", trial_links.sites(sites, links))
        parties = engine.keep("trial_parties", trial_links.parties(records, links))
        uses = engine.keep("mention_uses", trial_links.uses(linked_sites, parties))
        numbers = engine.keep("trial_identifiers", trials.identifiers(records))
        at_home = named.organisations.filter(named.organisations.in_region).select("id")
        home = self._ingredients.region.countries
        return {
            "trial": trials.trials(trials.TrialInputs(records, parties, linked_sites, at_home, home)),
            "trial_term": trials.terms(records),
            "trial_site": linked_sites,
            "trial_party": parties,
            "trial_identifier": numbers,
            "trial_twin": trials.twins(numbers),
            "mention_link": trial_links.certain(links, uses),
            "probable_link": probable.of_mentions(links, uses, named.identities),
        }

    def _reference(self) -> dict[str, Table]:
        """Return calls, occupations, shortages, regions and their figures."""
        calls, occupations, places = self._records("call"), self._records("occupation"), self._records("region")
        return {
            "call": reference.calls(calls),
            "call_deadline": reference.deadlines(calls),
            "occupation": reference.occupations(occupations),
            "occupation_name": reference.occupation_names(occupations),
            "shortage": reference.shortages(self._records("shortage")),
            "region": regions.regions(places),
            "region_boundary": regions.boundaries(places),
            "indicator": reference.indicators(self._records("indicator")),
        }

    def _curated(self, identities: Table, redirects: Table) -> dict[str, Table]:
        """Return the tables of the region pack beside its organisations, and whom their rows concern."""
        tables = {name: curated.public(name, self._checked(name)) for name in curated.TABLES}
        return {**tables, "curated_party": curated.parties(self._engine, tables, identities, redirects)}

    def _checked(self, record_type: str) -> Table:
        """Read the records of a type, those that a curator has checked marked."""
        checked = self._engine.table(f"checked_{record_type}", self._ingredients.checked)
        return confirmed(self._records(record_type), record_type, checked)

    def _records(self, record_type: str) -> Table:
        """Read the records of a type, or an empty table where no source has any."""
        paths = self._ingredients.tables(record_type)
        if paths:
            return self._engine.read(paths)
        return self._engine.table(f"no_{record_type}", record_types.record_type(record_type).schema.empty_table())


def with_activity(wide: Table, evidence: Table, participations: Table, living: Table, records: Table) -> Table:
    """Add to each organisation whether it is in scope and what it does in projects."""
    scoped = evidence.select("id").distinct().mutate(in_scope=True)
    dated = records.select(project_id=row_id(records),
                           year=records.start_date.year().cast("int64"))
    rows = participations.join(dated, "project_id").left_join(
        living.select("project_id", living=ibis.literal(1).cast("int64")), "project_id")
    activity = rows.group_by(id="organisation_id").aggregate(
        projects=rows.project_id.nunique(), life_science_projects=rows.project_id.nunique(where=rows.living.notnull()),
        coordinated=rows.project_id.nunique(where=rows.role == "coordinator"),
        eu_contribution=rows.eu_contribution.sum().round(2),
        first_year=rows.year.min(), last_year=rows.year.max(),
    )
    joined = wide.left_join(scoped, "id").drop("id_right").left_join(activity, "id").drop("id_right")
    return joined.mutate(
        in_scope=joined.in_scope.fill_null(False), projects=joined.projects.fill_null(0),  # noqa: FBT003 - Ibis' form
        life_science_projects=joined.life_science_projects.fill_null(0), coordinated=joined.coordinated.fill_null(0),
    )
