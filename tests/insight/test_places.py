"""Places go by their names in the reader's language, never by their codes."""

import pytest

from openvalley.insight.places import names_of
from openvalley.insight.sentences import said


@pytest.mark.parametrize(("language", "shown"), [
    ("en", "Flemish Region, Greece and United Kingdom"), ("nl", "Vlaams Gewest, Griekenland en Verenigd Koninkrijk"),
    ("fr", "Région flamande, Grèce et Royaume-Uni"),
    ("de", "Flämische Region, Griechenland und Vereinigtes Königreich")])
def test_regions_of_the_pack_and_countries_in_four_languages(starter, language, shown):
    where = names_of(starter, ["BE2", "EL", "UK"])
    assert shown in said("educate.listed", {"where": where, "year": "2026", "stages": []}, language)


def test_what_nobody_names_goes_by_its_code(atlas):
    assert names_of(atlas, ["NL2", "XX"]) == [dict.fromkeys(("en", "nl", "fr", "de"), code) for code in ("NL2", "XX")]
