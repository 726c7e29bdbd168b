"""show: everything about one organisation, project, trial, call or region."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.markup import escape
from rich.table import Table

from openvalley.atlas import clinical, funding, regional
from openvalley.atlas.answers import (
    PARTICIPATIONS,
    PARTNERS,
    Beside,
    Told,
    about_call,
    about_organisation,
    about_project,
    about_region,
    about_trial,
    told_of_region,
    told_whole,
)
from openvalley.atlas.clinical import Trial
from openvalley.atlas.disputed import disputes_about, public_data
from openvalley.atlas.funding import Call, Standing
from openvalley.atlas.model import Claim, Organisation, Project
from openvalley.atlas.pack_rows import rows_about
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.atlas.regional import Region
from openvalley.cli.disputing import mention
from openvalley.cli.edge import Edge
from openvalley.cli.meaning import print_meant, said_of
from openvalley.cli.offering import print_offers
from openvalley.errors import BadInput
from openvalley.vocabulary import figures
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, label

#: Rows of a list that the terminal shows; --json has all.
_LISTED = 15


@dataclasses.dataclass(frozen=True)
class _Asked:
    """What is shown, and how: the atlas, a public id of it, the language of labels, and whether sources are listed."""

    atlas: Atlas
    known: str
    language: str
    claims: bool


def show(edge: Edge, identifier: str, language: str, *, claims: bool) -> None:
    """Print everything about one thing; with `claims` also which source says so.

    Raises:
        BadInput: there are no labels in this language.
        UnknownIdentity: the atlas knows nothing with this id.

    """
    if language not in LANGUAGES:
        raise BadInput(f"There is no language {language!r}.", hint=f"Languages: {', '.join(LANGUAGES)}.")
    atlas = open_atlas(edge.settings.home)
    known = atlas.resolve_id(identifier)
    _SHOWN[atlas.type_of(known)](edge, _Asked(atlas, known, language, claims))


def _organisation(edge: Edge, asked: _Asked) -> None:
    atlas, known = asked.atlas, asked.known
    organisation = atlas.organisation(known)
    disputes = disputes_about(atlas, edge.settings, known)
    if edge.as_json:
        edge.print_json(about_organisation(atlas, organisation, Beside(
            claims=atlas.claims(known) if asked.claims else None,
            participations=atlas.participations(known, PARTICIPATIONS), partners=atlas.partners(known, PARTNERS),
            disputes=[public_data(dispute) for dispute in disputes])))
        return
    _print_organisation(edge, organisation, asked.language)
    print_offers(edge, rows_about(atlas, known), known, asked.language)
    for row in atlas.participations(known, _LISTED):
        edge.console.print(f"  {row.start_date or '?'}  {escape(row.role or '-'):<12} "
                           f"{escape(row.acronym or row.title or '(no title)')}"
                           f" {row.project_id} ({escape(row.programme or '-')})")
    _print_more(edge, organisation.projects, "projects")
    trials, newest = clinical.trials_of(atlas, known, _LISTED)
    for trial in newest:
        edge.console.print(f"  {trial.start_date or '?'}  {', '.join(trial.roles):<12} "
                           f"{escape(trial.name)} {escape(trial.id)}")
    _print_more(edge, trials, "trials")
    print_meant(edge, atlas, known, claims=asked.claims)
    if asked.claims:
        edge.console.print(_claims_table(atlas.claims(known)))
    mention(edge, disputes, whole=asked.claims)


def _project(edge: Edge, asked: _Asked) -> None:
    project = asked.atlas.project(asked.known)
    if not _printed_as_json(edge, asked, about_project(asked.atlas, project)):
        _print_project(edge, project)
        _print_sources(edge, asked, [told_whole(asked.atlas, project)])


def _trial(edge: Edge, asked: _Asked) -> None:
    trial = clinical.trial(asked.atlas, asked.known)
    if not _printed_as_json(edge, asked, about_trial(asked.atlas, trial)):
        _print_trial(edge, trial, asked)
        _print_sources(edge, asked, [told_whole(asked.atlas, trial)])


def _call(edge: Edge, asked: _Asked) -> None:
    call, today = funding.call(asked.atlas, asked.known), datetime.now(UTC).date()
    if _printed_as_json(edge, asked, about_call(asked.atlas, call, today)):
        return
    _print_call(edge, call, call.standing(today))
    coming = call.next_deadline(today)
    if coming:
        edge.console.print(f"  next deadline: {coming}, {(coming - today).days} days from today")
    _print_sources(edge, asked, [told_whole(asked.atlas, call)])


def _region(edge: Edge, asked: _Asked) -> None:
    region = regional.region(asked.atlas, asked.known)
    if not _printed_as_json(edge, asked, about_region(asked.atlas, region)):
        _print_region(edge, region, asked.language)
        _print_sources(edge, asked, told_of_region(asked.atlas, region))


def _printed_as_json(edge: Edge, asked: _Asked, answer: Mapping[str, Any]) -> bool:
    """Print an answer as JSON if wanted, without its claims unless they were asked for; return whether it was."""
    if edge.as_json:
        edge.print_json(answer if asked.claims else {**answer, "claims": None})
    return edge.as_json


def _print_sources(edge: Edge, asked: _Asked, told: Sequence[Told]) -> None:
    for claim in told if asked.claims else ():
        row = f", row {claim.source_id}" if claim.source_id else ""
        edge.console.print(f"  {claim.what}: {escape(str(claim.source_title) + row)}")
        edge.console.print(f"    version {escape(str(claim.source_version))}, data until {claim.as_of or '?'}, "
                           f"fetched {(claim.retrieved or '?')[:10]}")
        edge.console.print(f"    licence: {escape(str(claim.licence))}")


def _print_facts(edge: Edge, facts: Iterable[tuple[str, object]]) -> None:
    for name, value in facts:
        if value not in (None, ""):
            edge.console.print(f"  {name}: {escape(str(value))}")


def _print_more(edge: Edge, total: int, what: str) -> None:
    if total > _LISTED:
        edge.console.print(f"  ... and {total - _LISTED:,} more {what}")


def _print_organisation(edge: Edge, organisation: Organisation, language: str) -> None:
    console = edge.console
    kind = label(Vocabulary.KIND, organisation.kind, language)
    state = label(Vocabulary.STATE, organisation.state, language)
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
    named = project.acronym or project.title
    called = f"[bold]{escape(named)}[/]" if named else f"[bold]Project {escape(project.id.partition(':')[2])}[/]"
    told = "" if project.title else " (the register's extract holds no title for it)"
    console.print(f"{called}{told}  {project.id}")
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
    state = label(Vocabulary.TRIAL_STATE, trial.state, asked.language) if trial.state else None
    withheld = "not named because it may be a person" if trial.sponsor_withheld else None
    names = {role: "; ".join(party.name for party in trial.parties if party.role == role)
             for role in ("sponsor", "collaborator")}
    at_home = [site for site in trial.sites if site.country in home]
    _print_facts(edge, (
        ("phase", ", ".join(label(Vocabulary.TRIAL_PHASE, code, asked.language) for code in trial.phases)),
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
                      f"{said_of(site.organisation_id, site.link, why=asked.claims)}")
    _print_more(edge, len(at_home), "sites in the region")
    for party in trial.parties if asked.claims else ():
        console.print(f"  {party.role}  {escape(party.name)} - {said_of(party.organisation_id, party.link, why=True)}")


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
    _print_facts(edge, (
        ("level", region.level), ("in", " > ".join(f"{around.name} {around.code}" for around in region.within)),
        ("parts", "; ".join(f"{part.name} {part.code} ({region.part_counts.get(part.code, 0)})"
                            for part in region.parts)),
        ("organisations", f"{region.organisations}, {region.verified} verified"),
        ("kinds", "; ".join(f"{label(Vocabulary.KIND, kind, language)} {n}" for kind, n in region.kinds.items())),
    ))
    for figure in region.indicators[:_LISTED]:
        unit, of = figures.unit(figure.unit, language), figures.breakdown(figure.dimensions, language)
        edge.console.print(f"  {figure.year}  {escape(figure.title)}: {figure.value:,.10g}{' ' * bool(unit)}"
                           f"{escape(unit)}{' (' + escape(of) + ')' if of else ''}")
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
