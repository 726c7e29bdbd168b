"""The words of these pages: labels of facets, facts and fields, and what is wrong with a field."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openvalley.healthdata.catalogue.describing import Fault, categories, category
from openvalley.resolve.countries import country_code
from openvalley.site.pages import wording

Text = str | Promise

FACETS: Mapping[str, Text] = {
    "access": _("Access"), "category": _("Category of health data"), "country": _("Country"), "holder": _("Held by"),
    "format": _("File format"), "feed": _("Catalogue"),
}
ACCESS: Mapping[str, Text] = {
    "NON_PUBLIC": pgettext_lazy("access to data", "not public: only with a permit"),
    "RESTRICTED": pgettext_lazy("access to data", "restricted"), "PUBLIC": pgettext_lazy("access to data", "public"),
}
FIELDS: Mapping[str, Text] = {
    "address": _("Address of the data set's page"), "title": _("Title"), "description": _("What it holds"),
    "language": _("Language of what you write"), "holder": _("Who holds the data"),
    "holder_page": _("Website of the holder"),
    "contact_page": _("Page with the way to contact the holder"), "access": _("Access"),
    "category": _("Category of health data"), "keywords": _("Keywords"), "provenance": _("Where the data come from"),
    "access_body": _("Who gives permits (health data access body)"),
    "access_body_page": _("Website of whoever gives permits"),
    "distribution": _("How the data are given"), "distribution_page": _("Page that says how to get them"),
    "records": _("Number of records"), "people": _("Number of persons"), "lowest_age": _("Lowest age"),
    "highest_age": _("Highest age"), "population": _("Whom it covers"), "first_day": _("First day covered"),
    "last_day": _("Last day covered"), "countries": _("Countries (three letters each)"),
}
FAULTS: Mapping[Fault, Text] = {
    Fault.NEEDED: _("This is needed."), Fault.LONG: _("At most 5,000 characters."),
    Fault.ADDRESS: _("An address begins with https:// and holds no blanks."), Fault.NUMBER: _("Write a whole number."),
    Fault.AGE: _("Write an age in years, from 0 to 130."), Fault.DAY: _("Write a day like 2026-01-31."),
    Fault.COUNTRIES: _("Write codes of three letters, such as BEL; NLD."), Fault.CHOICE: _("Choose from the list."),
    Fault.LESS: _("This is less than the field before it."), Fault.UNKNOWN: _("The form has no such field."),
}


def value(facet: str, code: str) -> str:
    """Return how a value of a facet is shown in the page's language; what is not known stands for itself."""
    if facet == "access":
        return str(ACCESS.get(code, code))
    if facet == "category":
        labels = categories().get(category(code), {})
        return labels.get(wording.language()) or labels.get("en") or code
    if facet == "country":
        iso = country_code(code) if len(code) == len("BEL") else None
        return wording.country(iso) if iso else code
    return code
