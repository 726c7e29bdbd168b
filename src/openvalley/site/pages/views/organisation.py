"""An organisation: who it is, every fact with its sources and disputes, its projects and partners."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from openvalley.atlas.answers import PARTICIPATIONS, PARTNERS, Beside, about_organisation
from openvalley.atlas.clinical import trials_of
from openvalley.atlas.disputed import ids_of, public_data
from openvalley.atlas.joined import joined
from openvalley.atlas.meant import probably, probably_of, written
from openvalley.atlas.model import Participation
from openvalley.atlas.network import participations, partners
from openvalley.atlas.reader import Atlas
from openvalley.atlas.regional import region_of
from openvalley.atlas.sourced import sources_of
from openvalley.questions import QUESTIONS
from openvalley.resolve.curator_decisions import State
from openvalley.resolve.disputes import Dispute
from openvalley.site.pages import addresses, disputing, wording
from openvalley.site.pages.canonical import at_its_address
from openvalley.site.pages.extracts import extracts
from openvalley.site.pages.facts import facts
from openvalley.site.pages.listed import project_name
from openvalley.site.pages.machine import json_answer, leaving, leaving_dispute, linked_organisation
from openvalley.site.pages.names import backed_name, names_beneath, own_name
from openvalley.site.pages.network_picture import network_url
from openvalley.site.pages.offers import offers
from openvalley.site.pages.questions import words
from openvalley.site.pages.reading import AtlasRequest, reading_disputes
from openvalley.site.people.organisations import Named
from openvalley.site.people.published import as_claims, public_needs
from openvalley.site.shelf import home_settings

#: Projects and trials that a page lists; the count of all is always given, with the list of all.
_PROJECTS, _TRIALS = 25, 10
#: Texts of registers that mean the organisation, and what only probably does, as far as a page lists them.
_TEXTS = 20
#: Facts whose absence the page says: disputes about them stand there.
_SAID_UNKNOWN = ("name", "state", "city", "website")


@reading_disputes
@at_its_address("organisation")
def page(request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Show an organisation; other and earlier ids lead to its canonical address."""
    organisation = atlas.organisation(addresses.id_of(key))
    taken = participations(atlas, organisation.id, PARTICIPATIONS)
    row_pages = {entry.source: addresses.project_url(entry.project_id) for entry in reversed(taken)}
    disputes = disputing.disputes_about(atlas, organisation.id)
    claims, sources = atlas.claims(organisation.id), sources_of(atlas)
    known, elsewhere = disputing.beside(organisation, facts(organisation, claims, sources, row_pages), disputes)
    names = known.pop("other_name", None)
    display = own_name(organisation, claims, sources, wording.language())
    region = region_of(atlas, organisation.id)
    told = offers(atlas, organisation.id)
    trials, newest = trials_of(atlas, organisation.id, _TRIALS)
    successors = [relation for relation in organisation.relations if relation.relation == "successor"]
    return render(request, "pages/organisation.html", {
        "organisation": organisation, "name": display, "named": organisation.name is not None, "facts": known,
        "heading": backed_name(known.get("name"), names, display), "names": names,
        "beneath": names_beneath(names, organisation, display), "evidence": organisation.evidence,
        "disagreements": sum(1 for fact in known.values() for value in fact.values if value.overruled),
        "projects": [(entry, _project_name(entry)) for entry in taken[:_PROJECTS]], "extracts": extracts(atlas),
        "untitled": any(not entry.title for entry in taken), "successors": successors,
        "projects_url": addresses.search_url(type="project", organisation=organisation.id),
        "trials": trials, "newest_trials": newest,
        "trials_url": addresses.search_url(type="trial", organisation=organisation.id),
        "written": written(atlas, organisation.id, _TEXTS) if trials else [],
        "joined": joined(atlas, organisation.id),
        "probably": probably(atlas, organisation.id, _TEXTS),
        "probably_of": probably_of(atlas, organisation.id, _TEXTS),
        "region": region, "offers": told, "remarked": any(offer.remarked for offer in told),
        "asked": [(asks, addresses.question_url(name, addresses.query_string({"organisation": organisation.id})))
                  for name, asks in words.OF_ORGANISATION.items() if name in QUESTIONS],
        "network_url": network_url(organisation.id),
        "partners": partners(atlas, organisation.id, PARTNERS) if taken else [],
        "elsewhere": elsewhere, "loose": [fact for name, fact in elsewhere.items()
                                          if name not in _SAID_UNKNOWN and not (name == "nuts" and region)],
        "names_disputed": names is not None and any(value.waiting for value in names.values),
        "waiting": sum(dispute.state is State.OPEN for dispute in disputes), "thanked": _thanked(request, disputes),
        "dispute_url": reverse("dispute", args=[key]) if home_settings().disputes_a_day else "",
        "noindex": "disputed" in request.GET, "json_url": reverse("organisation-json", args=[key]),
        "needs": [(need, Named(organisation.id, display)) for need in public_needs(ids_of(atlas, organisation.id))],
        "my_url": reverse("me-organisation", args=[key]),
        "linked_data": linked_organisation(request, atlas, organisation, display),
    })


@reading_disputes
@leaving
@at_its_address("organisation", "-json")
def machine(request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Give an organisation with its claims, participations, partners and disputes as JSON."""
    organisation = atlas.organisation(addresses.id_of(key))
    needs = as_claims(request, atlas, public_needs(ids_of(atlas, organisation.id)))
    told = about_organisation(atlas, organisation, Beside(
        claims=atlas.claims(organisation.id), participations=participations(atlas, organisation.id, PARTICIPATIONS),
        partners=partners(atlas, organisation.id, PARTNERS),
        disputes=[leaving_dispute(atlas, public_data(dispute))
                  for dispute in disputing.disputes_about(atlas, organisation.id)]))
    return json_answer({**told, "needs": needs})


def _thanked(request: AtlasRequest, disputes: Sequence[Dispute]) -> int | None:
    """Return the number of the dispute that was just sent from this browser, if it is one of these and open."""
    given = request.GET.get("disputed", "")
    return next((dispute.number for dispute in disputes
                 if str(dispute.number) == given and dispute.state is State.OPEN), None)


def _project_name(entry: Participation) -> str:
    number = entry.project_id.partition(":")[2]
    return project_name({"acronym": entry.acronym, "title": entry.title, "source_id": number})
