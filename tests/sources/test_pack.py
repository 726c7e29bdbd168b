"""Region packs: a wrong cell is named with file, line and column."""

import csv
import io
from pathlib import Path

import pytest

from openvalley.errors import BadInput, BadPack
from openvalley.sources.pack.connector import COLUMNS, ORGANISATIONS, read, read_pack
from openvalley.sources.pack.region import region_source, regions
from openvalley.sources.sync import sync_source
from openvalley.sources.versions import in_use

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
    assert "docs/reference/region-pack.md" in refused.value.hint


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
