"""Places: what a country or region is called in each language, for sentences that would else show a code."""

from collections.abc import Mapping, Sequence

from babel import Locale

from openvalley.atlas.reader import Atlas
from openvalley.vocabulary.terms import LANGUAGES

#: What Eurostat writes for two countries, and what ISO 3166-1 does.
_ISO_OF_NUTS = {"EL": "GR", "UK": "GB"}
_COUNTRY_LENGTH = 2

Names = Mapping[str, str]


def names_of(atlas: Atlas, codes: Sequence[str]) -> list[Names]:
    """Return what countries and NUTS regions are called, by language, in the order of the codes.

    Countries go by the Unicode CLDR, regions by the region pack; a region that the pack does not name goes, in every
    language, by the name that it has in the register of regions, and without one by its code.
    """
    packed: Mapping[str, Names] = atlas.manifest["region"].get("places") or {}
    others = [code for code in codes if len(code) > _COUNTRY_LENGTH and code not in packed]
    registered = {row["id"]: row["name"] for row in atlas.rows(
        "SELECT id, coalesce(latin_name, name) AS name FROM region WHERE id IN (SELECT unnest(?))", [others])} \
        if others else {}
    return [packed.get(code) or (_of_country(code) if len(code) == _COUNTRY_LENGTH
                                 else dict.fromkeys(LANGUAGES, registered.get(code) or code)) for code in codes]


def _of_country(code: str) -> Names:
    """Return what a country (ISO 3166-1, or as Eurostat writes it) is called, by language; its code where unknown."""
    iso = _ISO_OF_NUTS.get(code, code)
    return {language: str(Locale(language).territories.get(iso, code)) for language in LANGUAGES}
