"""What the region pack tells of an organisation: what it can do, its places, whom it pays, trains and works with.

Turns curated rows into lines of a page: what a row is about, its particulars in the page's language, other
organisations it names, and where it can be checked.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from openvalley.atlas.pack_rows import Concerned, CuratedRow, rows_about
from openvalley.atlas.reader import Atlas
from openvalley.atlas.regional import region_names
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.disputing import disputed_rows
from openvalley.site.pages.templatetags.openvalley import euro
from openvalley.vocabulary.terms import Vocabulary, terms

#: Rows of one kind that a page shows before the rest is folded.
_SHOWN = 12
#: How long the code of a country is; those of NUTS regions are longer.
_COUNTRY = 2


@dataclass(frozen=True)
class Line:
    """One curated row on a page; ``said`` is a curator's own sentence, in English, ``who`` those who may apply."""

    id: str
    title: str
    particulars: Sequence[str]
    who: Sequence[str]
    said: str
    page: str | None
    others: Sequence[Concerned]
    row: CuratedRow
    disputed: bool = False

    @property
    def reference(self) -> str | None:
        """The address at which the row can be checked, if its reference is one."""
        return addresses.followable(self.row.reference)

    @property
    def url(self) -> str:
        """The address of the row's own page, where it can be disputed."""
        return addresses.pack_row_url(self.row.id)


@dataclass(frozen=True)
class Offer:
    """One kind of curated rows: its title, the lines shown at once, and the rest."""

    record_type: str
    title: str | Promise
    lines: Sequence[Line]
    more: Sequence[Line] = field(default_factory=list)

    @property
    def remarked(self) -> bool:
        """Whether a line holds a curator's own words, which are English."""
        return any(line.said for line in (*self.lines, *self.more))


@dataclass(frozen=True)
class _Around:
    """What a row is read with: the organisation whose page it is, names of regions, and which rows are disputed."""

    known_id: str
    regions: Mapping[str, str]
    disputed: Collection[str]


#: The kinds in the order of the page.
_TITLES: Mapping[str, str | Promise] = {
    "capability": _("What it can do"), "site": _("Its places"), "investor": _("How it invests"),
    "instrument": _("Money it gives"), "programme": _("Whom it trains"), "partnership": _("Partnerships"),
    "spin_off": _("Out of research"), "event": _("Events"),
}


def offers(atlas: Atlas, known_id: str) -> list[Offer]:
    """Return what the region pack tells of an organisation, kind by kind; nothing where it tells nothing."""
    found = rows_about(atlas, known_id)
    seats = {code for row in found.get("instrument", ()) for code in row.values["who_seats"] or ()}
    around = _Around(known_id, region_names(atlas, seats),
                     disputed_rows([row.id for rows in found.values() for row in rows]))
    made = []
    for record_type, title in _TITLES.items():
        lines = [_line(row, around) for row in found.get(record_type, ())]
        if lines:
            made.append(Offer(record_type, title, lines[:_SHOWN], lines[_SHOWN:]))
    return made


def _line(row: CuratedRow, around: _Around) -> Line:
    title, particulars = _WORDS[row.record_type](row, around)
    who = _who(row, around) if row.record_type == "instrument" else []
    said = row.values.get("note") or row.values.get("about") or row.values.get("field") or ""
    page = addresses.followable(row.values.get("page"))
    return Line(row.id, title, [text for text in particulars if text], who, said, page, row.others(around.known_id),
                row, row.id in around.disputed)


def _label(vocabulary: Vocabulary, code: str | None) -> str:
    term = terms(vocabulary).get(code or "")
    return term.label(wording.language()) if term else (code or "")


def _labels(vocabulary: Vocabulary, codes: Sequence[str] | None) -> str:
    return ", ".join(_label(vocabulary, code) for code in codes or ())


def _capability(row: CuratedRow, _around: _Around) -> tuple[str, list[str]]:
    values = row.values
    scales = ", ".join(str(_SCALES.get(scale, scale)) for scale in values["scales"] or ())
    return _label(Vocabulary.ACTIVITY, values["activity"]), [
        _label(Vocabulary.PLATFORM, values["modality"]), scales, ", ".join(values["standards"] or ()),
        _labels(Vocabulary.TRIAL_PHASE, values["phases"]), _label(Vocabulary.AVAILABILITY, values["availability"]),
        values["city"] or ""]


_SCALES: Mapping[str, str | Promise] = {
    "lab": _("laboratory scale"), "pilot": _("pilot scale"), "clinical": _("clinical scale"),
    "commercial": _("commercial scale"),
}


