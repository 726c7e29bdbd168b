"""The words of the pages that are not terms of the field: labels of facts, filters, roles, marks."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from openvalley.vocabulary import typography
from openvalley.vocabulary.identifiers import Identifier, Scheme
from openvalley.vocabulary.terms import Vocabulary, label

Text = str | Promise

PROPERTIES: dict[str, Text] = {
    "name": _("Name"), "kind": _("Kind"), "state": _("Life state"), "state_date": _("Since"),
    "founded": _("Founded"), "headcount": _("People employed"), "city": _("Town"),
    "postcode": _("Postcode"), "country": _("Country"), "nuts": _("Region (NUTS)"),
    "website": _("Website"), "sme": _("Small or medium-sized enterprise"),
    "stage": _("Stages of the value chain"), "platform": _("Technology platforms"), "sector": _("Sectors"),
    "parent": _("Part of"), "successor": _("Continued by"), "identifier": _("Identifiers"),
    "other_name": _("Other names"),
}
FILTERS: dict[str, Text] = {
    "type": _("Type"), "kind": _("Kind"), "scope": _("Life sciences"), "region": _("Place"), "country": _("Country"),
    "town": _("Town"), "city": _("Town"), "state": _("Life state"), "stage": _("Stage of the value chain"),
    "platform": _("Technology platform"), "sector": _("Sector"), "verified": _("Verification"),
    "programme": _("Programme"), "year": _("Starting year"), "phase": _("Phase"), "status": _("State"),
    "register": _("Register"), "standing": _("Standing today"), "cluster": _("Cluster or partnership"),
    "organisation": _("Organisation"), "nuts": _("Region (NUTS)"),
}
TYPES: dict[str, Text] = {
    "organisation": _("Organisations"), "project": _("Projects"), "trial": _("Trials"), "call": _("Calls"),
}
VERIFICATIONS: dict[str, Text] = {
    "own": _("a register's own row"), "register": _("row checked against a register"),
    "mission": _("named by the cluster"), "confirmed": _("row checked by a curator"),
    "unverified": _("unverified: no register confirms this yet"),
}
NAME_KINDS: dict[str, Text] = {
    "label": "", "alias": pgettext_lazy("kind of name", "also called"),
    "acronym": pgettext_lazy("kind of name", "acronym"), "former": pgettext_lazy("kind of name", "former name"),
}
ROLES: dict[str, Text] = {
    "coordinator": _("Coordinator"), "participant": _("Participant"), "partner": _("Partner"),
    "thirdParty": _("Linked third party"), "associatedPartner": _("Associated partner"),
    "internationalPartner": _("International partner"),
}
PROGRAMMES = {"FP7": "FP7", "H2020": "Horizon 2020", "HORIZON": "Horizon Europe",
              "DIGITAL": "Digital Europe", "EU4H": "EU4Health"}
STATUSES: dict[str, Text] = {
    "SIGNED": pgettext_lazy("status of a project", "running"), "CLOSED": pgettext_lazy("status of a project", "ended"),
    "TERMINATED": pgettext_lazy("status of a project", "stopped early"),
}
ORDERS: dict[str, Text] = {
    "name": pgettext_lazy("order of a list", "name"), "projects": pgettext_lazy("order of a list", "most projects"),
    "newest": pgettext_lazy("order of a list", "newest"),
    "deadline": pgettext_lazy("order of a list", "nearest deadline"),
}
STANDINGS: dict[str, Text] = {
    "forthcoming": pgettext_lazy("standing of a call", "Forthcoming"),
    "open": pgettext_lazy("standing of a call", "Open"), "closed": pgettext_lazy("standing of a call", "Closed"),
    "unknown": pgettext_lazy("standing of a call", "No dates known"),
}
#: Types of action of Horizon Europe, by what their codes end with.
ACTIONS: dict[str, Text] = {
    "RIA": _("Research and innovation action"), "IA": _("Innovation action"),
    "CSA": _("Coordination and support action"), "COFUND": _("Programme co-funding action"),
    "FPA": _("Framework partnership agreement"), "PCP": _("Pre-commercial procurement"),
    "PPI": _("Public procurement of innovative solutions"),
}
PROCEDURES: dict[str, Text] = {
    "single-stage": _("in one stage"), "two-stage": _("in two stages"),
    "multiple cut-off": _("looked at again and again, at each of its deadlines"),
}
#: Identifier schemes whose names are no proper names, by what they are called in English.
SCHEMES: dict[str, Text] = {
    "VAT number": _("VAT number"), "KBO/BCE enterprise number": _("KBO/BCE enterprise number"),
    "ROR id": _("ROR id"), "GRID id": _("GRID id"), "Wikidata item": _("Wikidata item"),
    "Funder Registry id": _("Funder Registry id"), "ClinicalTrials.gov number": _("ClinicalTrials.gov number"),
    "EU CT number": _("EU CT number"), "EudraCT number": _("EudraCT number"), "NUTS code": _("NUTS code"),
}
#: Units of the figures that others quote, as region packs write them.
UNITS: dict[str, Text] = {
    "organisations": _("organisations"), "people": _("people"), "doses": _("doses"), "rank": _("rank"),
    "times": "\u00d7", "percent": "%", "euro": "€", "km2": "km²",
}
CODE_SCHEMES: dict[str, Text] = {
    "legal_basis": _("Programme parts"), "topic": _("Topics"), "field": _("Fields of science"),
}
_VOCABULARIES = {"kind": Vocabulary.KIND, "state": Vocabulary.STATE, "stage": Vocabulary.STAGE,
                 "platform": Vocabulary.PLATFORM, "sector": Vocabulary.SECTOR, "trial_state": Vocabulary.TRIAL_STATE,
                 "status": Vocabulary.TRIAL_STATE,  # what the filter by a trial's state is called in addresses
                 "phase": Vocabulary.TRIAL_PHASE}
_SWITCHES: dict[tuple[str, str], Text] = {
    ("scope", "in"): _("In the life sciences"), ("scope", "out"): _("Not in the life sciences"),
    ("region", "in"): _("In this region"), ("region", "out"): _("Elsewhere"), ("region", "any"): _("Anywhere"),
    ("verified", "yes"): _("Verified"), ("verified", "no"): _("Unverified"),
}


def language() -> str:
    """Return the two letters of the language that the page is in."""
    return (get_language() or "en")[:2]


def colon() -> str:
    """Return a colon as the page's language sets it."""
    return typography.colon(language())


