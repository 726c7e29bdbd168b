"""A funding call: where it stands today, its deadlines, what it funds, and what the register said of it."""

from dataclasses import asdict, dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from openvalley.atlas.answers import about_call
from openvalley.atlas.funding import Standing, call
from openvalley.atlas.reader import Atlas
from openvalley.atlas.schema_org import as_call
from openvalley.atlas.sourced import source_of
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.canonical import at_its_address
from openvalley.site.pages.machine import json_answer, leaving, linked_thing
from openvalley.site.pages.reading import AtlasRequest, reading, today


@dataclass(frozen=True)
class Deadline:
    """One deadline of a call, and whether it is past on the day."""

    on: date
    past: bool


@reading
@at_its_address("call")
def page(request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Show a call; its bare topic code leads to its canonical address."""
    found, day = call(atlas, addresses.id_of(key)), today()
    coming = found.next_deadline(day)
    standing = found.standing(day)
    return render(request, "pages/call.html", {
        "call": found, "name": found.title or found.source_id, "standing": standing.value, "next_deadline": coming,
        "days_left": (coming - day).days if coming else None,
        "days_until": (found.opens - day).days if standing is Standing.FORTHCOMING and found.opens else None,
        "last_deadline": max(found.deadlines, default=None),
        "deadlines": [Deadline(deadline, deadline < day) for deadline in found.deadlines],
        # Whoever is not through the first stage has no part in the second.
        "first_stage_over": found.procedure == "two-stage" and standing is Standing.OPEN and coming is not None
                            and coming != min(found.deadlines),
        "actions": wording.actions(found.action_type),
        "procedure": wording.PROCEDURES.get(found.procedure or "", found.procedure or ""),
        "cluster_url": addresses.search_url(type="call", cluster=found.cluster or ""),
        "programme_url": addresses.search_url(type="call", programme=found.programme or ""),
        "source": source_of(atlas, found.source), "row_url": addresses.followable(found.url),
        "json_url": reverse("call-json", args=[key]),
        "linked_data": linked_thing(request, atlas, as_call(asdict(found)), [found.source]),
    })


@reading
@leaving
@at_its_address("call", "-json")
def machine(_request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Give a call with its deadlines, and where it stands today, as JSON."""
    return json_answer(about_call(atlas, call(atlas, addresses.id_of(key)), today()))
