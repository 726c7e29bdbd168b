"""status, doctor, search, show and link: what is there."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from openvalley import pipeline
from openvalley.atlas.model import Claim, Organisation, Project
from openvalley.atlas.publish import CURRENT
from openvalley.atlas.reader import open_atlas
from openvalley.cli.edge import Edge
from openvalley.doctor import Finding, findings
from openvalley.errors import BadInput
from openvalley.pipeline import SourceStatus
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, terms

#: Rows of a list that the terminal shows; --json has all.
_LISTED = 15


def status(edge: Edge) -> None:
    """Show the sources and the published atlas."""
    sources = pipeline.status(edge.settings)
    built = (edge.settings.atlases / CURRENT).exists()
    manifest = pipeline.current_manifest(edge.settings) if built else None
    counts = open_atlas(edge.settings.home).counts() if built else {}
    if edge.as_json:
        edge.print_json({
            "home": str(edge.settings.home),
            "atlas": manifest and {"version": (edge.settings.atlases / CURRENT).resolve().name,
                                   "built_at": manifest["built_at"], "region": manifest["region"]["code"],
                                   "content_hash": manifest["content_hash"], "placed": manifest["placed"]},
            "counts": counts, "sources": [_source_json(entry) for entry in sources],
        })
        return
    console = edge.console
    console.print(f"Home: {edge.settings.home}")
    if manifest is None:
        console.print("No atlas yet; build the starter atlas with: openvalley build")
    else:
        listed = ", ".join(f"{count:,} {name}" for name, count in counts.items())
        console.print(f"Atlas of {manifest['region']['title']['en']}, built {manifest['built_at'][:16]}: {listed}")
    table = Table(box=None, header_style="bold")
    for title in ("source", "version", "data until", "fetched", "rows", "quarantined", "licence"):
        table.add_column(title, justify="right" if title in ("rows", "quarantined") else "left", overflow="fold")
    for entry in sources:
        version = entry.version
        age = "never" if version is None else f"{entry.age_days} days ago" + (" (old)" if entry.stale else "")
        table.add_row(entry.source.name, version.version if version else "-", (version and version.as_of) or "-", age,
                      f"{sum(version.rows.values()):,}" if version else "-",
                      f"{version.quarantined:,}" if version else "-", entry.source.specification.licence)
    console.print(table)
    for entry in sources:
        for warning in entry.version.warnings if entry.version else ():
            console.print(f"{entry.source.name}: {escape(warning)}")
        if entry.problem:
            console.print(f"{entry.source.name}: last sync failed: {escape(entry.problem['message'])}")


def doctor(edge: Edge) -> None:
    """Say what is wrong and how to mend it."""
    found: Sequence[Finding] = findings(edge.settings)
    if edge.as_json:
        edge.print_json({"findings": [dataclasses.asdict(finding) for finding in found]})
        return
    for finding in found:
        edge.console.print(f"{finding.severity}: {escape(finding.message)}\n  {escape(finding.mend)}")
    if not found:
        edge.console.print("Nothing is wrong.")


def search(edge: Edge, text: str, kind: str | None, limit: int) -> None:
    """Print the hits of a search, best first."""
    answer = open_atlas(edge.settings.home).search(text, types=[kind] if kind else (), limit=limit)
    if edge.as_json:
        edge.print_json({"query": answer.query, "total": answer.total, "method": answer.method,
                         "atlas_version": answer.atlas_version,
                         "items": [{"id": hit.id, "type": hit.type, "name": hit.name, "score": hit.score,
                                    **{name: hit.shown.get(name) for name in
                                       ("kind", "country", "city", "state", "projects", "in_scope")}}
                                   for hit in answer.items]})
        return
    if not answer.items:
        edge.console.print(f"Nothing is called anything like {escape(repr(text))}.")
    for hit in answer.items:
        where = ", ".join(part for part in (hit.shown.get("city"), hit.shown.get("country")) if part)
        what = terms(Vocabulary.KIND)[hit.shown["kind"]].label("en") if hit.shown.get("kind") else hit.type
        edge.console.print(f"{hit.score:.2f}  [bold]{escape(hit.name)}[/]  {escape(what)}"
                           f"{' - ' + escape(where) if where else ''}\n      {hit.id}")


def show(edge: Edge, identifier: str, language: str, *, claims: bool) -> None:
    """Print everything about an organisation or a project."""
    if language not in LANGUAGES:
        raise BadInput(f"There is no language {language!r}.", hint=f"Languages: {', '.join(LANGUAGES)}.")
    atlas = open_atlas(edge.settings.home)
    known = atlas.resolve_id(identifier)
    if atlas.type_of(known) == "project":
        project = atlas.project(known)
        if edge.as_json:
            edge.print_json({"project": dataclasses.asdict(project), "atlas_version": atlas.version})
        else:
            _print_project(edge, project)
        return
    organisation = atlas.organisation(known)
    listed = atlas.claims(known)
    if edge.as_json:
        edge.print_json({
            "organisation": dataclasses.asdict(organisation), "atlas_version": atlas.version,
            "participations": [dataclasses.asdict(row) for row in atlas.participations(known)],
            "claims": [dataclasses.asdict(claim) for claim in listed] if claims else None,
        })
        return
    _print_organisation(edge, organisation, language)
    for row in atlas.participations(known, _LISTED):
        edge.console.print(f"  {row.start_date or '?'}  {escape(row.role or '-'):<12} "
                           f"{escape(row.acronym or row.title or '')}"
                           f" {row.project_id} ({escape(row.programme or '-')})")
    if organisation.projects > _LISTED:
        edge.console.print(f"  ... and {organisation.projects - _LISTED} more projects")
    if claims:
        edge.console.print(_claims_table(listed))


def link(edge: Edge, source: Path, output: Path) -> None:
    """Link a list and say how many rows were a match, for review, and none."""
    from openvalley.atlas.linking import link_file  # noqa: PLC0415 - loads the compute libraries

    atlas = open_atlas(edge.settings.home)
    counts = link_file(source, output, atlas)
    answer = {"rows": counts.total(), **{decision: counts[decision] for decision in ("match", "review", "none")}}
    if edge.as_json:
        edge.print_json({**answer, "output": str(output), "atlas_version": atlas.version})
    else:
        edge.console.print(f"{answer['rows']:,} rows: {answer['match']:,} match, {answer['review']:,} for review, "
                           f"{answer['none']:,} none. Written to {output}")


def _source_json(entry: SourceStatus) -> dict[str, object]:
    version = entry.version
    specification = entry.source.specification
    return {
        "name": specification.name, "title": specification.title, "licence": specification.licence,
        "version": version.version if version else None, "as_of": version.as_of if version else None,
        "retrieved": version.retrieved if version else None, "origin": version.origin if version else None,
        "age_days": entry.age_days, "stale": entry.stale, "rows": dict(version.rows) if version else {},
        "quarantined": version.quarantined if version else 0, "warnings": list(version.warnings) if version else [],
        "counted": dict(version.counted) if version else {}, "problem": dict(entry.problem) if entry.problem else None,
    }


def _print_organisation(edge: Edge, organisation: Organisation, language: str) -> None:
    console = edge.console
    kind = terms(Vocabulary.KIND)[organisation.kind].label(language)
    state = terms(Vocabulary.STATE)[organisation.state].label(language)
    console.print(f"[bold]{escape(organisation.name_in(language))}[/]  {organisation.id}")
    console.print(f"  {kind}, {state}{', ' + organisation.state_date if organisation.state_date else ''}"
                  f"{'' if organisation.verified else ' - unverified'}")
    place = ", ".join(part for part in (organisation.postcode, organisation.city, organisation.country) if part)
    for label, value in (
        ("place", place), ("website", organisation.website), ("founded", organisation.founded),
        ("also called", "; ".join(sorted({name.value for name in organisation.names} - {organisation.name}))),
        ("identifiers", "; ".join(f"{scheme} {value}" for scheme, value in organisation.identifiers)),
        ("stages", ", ".join(organisation.stages)), ("platforms", ", ".join(organisation.platforms)),
        ("projects", f"{organisation.projects} ({organisation.life_science_projects} life-science, "
                     f"{organisation.coordinated} coordinated)" if organisation.projects else None),
    ):
        if value:
            console.print(f"  {label}: {escape(str(value))}")


def _print_project(edge: Edge, project: Project) -> None:
    console = edge.console
    console.print(f"[bold]{escape(project.acronym or project.title or project.id)}[/]  {project.id}")
    for label, value in (
        ("title", project.title), ("programme", project.programme), ("from", project.start_date),
        ("until", project.end_date),
        ("EU contribution", f"{project.eu_contribution:,.0f} euro" if project.eu_contribution is not None else None),
        ("classified", "; ".join(title or code for _, code, title in project.codes)),
    ):
        if value:
            console.print(f"  {label}: {escape(str(value))}")
    for partner in project.organisations[:_LISTED]:
        console.print(f"  {escape(partner.role or '-'):<12} {escape(partner.name or 'name not given')} "
                      f"({partner.country or '?'})  {partner.id}")
    if len(project.organisations) > _LISTED:
        console.print(f"  ... and {len(project.organisations) - _LISTED} more participants")


def _claims_table(claims: Sequence[Claim]) -> Table:
    table = Table(box=None, header_style="bold")
    for title in ("property", "value", "standing", "source", "row", "data until", "fetched"):
        table.add_column(title, overflow="fold")
    for claim in claims:
        table.add_row(claim.property, escape(claim.value), claim.standing, claim.source, escape(claim.source_id),
                      claim.as_of or "-", (claim.retrieved or "-")[:10])
    return table
