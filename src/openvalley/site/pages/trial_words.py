"""The words of trial pages: what the registers' codes of studies, parties and people say, and what is not given."""

import re
from functools import cache

from babel.units import format_unit
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openvalley.site.pages.wording import Text, language, term
from openvalley.vocabulary.terms import Vocabulary, terms

STUDY_TYPES: dict[str, Text] = {
    "INTERVENTIONAL": _("Interventional trial"), "OBSERVATIONAL": _("Observational study"),
    "EXPANDED_ACCESS": _("Expanded access outside a trial"),
}
#: What the registers call the parties to a trial: ClinicalTrials.gov's codes, and the texts of CTIS.
PARTY_CLASSES: dict[str, Text] = {
    "INDUSTRY": _("industry"), "NIH": _("US National Institutes of Health"), "FED": _("US federal agency"),
    "OTHER_GOV": _("government body"), "NETWORK": _("network"), "OTHER": _("university, hospital, foundation or other"),
    "Pharmaceutical company": _("pharmaceutical company"), "Educational Institution": _("educational institution"),
    "Hospital/Clinic/Other health care facility": _("hospital or other care provider"),
    "Laboratory/Research/Testing facility": _("laboratory or research facility"),
    "Patient organisation/association": _("patient organisation"), "Health care": _("care provider"),
}
#: Classes that say no more than that there is none.
_NO_CLASS = ("UNKNOWN", "AMBIG")
ROLES: dict[str, Text] = {
    "sponsor": pgettext_lazy("role in a trial", "Sponsor"),
    "collaborator": pgettext_lazy("role in a trial", "Collaborator"), "site": pgettext_lazy("role in a trial", "Site"),
}
SEXES: dict[str, Text] = {
    "ALL": _("women and men"), "FEMALE": _("women only"), "MALE": _("men only"),
}
#: What a register may leave out of all its trials: the column of the table, or the kind of term.
FIELDS: dict[str, Text] = {
    "title": pgettext_lazy("what a register does not give", "titles"),
    "conditions": pgettext_lazy("what a register does not give", "conditions"),
    "phases": pgettext_lazy("what a register does not give", "phases"),
    "state": pgettext_lazy("what a register does not give", "states"),
    "sites": pgettext_lazy("what a register does not give", "sites"),
    "interventions": pgettext_lazy("what a register does not give", "interventions"),
    "summary": pgettext_lazy("what a register does not give", "summaries"),
    "minimum_age": pgettext_lazy("what a register does not give", "ages"),
}
_AGE = re.compile(r"([0-9]+) (year|month|week|day|hour|minute)s?", re.IGNORECASE)


@cache
def _states() -> dict[str, str]:
    return {stated: code for code, entry in terms(Vocabulary.TRIAL_STATE).items()
            for stated in entry.attributes["stated"]}


def state_of(stated: str | None) -> str:
    """Return a register's word for the state of a trial or site in the page's language; unknown words stay."""
    code = _states().get(stated or "")
    return term("trial_state", code) if code else stated or ""


def party_class(code: str | None) -> str:
    """Return what kind of party a register says somebody is; empty where it does not know."""
    return "" if code in _NO_CLASS else str(PARTY_CLASSES.get(code or "", code or ""))


def age(text: str | None) -> str:
    """Return an age in the page's language; what has another form than ``18 Years`` stays as it is."""
    found = _AGE.fullmatch((text or "").strip())
    return str(format_unit(int(found[1]), f"duration-{found[2].lower()}", locale=language())) if found else text or ""
