"""Offers: what money there is in an atlas - instruments, calls and investors - each with its text and its rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from openvalley.atlas.funding import Standing, standing
from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.called import called
from openvalley.insight.places import Names, names_of
from openvalley.insight.texts import Texts
from openvalley.vocabulary.terms import LANGUAGES


@dataclass(frozen=True)
class Offer:
    """One instrument, call or investor: its names, and the row as the atlas has it with the text that is compared.

    ``seats`` are what the regions are called where somebody must have its seat.
    """

    id: str
    type: str
    name: str
    names: Mapping[str, str]
    row: Mapping[str, Any]
    seats: Sequence[Names] = ()


@dataclass(frozen=True)
class Shelf:
    """All offers of an atlas with their texts, in one order."""

    offers: Sequence[Offer]
    texts: Texts

    @cached_property
    def first_published(self) -> date | None:
        """The day on which the first call was published; None where no call says."""
        return min((published for offer in self.offers
                    if offer.type == "call" and (published := offer.row["published"])), default=None)

    @cached_property
    def newest_deadline(self) -> date | None:
        """The last deadline of any call; None where no call has one."""
        return max((deadline for offer in self.offers if offer.type == "call" for deadline in offer.row["deadlines"]),
                   default=None)


def offers(atlas: Atlas) -> Shelf:
    """Return every offer of an atlas; read once."""
    return remembered(atlas, "fund offers", lambda: _read(atlas))


def on_day(offer: Offer, day: date) -> tuple[Standing, date | None]:
    """Return where a call stands on a day, and its next deadline; the dates decide, never a status."""
    deadlines = offer.row["deadlines"]
    coming = [deadline for deadline in deadlines if deadline >= day]
    return standing(offer.row["opens"], deadlines, day), min(coming, default=None)


def known_on(offer: Offer, day: date) -> bool:
    """Say whether a call had been published on a day; one without a day of publication is taken for known."""
    published = offer.row["published"]
    return published is None or published <= day


def _read(atlas: Atlas) -> Shelf:
    found: list[Offer] = []
    for kind, query, text in _KINDS:
        found += [_offer(atlas, kind, row, text(row)) for row in atlas.rows(query)]
    codes = sorted({code for offer in found for code in _seats(offer)})
    places = dict(zip(codes, names_of(atlas, codes), strict=True))
    found = [replace(offer, seats=[places[code] for code in _seats(offer)]) for offer in found]
    return Shelf(found, Texts([offer.row["text"] for offer in found]))


def _offer(atlas: Atlas, kind: str, row: dict[str, Any], text: str) -> Offer:
    names = {name["language"]: name["value"] for name in row.pop("names", None) or () if name["language"] in LANGUAGES}
    if "organisation" in row:
        row["shown"] = called(atlas, row["organisation"], row["shown"])
    shown = row.pop("shown", None) or names.get("en") or next(iter(names.values()), row["source_id"])
    return Offer(row["id"], kind, shown, names, {**row, "text": text})


def _seats(offer: Offer) -> Sequence[str]:
    """Return the regions in which somebody must have its seat, as the row of an instrument or investor has them."""
    return offer.row.get("who_seats") or offer.row.get("invests_in") or ()


def _text_of_instrument(row: Mapping[str, Any]) -> str:
    names = " ".join(name["value"] for name in row["names"] or ())
    return f"{names} {row['about'] or ''} {' '.join(row['sectors'] or ())} {' '.join(row['stages'] or ())}"


def _text_of_call(row: Mapping[str, Any]) -> str:
    """Return a call's words, those of its title twice: they say more than the others."""
    return " ".join(row[part] or "" for part in ("title", "title", "description", "destination", "cluster"))


def _text_of_investor(row: Mapping[str, Any]) -> str:
    return " ".join(row["fields"] or ())


_INSTRUMENTS = """
SELECT i.id, i.source, i.source_id, i.names, i.level, i.dilutive, i.who_kinds, i.who_sizes, i.who_seats,
    i.max_age_years, i.min_amount, i.max_amount, i.max_intensity, i.rhythm, i.cut_offs, i.cumulation, i.stages,
    i.sectors, i.page, i.about, i.verification, i.checked_on, o.name AS provider
FROM instrument AS i LEFT JOIN curated_party AS p ON p.record_type = 'instrument' AND p.row_id = i.id
    AND p.role = 'provider' LEFT JOIN organisation AS o ON o.id = p.organisation_id ORDER BY i.id
"""
_CALLS = """
SELECT c.id, c.source, c.source_id, coalesce(c.title, c.source_id) AS shown, c.title, c.description, c.programme,
    c.cluster, c.destination, c.action_type, c.procedure, c.published, c.opens, c.budget, c.url,
    coalesce(d.deadlines, []) AS deadlines
FROM call AS c LEFT JOIN (
    SELECT call_id, list(deadline ORDER BY deadline) AS deadlines FROM call_deadline GROUP BY call_id
) AS d ON d.call_id = c.id ORDER BY c.id
"""
_INVESTORS = """
SELECT i.id, i.source, i.source_id, o.name AS shown, o.id AS organisation, i.investment_stages, i.min_ticket,
    i.max_ticket, i.fields, i.invests_in, i.ownership, i.page, i.verification, i.checked_on
FROM investor AS i JOIN curated_party AS p ON p.record_type = 'investor' AND p.row_id = i.id
    JOIN organisation AS o ON o.id = p.organisation_id
WHERE o.state NOT IN ('dissolved', 'insolvent', 'merged', 'dormant') ORDER BY i.id
"""
_KINDS: Sequence[tuple[str, str, Callable[[Mapping[str, Any]], str]]] = (
    ("instrument", _INSTRUMENTS, _text_of_instrument), ("call", _CALLS, _text_of_call),
    ("investor", _INVESTORS, _text_of_investor),
)
