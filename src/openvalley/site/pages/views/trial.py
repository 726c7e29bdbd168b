"""A clinical trial: what is tried, in which phase and state, by whom and where, and which register says so."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from openvalley.atlas.answers import about_trial
from openvalley.atlas.clinical import Site, Trial, trial
from openvalley.atlas.reader import Atlas
from openvalley.atlas.register_pages import web_address
from openvalley.atlas.remembering import remembered
from openvalley.atlas.schema_org import as_trial
from openvalley.atlas.sourced import source_of
from openvalley.site.pages import addresses, trial_words, wording
from openvalley.site.pages.canonical import at_its_address
from openvalley.site.pages.listed import of_tables
from openvalley.site.pages.machine import csv_answer, json_answer, leaving, linked_thing
from openvalley.site.pages.reading import AtlasRequest, reading, today

#: States in which a trial has come to its end, and those in which it has not begun, whatever its dates say.
_OVER = ("completed", "ended", "terminated")
_NEVER_BEGUN = ("withdrawn", "not-yet-recruiting")
#: Conditions, keywords and interventions that are open at once; some trials list more than a hundred.
_TERMS_OPEN = 12


@dataclass(frozen=True)
class Abroad:
    """The sites of a trial in one country outside the region."""

    country: str
    sites: Sequence[Site]


@dataclass(frozen=True)
class Dates:
    """When a trial runs, by its register's dates and a day: ``begun`` and ``over`` are None where nothing is said.

    ``late`` says that it should have begun, or have ended, and that no register says it has.
    """

    begun: bool | None
    begin_late: bool
    over: bool | None
    end_late: bool


@reading
@at_its_address("trial")
def page(request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Show a trial; its bare number leads to its canonical address."""
    found = trial(atlas, addresses.id_of(key))
    home, abroad = _places(found.sites, set(atlas.manifest["region"]["countries"]))
    source = source_of(atlas, found.source)
    return render(request, "pages/trial.html", {
        "trial": found, "name": found.name, "source": source, "row_url": _row_url(found),
        "short": wording.short_source(source) or found.source,
        "study_type": trial_words.STUDY_TYPES.get(found.study_type or "", found.study_type or ""),
        "sponsors": [party for party in found.parties if party.role == "sponsor"],
        "collaborators": [party for party in found.parties if party.role == "collaborator"],
        "home": home, "abroad": abroad, "linked": sum(1 for site in found.sites if site.organisation_id),
        "site_states": any(site.status for site in home), "dates": _dates(found, today()),
        "countries": sorted(map(wording.country, found.countries)),
        "terms": _terms(found),
        "numbers": [(wording.scheme(scheme) if scheme else "", value, web_address(scheme, value))
                    for scheme, value in found.identifiers],
        "missing": [trial_words.FIELDS[field] for field in _missing(atlas, found.source)],
        "twins": of_tables(atlas, "trial", _twins(atlas, found.twins), today()),
        "json_url": reverse("trial-json", args=[key]), "csv_url": reverse("trial-csv", args=[key]),
        "linked_data": linked_thing(request, atlas, as_trial(asdict(found)), [found.source]),
    })


@reading
@leaving
@at_its_address("trial", "-json")
def machine(_request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Give a trial with its sites and parties as JSON."""
    return json_answer(about_trial(atlas, trial(atlas, addresses.id_of(key))))


@reading
@leaving
@at_its_address("trial", "-csv")
def table(_request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Give the sites of a trial as CSV, as its register writes them and as they are linked."""
    rows = [(site.facility, site.city, site.postcode, site.country, site.status, site.organisation_id,
             site.organisation_name) for site in trial(atlas, addresses.id_of(key)).sites]
    return csv_answer(("facility", "city", "postcode", "country", "status", "organisation_id", "organisation_name"),
                      rows, "sites")


def _row_url(found: Trial) -> str | None:
    """Return where the trial's own register shows it."""
    return next((web_address(scheme, value) for scheme, value in found.identifiers
                 if value == found.source_id), None)


def _places(sites: Sequence[Site], home: set[str]) -> tuple[list[Site], list[Abroad]]:
    """Return the region's sites, and the others by country, the country with most sites first."""
    by_country: defaultdict[str, list[Site]] = defaultdict(list)
    for site in sites:
        by_country[site.country or ""].append(site)
    abroad = [Abroad(country, there) for country, there in by_country.items() if country not in home]
    return ([site for site in sites if site.country in home],
            sorted(abroad, key=lambda entry: (-len(entry.sites), entry.country)))


def _dates(found: Trial, day: date) -> Dates:
    """Tell what a register's dates and state say of a day: a plan that has passed is not yet a fact."""
    start, end = found.start_date, found.end_date
    due = start is not None and start <= day
    begun = None if start is None else due and found.state not in _NEVER_BEGUN
    past = end is not None and end <= day
    over = None if end is None or found.state == "withdrawn" else past and (found.state in (None, *_OVER))
    return Dates(begun, due and not begun, over, past and over is False)


def _terms(found: Trial) -> list[tuple[str, Sequence[tuple[str, str]], Sequence[tuple[str, str]]]]:
    """Return what a trial is about: each kind with its first terms and the rest, each with a search for its trials."""
    told = (("condition", found.conditions), ("code", found.codes), ("intervention", found.interventions),
            ("keyword", found.keywords))
    linked = [(kind, [(text, addresses.search_url(q=text, type="trial")) for text in texts]) for kind, texts in told]
    return [(kind, entries[:_TERMS_OPEN], entries[_TERMS_OPEN:]) for kind, entries in linked if entries]


def _missing(atlas: Atlas, source: str) -> list[str]:
    """Return the fields that no trial of a register has."""
    def counted() -> list[str]:
        (row,) = atlas.rows("""
            SELECT count(title) AS title, count(state) AS state, sum(len(phases)) AS phases, sum(sites) AS sites,
                   count(summary) AS summary, count(minimum_age) AS minimum_age,
                   count(*) FILTER (id IN (SELECT trial_id FROM trial_term WHERE kind = 'condition')) AS conditions,
                   count(*) FILTER (id IN (SELECT trial_id FROM trial_term WHERE kind = 'intervention'))
                       AS interventions
            FROM trial WHERE source = ?
        """, [source])
        return [field for field in trial_words.FIELDS if not row[field]]

    return remembered(atlas, ("fields that no trial has", source), counted)


def _twins(atlas: Atlas, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return the same trial as other registers list it."""
    return atlas.rows("SELECT id, source, source_id, title, acronym, state, phases, start_date, sites, "
                      "sponsor FROM trial WHERE id IN (SELECT unnest(?)) ORDER BY id", [list(ids)]) if ids else []
