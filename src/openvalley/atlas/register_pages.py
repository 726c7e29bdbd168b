"""Where registers show what they gave a number to."""

from urllib.parse import quote

#: Pages of things in the registers that gave them a number, by scheme.
_PAGES = {
    "ror": "{}", "wikidata": "https://www.wikidata.org/wiki/{}", "isni": "https://isni.org/isni/{}",
    "fundref": "https://doi.org/10.13039/{}", "nct": "https://clinicaltrials.gov/study/{}",
    "euct": "https://euclinicaltrials.eu/ctis-public/view/{}",
    "eudract": "https://www.clinicaltrialsregister.eu/ctr-search/search?query=eudract_number:{}",
}


def web_address(scheme: str | None, value: str) -> str | None:
    """Return the public page of an identifier in its register, where there is one."""
    page = _PAGES.get(scheme or "")
    return page.format(quote(value, safe=":/")) if page else None
