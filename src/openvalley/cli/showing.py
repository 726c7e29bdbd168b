"""show: everything about one organisation, project, trial, call or region."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Self

from rich.markup import escape
from rich.table import Table

from openvalley.atlas import clinical, funding, regional
from openvalley.atlas.clinical import Trial
from openvalley.atlas.disputed import disputes_about
from openvalley.atlas.funding import Call, Standing
from openvalley.atlas.model import Claim, Organisation, Project
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.atlas.regional import Region
from openvalley.atlas.sourced import source_of
from openvalley.cli.disputing import as_data, mention
from openvalley.cli.edge import Edge
from openvalley.errors import BadInput
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, terms

#: Rows of a list that the terminal shows; --json has all.
_LISTED = 15
#: Trials of an organisation that --json gives; the site's list has all.
_TRIALS = 200


@dataclasses.dataclass(frozen=True)
class _Asked:
    """What is shown, and how: the atlas, a public id of it, the language of labels, and whether sources are listed."""

    atlas: Atlas
    known: str
    language: str
    claims: bool


@dataclasses.dataclass(frozen=True)
class _Told:
    """Which row of which source tells what of a thing; None for the row where it is many."""

    what: str
    source: str
    source_version: str | None
    source_id: str | None

    @classmethod
    def whole(cls, row: Any) -> Self:  # noqa: ANN401 - a project, trial or call
        """Return the one row that tells everything."""
        return cls("all of this", row.source, row.source_version, row.source_id)


def show(edge: Edge, identifier: str, language: str, *, claims: bool) -> None:
    """Print everything about one thing; with `claims` also which source says so."""
    if language not in LANGUAGES:
        raise BadInput(f"There is no language {language!r}.", hint=f"Languages: {', '.join(LANGUAGES)}.")
    atlas = open_atlas(edge.settings.home)
    known = atlas.resolve_id(identifier)
    _SHOWN[atlas.type_of(known)](edge, _Asked(atlas, known, language, claims))


def _organisation(edge: Edge, asked: _Asked) -> None:
    atlas, known = asked.atlas, asked.known
    organisation = atlas.organisation(known)
    listed, disputes = atlas.claims(known), disputes_about(atlas, edge.settings, known)
    trials, newest = clinical.trials_of(atlas, known, _TRIALS)
    if edge.as_json:
        edge.print_json({
            "organisation": dataclasses.asdict(organisation), "atlas_version": atlas.version,
            "participations": [dataclasses.asdict(row) for row in atlas.participations(known)],
            "trials": {"total": trials, "newest": [dataclasses.asdict(row) for row in newest]},
            "claims": [dataclasses.asdict(claim) for claim in listed] if asked.claims else None,
            "disputes": [as_data(dispute, atlas) for dispute in disputes],
        })
        return
    _print_organisation(edge, organisation, asked.language)
    for row in atlas.participations(known, _LISTED):
        edge.console.print(f"  {row.start_date or '?'}  {escape(row.role or '-'):<12} "
                           f"{escape(row.acronym or row.title or '')}"
                           f" {row.project_id} ({escape(row.programme or '-')})")
    _print_more(edge, organisation.projects, "projects")
    for trial in newest[:_LISTED]:
        edge.console.print(f"  {trial.start_date or '?'}  {', '.join(trial.roles):<12} "
                           f"{escape(trial.name)} {escape(trial.id)}")
    _print_more(edge, trials, "trials")
    if asked.claims:
        edge.console.print(_claims_table(listed))
    mention(edge, disputes, whole=asked.claims)


def _project(edge: Edge, asked: _Asked) -> None:
    project = asked.atlas.project(asked.known)
    if not _printed_as_json(edge, asked, {"project": dataclasses.asdict(project)}, [_Told.whole(project)]):
        _print_project(edge, project)
        _print_sources(edge, asked, [_Told.whole(project)])


def _trial(edge: Edge, asked: _Asked) -> None:
    trial = clinical.trial(asked.atlas, asked.known)
    if not _printed_as_json(edge, asked, {"trial": dataclasses.asdict(trial)}, [_Told.whole(trial)]):
        _print_trial(edge, trial, asked)
        _print_sources(edge, asked, [_Told.whole(trial)])


def _call(edge: Edge, asked: _Asked) -> None:
    call, today = funding.call(asked.atlas, asked.known), datetime.now(UTC).date()
    standing, coming = call.standing(today), call.next_deadline(today)
    content = {"call": dataclasses.asdict(call),
               "standing": {"on": today, "standing": standing, "next_deadline": coming}}
    if _printed_as_json(edge, asked, content, [_Told.whole(call)]):
        return
    _print_call(edge, call, standing)
    if coming:
        edge.console.print(f"  next deadline: {coming}, {(coming - today).days} days from today")
    _print_sources(edge, asked, [_Told.whole(call)])


def _region(edge: Edge, asked: _Asked) -> None:
    region = regional.region(asked.atlas, asked.known)
    content = {name: value for name, value in dataclasses.asdict(region).items() if name != "boundary"}
    told = [_Told("name and place", region.source, region.source_version, region.code),
            *(_Told("figures", name, None, None) for name in sorted({row.source for row in region.indicators}))]
    if not _printed_as_json(edge, asked, {"region": content}, told):
        _print_region(edge, region, asked.language)
        _print_sources(edge, asked, told)


def _printed_as_json(edge: Edge, asked: _Asked, content: Mapping[str, Any], told: Sequence[_Told]) -> bool:
    """Print a thing that few rows tell of, under the name of its type, as JSON, if wanted; return whether it was."""
    if edge.as_json:
        claims = [_claimed(asked.atlas, row) for row in told] if asked.claims else None
        edge.print_json({**content, "claims": claims, "atlas_version": asked.atlas.version})
    return edge.as_json


def _claimed(atlas: Atlas, told: _Told) -> dict[str, Any]:
    """Return which row of which source says what of a thing, of which day, and under which licence."""
    said = source_of(atlas, told.source)
    return {
        **dataclasses.asdict(told), "source_version": told.source_version or said.get("version"),
        "source_title": said.get("title"),
        **{name: said.get(name) for name in ("as_of", "retrieved", "licence", "licence_url", "attribution")},
    }


def _print_sources(edge: Edge, asked: _Asked, told: Sequence[_Told]) -> None:
    for said in (_claimed(asked.atlas, row) for row in told) if asked.claims else ():
        row = f", row {said['source_id']}" if said["source_id"] else ""
        edge.console.print(f"  {said['what']}: {escape(str(said['source_title']) + row)}")
        edge.console.print(f"    version {escape(said['source_version'])}, data until {said['as_of'] or '?'}, "
                           f"fetched {(said['retrieved'] or '?')[:10]}")
        edge.console.print(f"    licence: {escape(str(said['licence']))}")


def _print_facts(edge: Edge, facts: Iterable[tuple[str, object]]) -> None:
    for label, value in facts:
        if value not in (None, ""):
            edge.console.print(f"  {label}: {escape(str(value))}")


def _print_more(edge: Edge, total: int, what: str) -> None:
    if total > _LISTED:
        edge.console.print(f"  ... and {total - _LISTED:,} more {what}")


def _print_organisation(edge: Edge, organisation: Organisation, language: str) -> None:
    console = edge.console
    kind = terms(Vocabulary.KIND)[organisation.kind].label(language)
    state = terms(Vocabulary.STATE)[organisation.state].label(language)
    console.print(f"[bold]{escape(organisation.name_in(language))}[/]  {organisation.id}")
    console.print(f"  {kind}, {state}{', ' + organisation.state_date if organisation.state_date else ''}"
                  f"{'' if organisation.verified else ' - unverified'}")
    _print_facts(edge, (
        ("place", ", ".join(part for part in (organisation.postcode, organisation.city, organisation.country) if part)),
        ("website", organisation.website), ("founded", organisation.founded),
        ("also called", "; ".join(sorted({name.value for name in organisation.names} - {organisation.name}))),
        ("identifiers", "; ".join(f"{scheme} {value}" for scheme, value in organisation.identifiers)),
        ("region", organisation.nuts),
        ("stages", ", ".join(organisation.stages)), ("platforms", ", ".join(organisation.platforms)),
        ("projects", f"{organisation.projects} ({organisation.life_science_projects} life-science, "
                     f"{organisation.coordinated} coordinated)" if organisation.projects else None),
    ))


def _print_project(edge: Edge, project: Project) -> None:
    console = edge.console
    console.print(f"[bold]{escape(project.acronym or project.title or project.id)}[/]  {project.id}")
    _print_facts(edge, (
        ("title", project.title), ("programme", project.programme), ("from", project.start_date),
        ("until", project.end_date),
        ("EU contribution", f"{project.eu_contribution:,.0f} euro" if project.eu_contribution is not None else None),
        ("classified", "; ".join(title or code for _, code, title in project.codes)),
    ))
    for partner in project.organisations[:_LISTED]:
        console.print(f"  {escape(partner.role or '-'):<12} {escape(partner.name or 'name not given')} "
                      f"({partner.country or '?'})  {partner.id}")
    _print_more(edge, len(project.organisations), "participants")


def _print_trial(edge: Edge, trial: Trial, asked: _Asked) -> None:
    console, home = edge.console, set(asked.atlas.manifest["region"]["countries"])
    console.print(f"[bold]{escape(trial.name)}[/]  {escape(trial.id)}")
    state = terms(Vocabulary.TRIAL_STATE)[trial.state].label(asked.language) if trial.state else None
    withheld = "not named because it may be a person" if trial.sponsor_withheld else None
    names = {role: "; ".join(party.name for party in trial.parties if party.role == role)
             for role in ("sponsor", "collaborator")}
    at_home = [site for site in trial.sites if site.country in home]
    _print_facts(edge, (
        ("phase", ", ".join(terms(Vocabulary.TRIAL_PHASE)[code].label(asked.language) for code in trial.phases)),
        ("state", f"{state} (the register says {trial.status})" if state else trial.status),
        ("sponsor", names["sponsor"] or withheld), ("with", names["collaborator"]),
        ("from", trial.start_date), ("until", trial.end_date), ("enrolment", trial.enrolment),
        ("conditions", "; ".join(trial.conditions)), ("tried", "; ".join(trial.interventions)),
        ("numbers", "; ".join(f"{scheme or 'own'} {value}" for scheme, value in trial.identifiers)),
        ("sites", f"{len(trial.sites)}, {len(at_home)} in the region" if trial.sites else None),
        ("countries", ", ".join(trial.countries)), ("updated", trial.last_updated),
        ("in other registers", ", ".join(trial.twins)),
    ))
    for site in at_home[:_LISTED]:
        console.print(f"  site  {escape(site.facility or 'not named')}, {escape(site.city or '?')} - "
                      f"{site.organisation_id or 'not linked to an organisation'}")
    _print_more(edge, len(at_home), "sites in the region")


def _print_call(edge: Edge, call: Call, standing: Standing) -> None:
    edge.console.print(f"[bold]{escape(call.title or call.source_id)}[/]  {escape(call.id)}")
    _print_facts(edge, (
        ("today", standing.value), ("opens", call.opens), ("deadlines", ", ".join(map(str, call.deadlines))),
        ("procedure", call.procedure), ("programme", call.programme), ("cluster", call.cluster),
        ("destination", call.destination), ("type of action", call.action_type),
        ("budget", f"{call.budget:,.0f} euro" if call.budget is not None else None),
        ("the register said", call.stated_status), ("page", call.url),
    ))


def _print_region(edge: Edge, region: Region, language: str) -> None:
    edge.console.print(f"[bold]{escape(region.name)}[/]  {region.id}")
    kinds = terms(Vocabulary.KIND)
    _print_facts(edge, (
        ("level", region.level), ("in", " > ".join(f"{around.name} {around.code}" for around in region.within)),
        ("parts", "; ".join(f"{part.name} {part.code} ({region.part_counts.get(part.code, 0)})"
                            for part in region.parts)),
        ("organisations", f"{region.organisations}, {region.verified} verified"),
        ("kinds", "; ".join(f"{kinds[kind].label(language)} {count}" for kind, count in region.kinds.items())),
    ))
    for figure in region.indicators[:_LISTED]:
        edge.console.print(f"  {figure.year}  {escape(figure.title)}: {figure.value:,.10g} {escape(figure.unit or '')}"
                           f"{' (' + escape(figure.dimensions) + ')' if figure.dimensions else ''}")
    _print_more(edge, len(region.indicators), "figures")


def _claims_table(claims: Sequence[Claim]) -> Table:
    table = Table(box=None, header_style="bold")
    for title in ("property", "value", "standing", "source", "row", "data until", "fetched"):
        table.add_column(title, overflow="fold")
    for claim in claims:
        table.add_row(claim.property, escape(claim.value), claim.standing, claim.source, escape(claim.source_id),
                      claim.as_of or "-", (claim.retrieved or "-")[:10])
    return table


_SHOWN = {"organisation": _organisation, "project": _project, "trial": _trial, "call": _call, "region": _region}
