"""What sources are called and what they say of themselves, in the page's language.

The English of ``source.toml`` is what is translated; what a source of an installation's own says stays English, and is
marked so.
"""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openvalley.site.pages import wording

#: Texts of the sources that come with the program: title, what it covers, what it does not, and how a person brings it.
#: Names stay as they are.
KNOWN = (
    _("EU funding calls"),
    _("Topics of the EU's funding programmes: title, type of action, opening, deadlines, stated status."),
    _("Who may apply is in the call's own documents; the status is the portal's word on the day it was read."),
    _("Trials: what is tried, in which phase, when, by which sponsor, at which sites. Fetched from the register, all "
      "of Belgium and its European peers; from a mirror, what its makers chose, such as trials of a few diseases."),
    _("No contacts, no investigators, no names of sponsors and sites that may be persons, no results of trials."),
    _("CORDIS, EU research projects"),
    _("Projects of the EU's research programmes FP7, Horizon 2020 and Horizon Europe, Euratom among them, as far as "
      "the files read hold them; none of the EU's other programmes. Dates, money, programme parts, topics, and their "
      "participants."),
    _("Counts grants, not results; a participant is a legal entity, so a whole university is one row. A mirror may "
      "hold some years of a programme, or a sample of it."),
    _("Trials of medicines in the EU since 2022: what is tried, in which phase and countries, by which sponsor."),
    _("Comes by hand: the portal exports what is searched for. No sites, no names of sponsors that may be persons."),
    _("ESCO occupations"),
    _("Occupations and ISCO-08 groups with their names and descriptions in English, Dutch, French and German."),
    _("Skills and their relations to occupations are not read; occupations of later versions may be in English only."),
    _("Trials with results in the register: where they ran, from when to when, how many took part, and the sponsor."),
    _("Comes by hand. No titles, conditions, phases and sites; no names of sponsors that may be persons."),
    _("Eurostat regional indicators"),
    _("Figures of countries and NUTS regions by year: R&D, population, domestic product, employment in high "
      "technology."),
    _("Figures appear one to three years late; flags (e: estimated, p: provisional, c: confidential) are kept beside "
      "them."),
    _("Crossroads Bank for Enterprises (KBO/BCE)"),
    _("Belgian companies and institutions of life-science activities, and those that other sources mention by number."),
    _("No natural persons, no contact data; an activity is what a company declared, not what it lives by."),
    _("NUTS regions"),
    _("Countries and NUTS regions of levels 1 to 3 of the EU, EFTA and candidate countries, boundaries at 1:3 "
      "million."),
    _("Simplified boundaries: small islands are missing, and a point near a border may fall on its wrong side."),
    _("Region pack"),
    _("Who and what the registers do not know: kinds, names, roles, life states, curated by hand, each row with its "
      "source."),
    _("Curated by few; rows marked unverified have not been checked against a register."),
    _("Research organisations of the world: names in many languages, kind, place, relations, other identifiers."),
    _("Knows few small companies, and no organisation that does no research."),
    _("Regional shortage lists, Belgium"),
    _("Occupations that the three regional employment services call short of people, one list a region and year."),
    _("Titles only: no numbers of vacancies, no occupation codes; transcribed, not checked against the official "
      "lists."),
    _("Search for trials at https://euclinicaltrials.eu, choose Download, and save the CSV file as "
      "CTIS_trials_YYYYMMDD.csv."),
    _("Order the classification as CSV in English, Dutch, French and German at "
      "https://esco.ec.europa.eu/en/use-esco/download; a link to the zip files comes by e-mail."),
    _("Take the tables from EU Trials Tracker (https://eu.trialstracker.net) and save them as "
      "euctr_trials_YYYY-MM.csv.gz and euctr_sponsors.csv.gz."),
    _("Register at https://kbopub.economie.fgov.be/kbo-open-data (free) and download the newest "
      "KboOpenData_..._Full.zip."),
    _("Write each list as shortage_REGION_YEAR.csv with the columns region,group,title; REGION is bruxelles, flandre "
      "or wallonie."),
)


def told(text: str) -> SafeString:
    """Return what a source says of itself in the page's language, else in its English, marked as such."""
    said = gettext(text) if text else ""
    if not said or said != text or wording.language() == "en":
        return format_html("{}", said)
    return format_html('<span lang="en">{}</span>', text)
