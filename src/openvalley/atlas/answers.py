"""Answers about one thing as data, in one shape from the command line (``show --json``) and the site (``.json``).

Reads an atlas, the whole or what is exported of it. Values are dataclasses, dates and plain types: whoever writes JSON
turns them into its own. Next: cli/showing.py and the views of the site.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from openvalley.atlas.clinical import Trial, trial, trials_of
from openvalley.atlas.funding import Call, call
from openvalley.atlas.joined import joined
from openvalley.atlas.meant import probably, probably_of, written
from openvalley.atlas.model import Claim, Organisation, Participation, Project
from openvalley.atlas.pack_rows import rows_about
from openvalley.atlas.reader import Atlas
from openvalley.atlas.regional import COUNTED, Region, region, region_of
from openvalley.atlas.sourced import source_of

#: Partners, participations and trials of an organisation that are given at most.
PARTNERS, PARTICIPATIONS, TRIALS = 20, 200, 200
#: Texts of registers that mean an organisation, and what only probably does, as far as they are given.
WRITTEN = 100


@dataclass(frozen=True)
class Told:
    """Which row of which source tells what of a thing, of which day and under which licence.

    Of a project, trial, call or region that is a claim; ``source_id`` is None where it is many rows.
    """

    what: str
    source: str
    source_version: str | None
    source_id: str | None
    source_title: str | None
    as_of: str | None
    retrieved: str | None
    licence: str | None
    licence_url: str | None
    attribution: str | None


@dataclass(frozen=True)
class Beside:
    """What stands beside an organisation and what each edge reads in its own way.

    ``claims`` are None where nobody asked for them, ``disputes`` as `openvalley.atlas.disputed.public_data` gives them.
    """

    claims: Sequence[Claim] | None
    participations: Sequence[Participation]
    partners: Sequence[Mapping[str, Any]]
    disputes: Sequence[Mapping[str, Any]]


def about_organisation(atlas: Atlas, organisation: Organisation, beside: Beside) -> dict[str, Any]:
    """Return everything about an organisation."""
    total, newest = trials_of(atlas, organisation.id, TRIALS)
    return {
        "organisation": organisation, "claims": beside.claims, "participations": beside.participations,
        "partners": beside.partners, "region": region_of(atlas, organisation.id),
        "trials": {"total": total, "newest": newest},
        "joined": joined(atlas, organisation.id),
        "links": {"sure": written(atlas, organisation.id, WRITTEN),
                  "probable": probably(atlas, organisation.id, WRITTEN),
                  "probably_itself": probably_of(atlas, organisation.id, WRITTEN)},
        "curated": rows_about(atlas, organisation.id),
        "disputes": beside.disputes, "atlas_version": atlas.version,
    }


def about(atlas: Atlas, kind: str, known: str, day: date) -> dict[str, Any]:
    """Return everything about one project, trial, call or region; of a call, where it stands on a day.

    Raises:
        UnknownIdentity: the atlas has none of this kind with this id.

    """
    match kind:
        case "project":
            return about_project(atlas, atlas.project(known))
        case "trial":
            return about_trial(atlas, trial(atlas, known))
        case "call":
            return about_call(atlas, call(atlas, known), day)
        case _:
            return about_region(atlas, region(atlas, known))


def about_project(atlas: Atlas, project: Project) -> dict[str, Any]:
    """Return everything about a project."""
    return _about(atlas, "project", project)


def about_trial(atlas: Atlas, trial: Trial) -> dict[str, Any]:
    """Return everything about a trial."""
    return _about(atlas, "trial", trial)


def about_call(atlas: Atlas, call: Call, day: date) -> dict[str, Any]:
    """Return everything about a call, and where it stands on a day."""
    standing = {"on": day, "standing": call.standing(day), "next_deadline": call.next_deadline(day)}
    return {**_about(atlas, "call", call), "standing": standing}


def about_region(atlas: Atlas, region: Region) -> dict[str, Any]:
    """Return everything about a region but its boundary, which is drawn and never given."""
    given = {name: value for name, value in asdict(region).items() if name != "boundary"}
    claims = told_of_region(atlas, region)
    sources = [source_of(atlas, name) for name in dict.fromkeys(claim.source for claim in claims)]
    return {"region": given, "counted": COUNTED, "sources": sources, "claims": claims, "atlas_version": atlas.version}


def told_whole(atlas: Atlas, thing: Project | Trial | Call) -> Told:
    """Return the claim of a thing of which one row tells everything."""
    return _told(atlas, "all of this", thing.source, thing.source_version, thing.source_id)


def told_of_region(atlas: Atlas, region: Region) -> list[Told]:
    """Return the claims of a region: its own row, and for each source of its figures that there are some."""
    named = sorted({indicator.source for indicator in region.indicators})
    return [_told(atlas, "name and place", region.source, region.source_version, region.code),
            *(_told(atlas, "figures", name, None, None) for name in named)]


def _about(atlas: Atlas, kind: str, thing: Project | Trial | Call) -> dict[str, Any]:
    return {kind: thing, "source": source_of(atlas, thing.source), "claims": [told_whole(atlas, thing)],
            "atlas_version": atlas.version}


def _told(atlas: Atlas, what: str, source: str, version: str | None, row: str | None) -> Told:
    said = source_of(atlas, source)
    return Told(what, source, version or said.get("version"), row, said.get("title"), said.get("as_of"),
                said.get("retrieved"), said.get("licence"), said.get("licence_url"), said.get("attribution"))