def _site(row: CuratedRow, _around: _Around) -> tuple[str, list[str]]:
    values = row.values
    named = [part for part in (values["name"], values["city"]) if part]
    return ", ".join(dict.fromkeys(named)) or row.id, [
        _labels(Vocabulary.SITE_ROLE, values["roles"]), _labels(Vocabulary.STAGE, values["stages"]),
        _labels(Vocabulary.PLATFORM, values["platforms"])]


def _investor(row: CuratedRow, _around: _Around) -> tuple[str, list[str]]:
    values = row.values
    tickets = [euro(amount) for amount in (values["min_ticket"], values["max_ticket"]) if amount is not None]
    ticket = _now("first investments of %(amounts)s") % {"amounts": " \u2013 ".join(tickets)} if tickets else ""
    return _labels(Vocabulary.INVESTMENT_STAGE, values["investment_stages"]) or _now("Stages not published"), [
        ticket, _labels(Vocabulary.SECTOR, values["fields"]), ", ".join(values["invests_in"] or ()),
        _label(Vocabulary.OWNERSHIP, values["ownership"])]


def _instrument(row: CuratedRow, _around: _Around) -> tuple[str, list[str]]:
    values = row.values
    share = values["max_intensity"]
    return row.name_in(wording.language()), [
        _label(Vocabulary.INSTRUMENT_LEVEL, values["level"]),
        _now("for shares") if values["dilutive"] else _now("without giving shares"),
        _amounts(values["min_amount"], values["max_amount"]),
        _now("at most %(share)g %% of the costs") % {"share": share} if share else "",
        _label(Vocabulary.RHYTHM, values["rhythm"])]


def _amounts(least: float | None, most: float | None) -> str:
    if least and most:
        return _now("%(least)s to %(most)s") % {"least": euro(least), "most": euro(most)}
    if least:
        return _now("%(amount)s or more") % {"amount": euro(least)}
    return _now("up to %(amount)s") % {"amount": euro(most)} if most else ""


def _who(row: CuratedRow, around: _Around) -> list[str]:
    """Return who may ask an instrument for money, condition by condition; nothing where no condition is published."""
    values = row.values
    seats = ", ".join(wording.country(code) if len(code) == _COUNTRY else around.regions.get(code, code)
                      for code in values["who_seats"] or ())
    years = values["max_age_years"]
    said = [
        _labels(Vocabulary.KIND, values["who_kinds"]), _labels(Vocabulary.COMPANY_SIZE, values["who_sizes"]),
        _now("with a seat in %(places)s") % {"places": seats} if seats else "",
        ngettext("at most %(years)d year old", "at most %(years)d years old", years) % {"years": years}
        if years is not None else ""]
    return [text for text in said if text]


def _programme(row: CuratedRow, _around: _Around) -> tuple[str, list[str]]:
    values = row.values
    return row.name_in(wording.language()), [
        _label(Vocabulary.PROGRAMME_KIND, values["kind"]), _label(Vocabulary.EDUCATION_LEVEL, values["level"]),
        ", ".join(wording.language_name(code) for code in values["languages"] or ()), values["city"] or ""]


def _partnership(row: CuratedRow, _around: _Around) -> tuple[str, list[str]]:
    values = row.values
    years = " \u2013 ".join(str(moment)[:4] for moment in (values["start"], values["end"]) if moment)
    return row.name_in(wording.language()), [
        _label(Vocabulary.PARTNERSHIP_KIND, values["kind"]), values["theme"] or "", values["programme"] or "", years]


def _spin_off(row: CuratedRow, around: _Around) -> tuple[str, list[str]]:
    came = any(entry.role == "company" and entry.id == around.known_id for entry in row.concerned)
    return _now("It came out of the research of") if came else _now("Out of its research came"), [
        str(row.values["year"] or "")]


def _event(row: CuratedRow, _around: _Around) -> tuple[str, list[str]]:
    values = row.values
    return row.name_in(wording.language()), [_label(Vocabulary.RHYTHM, values["rhythm"]), values["city"] or ""]


#: What a row is called and its particulars, by record type.
_WORDS: Mapping[str, Callable[[CuratedRow, _Around], tuple[str, list[Any]]]] = {
    "capability": _capability, "site": _site, "investor": _investor, "instrument": _instrument,
    "programme": _programme, "partnership": _partnership, "spin_off": _spin_off, "event": _event,
}