def term(vocabulary: str, code: str) -> str:
    """Return a term's label in the page's language; a code, or one of a list, that is not known stands for itself."""
    return label(_VOCABULARIES[vocabulary], code, language()) if vocabulary in _VOCABULARIES else code


@cache
def _locale(code: str) -> Locale:
    return Locale(code)


def country(code: str | None) -> str:
    """Return a country's name in the page's language (Unicode CLDR); an unknown code stands for itself."""
    return str(_locale(language()).territories.get(code or "", code or ""))


def language_name(code: str | None) -> str:
    """Return the name of a language in the page's language (Unicode CLDR)."""
    return str(_locale(language()).languages.get(code or "", code or ""))


def scheme(code: str) -> str:
    """Return what people call an identifier scheme, in the page's language."""
    called = Identifier(Scheme(code), "").label if code in tuple(Scheme) else code
    return str(SCHEMES.get(called, called))


def quoted_unit(code: str | None) -> str:
    """Return the unit of a figure that others quote; one that is not known stands for itself."""
    return str(UNITS.get(code or "", code or ""))


def value(name: str, code: str) -> str:
    """Return how a filter's value is shown."""
    if name in _VOCABULARIES:
        return term(name, code)
    if name == "country":
        return country(code)
    if name == "programme":
        return PROGRAMMES.get(code, code)
    if name == "standing":
        return str(STANDINGS.get(code, code))
    return str(_SWITCHES.get((name, code), code))


def actions(codes: str | None) -> list[tuple[str, str]]:
    """Return types of action with their codes, where these have words of their own: ``HORIZON-RIA; HORIZON-IA``."""
    listed = [code.strip() for code in (codes or "").split(";") if code.strip()]
    return [(str(ACTIONS.get(code.rpartition("-")[2], code)), code if code.rpartition("-")[2] in ACTIONS else "")
            for code in listed]


def yes_no(flag: str) -> str:
    """Return a register's true or false as a word."""
    return _now("Yes") if flag == "true" else _now("No")


def short_source(source: Mapping[str, Any]) -> str:
    """Return the name by which people know a source, from its entry in the manifest; empty where that is empty."""
    if source.get("region_pack"):
        return _now("Region pack")
    title = str(source.get("short_title") or source.get("title", ""))
    return _now(title) if title else ""


def numbered_project(number: str) -> str:
    """Return what a project without acronym and title is called."""
    return _now("Project %(number)s") % {"number": number}
