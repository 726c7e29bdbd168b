"""Figures for the press: each with what it counts, what it leaves out, of which day it is, and a sentence to cite."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openvalley.atlas import pages
from openvalley.atlas.clinical import TrialRegister, trial_registers
from openvalley.atlas.headline import COMPANY_KINDS
from openvalley.atlas.listing import Browse, browse
from openvalley.atlas.reader import Atlas
from openvalley.atlas.sourced import newest_date
from openvalley.site.pages import addresses
from openvalley.site.pages.templatetags.openvalley import day as written_day
from openvalley.site.pages.templatetags.openvalley import euro, number


@dataclass(frozen=True)
class Citable:
    """A figure that can be cited.

    ``shown`` is the value as the language writes it, ``as_of`` the day until which its sources tell (ISO 8601; None
    where none says so), ``url`` the list of what it counts, ``quoted`` the same figure as others quote it, if they do.
    """

    key: str
    label: str
    value: float
    shown: str
    sentence: str
    definition: str
    excludes: str
    as_of: str | None
    url: str
    quoted: float | None = None


def citable(atlas: Atlas, region: str, day: date) -> list[Citable]:
    """Return the figures of the region that can be cited on a day; `region` is what it is called.

    A figure whose register has not been read is left out: nothing counted is not nothing there.
    """
    return [*_organisations(atlas, region), *_projects(atlas, region), *_trials(atlas, region), *_calls(atlas, day)]


def untold(atlas: Atlas) -> list[str]:
    """Return for each register of which the atlas holds nothing a sentence that says which figures are missing."""
    held = atlas.counts()
    said = {
        "projects": _("EU projects and the money granted in them: no register of EU projects has been read."),
        "trials": _("Clinical trials: no register of trials has been read."),
        "calls": _("Open EU calls: no list of calls has been read."),
    }
    return [sentence for counted, sentence in said.items() if not held[counted]]


def _organisations(atlas: Atlas, region: str) -> Iterator[Citable]:
    held, of = pages.figures(atlas), newest_date(atlas, "organisation")
    defined = _("Active organisations of the life sciences in the region of which at least one fact was checked "
                "against a register, or is a register's own.")
    left_out = ngettext("%(n)s more is listed, but no register confirms it yet; it is not counted.",
                        "%(n)s more are listed, but no register confirms them yet; they are not counted.",
                        held.unverified) % {"n": number(held.unverified)}
    said = {"n": number(held.organisations), "region": region}
    yield Citable(
        "organisations", _("Organisations"), held.organisations, said["n"],
        ngettext("The atlas names %(n)s active, verified organisation of the life sciences in %(region)s.",
                 "The atlas names %(n)s active, verified organisations of the life sciences in %(region)s.",
                 held.organisations) % said, defined, left_out, of, addresses.counted_url())
    said = {"n": number(held.companies), "region": region}
    yield Citable(
        "companies", _("Companies"), held.companies, said["n"],
        ngettext("The atlas names %(n)s active, verified company of the life sciences in %(region)s.",
                 "The atlas names %(n)s active, verified companies of the life sciences in %(region)s.",
                 held.companies) % said,
        _("Companies, spin-offs, and contract research and manufacturing organisations."),
        _("Companies that no register confirms here. Registers of research know few small companies."), of,
        addresses.counted_url(kind=COMPANY_KINDS), atlas.manifest["region"].get("claimed", {}).get("company"))


def _projects(atlas: Atlas, region: str) -> Iterator[Citable]:
    if not atlas.counts()["projects"]:
        return
    held = pages.figures(atlas)
    money = {"money": euro(held.eu_contribution), "region": region}
    yield Citable(
        "eu_contribution", _("EU research money"), round(held.eu_contribution), money["money"],
        _("The EU granted the organisations that the atlas counts in %(region)s %(money)s in research projects.")
        % money,
        _("What CORDIS gives as the EU's contribution to them, over all programmes that were read."),
        _("Projects of programmes that were not read, national money, and money to organisations that are not "
          "counted."),
        newest_date(atlas, "participation"), addresses.counted_url())
    said = {"n": number(held.projects), "region": region}
    yield Citable(
        "projects", _("EU projects"), held.projects, said["n"],
        ngettext("%(n)s EU project about the life sciences has a participant from %(region)s.",
                 "%(n)s EU projects about the life sciences have a participant from %(region)s.", held.projects) % said,
        _("An EU project of the programme parts for health, for biotechnology, or for food, agriculture, forestry, the "
          "sea and the bioeconomy; or one that is classed under medical, biological, biotechnological or veterinary "
          "sciences."),
        _("Projects of programmes that were not read, and those that their register does not classify."),
        newest_date(atlas, "project"), addresses.search_url(type="project", region="in", scope="in"))


def _trials(atlas: Atlas, region: str) -> Iterator[Citable]:
    registers = [entry for entry in trial_registers(atlas) if entry.described]
    count = sum(entry.trials for entry in registers)
    if count:
        yield Citable(
            "trials", _("Clinical trials"), count, number(count),
            ngettext("Registers describe %(n)s clinical trial in %(region)s or run from there.",
                     "Registers describe %(n)s clinical trials in %(region)s or run from there.", count)
            % {"n": number(count), "region": region},
            _("An entry of a trial register that names a site in this region, its country, or a sponsor or "
              "collaborator from it. A trial in two registers stands for two. A register describes trials where it "
              "gives titles or conditions here."),
            _("Trials of which the atlas holds little but the number, and those that were not synced: the registers "
              "may have been read for some conditions only."),
            newest_date(atlas, "trial"), _listed(registers))


def _listed(registers: Sequence[TrialRegister]) -> str:
    return addresses.search_url(type="trial", region="in", register=[entry.source for entry in registers])


def _calls(atlas: Atlas, day: date) -> Iterator[Citable]:
    if atlas.counts()["calls"]:
        count = browse(atlas, Browse("call", {"standing": ("open",)}, limit=1, day=day)).total
        yield Citable(
            "calls", _("Open EU calls"), count, number(count),
            ngettext("%(n)s EU call that the atlas knows is open on %(day)s.",
                     "%(n)s EU calls that the atlas knows are open on %(day)s.", count)
            % {"n": number(count), "day": written_day(day)},
            _("The call has opened and its last deadline has not passed, by the register's dates; its stated status is "
              "not used."),
            _("Calls that opened after the list was read."), newest_date(atlas, "call"),
            addresses.search_url(type="call", standing="open"))
