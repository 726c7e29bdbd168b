"""Linking a list: one answer a line, in words, whatever the file looks like."""

import csv
import io

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvalley.atlas.linking import link, link_file, link_index
from openvalley.errors import BadInput, StorageFailed
from openvalley.resolve.link import COLUMNS, Linker
from worlds import kbo, ror_id

_UNIVERSITY, _HOSPITAL, _BIOTECH = ror_id(1), ror_id(2), "pic:990000002"
_ADDED = ["match_id", "match_name", "score", "decision", "why"]


@pytest.fixture(scope="module")
def linker(atlas):
    return Linker(link_index(atlas))


def _one(linker, **row):
    (answer,) = linker.link(pa.table({column: [cell] for column, cell in row.items()})).to_pylist()
    return answer


@pytest.mark.parametrize(("row", "match", "why"), [
    ({"name": "x", "pic": "990000002"}, _BIOTECH, "same PIC 990000002"),
    ({"name": "x", "vat": "BE" + kbo(2)}, _BIOTECH, "same VAT BE" + kbo(2)),
    ({"name": "x", "vat": f"be {kbo(2)[:4]}.{kbo(2)[4:7]}.{kbo(2)[7:]}"}, _BIOTECH, "same VAT"),
    ({"name": "", "pic": "990000002"}, _BIOTECH, "same PIC"),
    ({"name": "Scheldt Biotechnology Holding", "pic": "990000002", "country": "TR"}, _BIOTECH, "same PIC"),
    ({"name": "Schelde University", "city": "Gent", "country": "BE"}, _UNIVERSITY, "same name in Gent (BE)"),
    ({"name": "UNIVERSITEIT SCHELDE", "country": "Belgium"}, _UNIVERSITY, "same name in BE"),
    ({"name": "Dender Technical School", "city": "AALST", "country": "BE"}, ror_id(9), "same name in Aalst"),
    ({"name": "Institute of River Biology", "country": "NL"}, ror_id(5), "same name in NL"),
    ({"name": "Someone Else", "website": "https://www.uschelde.example/contact"}, _UNIVERSITY,
     "same web domain uschelde.example"),
    ({"name": "schelde biotech s.a."}, _BIOTECH, "the country is not given"),
    ({"name": "Schelde Biotech", "country": "Belgie"}, _BIOTECH, "the country Belgie is not known"),
])
def test_a_row_is_matched_and_told_why(linker, row, match, why):
    answer = _one(linker, **row)
    assert (answer["match_id"], answer["decision"]) == (match, "match")
    assert why in answer["why"]
    assert 0.5 < answer["score"] <= 1
    assert answer["match_name"]


@pytest.mark.parametrize(("row", "match", "why"), [
    ({"name": "Shelde University", "city": "Gent", "country": "BE"}, _UNIVERSITY, "same town"),
    ({"name": "USchelde", "country": "BE"}, _UNIVERSITY, "uschelde"),
    ({"name": "Schelde University - Faculty of Medicine", "country": "BE"}, _UNIVERSITY, "a part of the row"),
    ({"name": "UZ Kaai /ID# 157402", "city": "Leuven", "country": "BE"}, _HOSPITAL, "same town"),
    ({"name": "Universitätsklinikum Kaai", "city": "Louvain", "country": "Belgium"}, _HOSPITAL, "same town"),
])
def test_names_written_otherwise_are_linked_by_likeness(linker, row, match, why):
    answer = _one(linker, **row)
    assert (answer["match_id"], answer["decision"]) == (match, "match"), answer
    assert why in answer["why"]
    assert 0.5 < answer["score"] < 1


@pytest.mark.parametrize(("row", "candidates"), [
    ({"name": "Dender Technical School", "country": "BE"}, {ror_id(8), ror_id(9)}),
    ({"name": "Institute of River Biology"}, {ror_id(4), ror_id(5)}),
])
def test_where_several_fit_a_person_decides(linker, row, candidates):
    answer = _one(linker, **row)
    assert (answer["decision"], answer["score"]) == ("review", 0.5)
    assert answer["match_id"] in candidates
    assert "2 organisations" in answer["why"]


@pytest.mark.parametrize(("row", "match", "also"), [
    ({"name": "Totally Unknown Ltd", "vat": "BE" + kbo(2)}, _BIOTECH, ""),
    ({"name": "Dünya Üniversitesi", "pic": "990000002", "country": "TR"}, _BIOTECH, ""),
    ({"name": "UZ Kaai", "vat": "BE" + kbo(2), "country": "BE"}, _BIOTECH, f"{_HOSPITAL} is called so"),
])
def test_a_row_whose_number_and_name_say_different_organisations_waits_for_a_person(linker, row, match, also):
    answer = _one(linker, **row)
    assert (answer["match_id"], answer["decision"], answer["score"]) == (match, "review", 0.5)
    assert "number and name disagree" in answer["why"]
    assert also in answer["why"]


@pytest.mark.parametrize(("number", "why"), [
    ({"vat": "BE0000000000"}, "VAT number not valid"), ({"vat": "BE" + kbo(77)}, "VAT number not in the atlas"),
    ({"pic": "12"}, "PIC not valid"), ({"pic": "999999999"}, "PIC not in the atlas"),
    ({"pic": "990000002", "vat": "BE1"}, "same PIC 990000002; VAT number not valid"),
])
def test_numbers_that_tell_nothing_are_named(linker, number, why):
    answer = _one(linker, name="Schelde Biotech", country="BE", **number)
    assert (answer["match_id"], answer["decision"]) == (_BIOTECH, "match")
    assert why in answer["why"]
    assert "disagree" not in answer["why"]


@pytest.mark.parametrize(("row", "why"), [
    ({"name": ""}, "no name"), ({"name": None}, "no name"), ({"name": " \t"}, "no name"), ({"name": "!!!"}, "no name"),
    ({"name": "NV"}, "no organisation"), ({"name": "S.A."}, "no organisation"), ({"name": "🧬"}, "no organisation"),
    ({"name": "x" * 5_000}, "no organisation"), ({"name": "Schelde University", "country": "NL"}, "no organisation"),
    ({"name": "Nobody At All", "country": "BE"}, "no organisation"),
    ({"name": "Nobody", "pic": "12"}, "no organisation"), ({"name": "Nobody", "vat": "BE1"}, "no organisation"),
    ({"name": "Nobody", "vat": "XX123456789"}, "no organisation"), ({"name": "", "pic": "999999999"}, "no name"),
    ({"name": "Nobody", "website": "https://"}, "no organisation"),
    ({"name": "Nobody", "country": "Atlantis"}, "the country Atlantis is not known"),
])
def test_a_row_of_nobody_we_know_is_told_so(linker, row, why):
    answer = _one(linker, **row)
    assert (answer["match_id"], answer["match_name"], answer["score"], answer["decision"]) == (None, None, 0, "none")
    assert why in answer["why"]


def test_rows_of_every_kind_of_trouble_stand_in_one_list_each_with_its_answer(linker):
    rows = [{"name": name, "city": city, "country": country} for name, city, country in (
        ("", "", ""), ("x" * 5_000, "Gent", "BE"), ("Schelde University, " * 300, "Gent", "BE"), ("🧬🧪", "🏥", "🇧🇪"),
        ("N.V. S.A. GmbH", "", "BE"), ("BE", "Schelde University", "Gent"), ("Gent", "BE", "Schelde University"),
        ("Schelde University", "Gent", "Ruritania"), ("Universit\ufffd Schelde", "Gent", "BE"),
        ("UniversitÃ© Schelde", "Gent", "BE"), ("=HYPERLINK(1)", "=1+1", "@x"), ("(((", ")", "]"), ("\0", "\n", "\t"),
        ("Schelde University", "Gent", "BE"), ("Schelde University", "Gent", "BE"))]
    answers = linker.link(pa.Table.from_pylist(rows)).to_pylist()
    assert len(answers) == len(rows)
    assert answers[-1] == answers[-2]
    assert answers[-1]["match_id"] == _UNIVERSITY
    assert all(answer["why"] and answer["decision"] in {"match", "review", "none"} for answer in answers)
    assert all((answer["match_id"] is None) == (answer["decision"] == "none") for answer in answers)
    assert "the country Ruritania is not known" in answers[7]["why"]


_CELL = st.none() | st.text(max_size=20) | st.sampled_from(
    ["Schelde University", "Dender Technical School", "BE", "Gent", "990000002", "BE" + kbo(2), "uschelde.example"])
_ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, _CELL)), min_size=1, max_size=6)


@settings(max_examples=40)
@given(_ROWS, st.randoms(use_true_random=False))
def test_what_a_row_is_linked_to_does_not_depend_on_the_others(linker, rows, random):
    schema = pa.schema([(column, pa.string()) for column in COLUMNS])
    answers = linker.link(pa.Table.from_pylist(rows, schema)).to_pylist()
    assert len(answers) == len(rows)
    order = random.sample(range(len(rows)), len(rows))
    shuffled = linker.link(pa.Table.from_pylist([rows[at] for at in order], schema)).to_pylist()
    assert shuffled == [answers[at] for at in order]


def test_the_public_function_links_a_table(atlas):
    linked = link(pa.table({"name": ["Schelde University", "Nobody"]}), atlas)
    assert linked.column_names == _ADDED
    assert linked["match_id"].to_pylist() == [_UNIVERSITY, None]


# Files.

@pytest.fixture
def linked(atlas, tmp_path):
    """Return a function that links a file of these bytes, and gives the lines of the output and the counts."""
    def link_bytes(content):
        (tmp_path / "in.csv").write_bytes(content)
        counts = link_file(tmp_path / "in.csv", tmp_path / "out.csv", atlas)
        text = (tmp_path / "out.csv").read_text(encoding="utf-8")
        return list(csv.DictReader(io.StringIO(text))), counts

    return link_bytes


def test_a_list_keeps_its_columns_and_rows_and_gets_answers(linked):
    rows, counts = linked(b"id,name,country\n7,Schelde University,BE\n8,Nobody,BE\n7,Schelde University,BE\n")
    assert list(rows[0]) == ["id", "name", "country", *_ADDED]
    assert [(row["id"], row["match_id"], row["decision"]) for row in rows] == [
        ("7", _UNIVERSITY, "match"), ("8", "", "none"), ("7", _UNIVERSITY, "match")]
    assert dict(counts) == {"match": 2, "none": 1}


@pytest.mark.parametrize(("content", "names"), [
    (b"\xef\xbb\xbfname\nSchelde University\n", ["Schelde University"]),
    (b"name\r\nSchelde University\r\nNobody\r\n", ["Schelde University", "Nobody"]),
    ("name,country\nUniversité de l'Escaut,BE\n".encode("cp1252"), ["Université de l'Escaut"]),
    ("name\nD\u00fcnya \u00dcniversitesi\n".encode(), ["Dünya Üniversitesi"]),
    (b'name\n"Schelde\nUniversity"\n"a, ""b"""\n', ["Schelde\nUniversity", 'a, "b"']),
    (b"name\nSchelde\0 University\n", ["Schelde University"]), (b"name\n\nNobody\n", ["", "Nobody"]),
    (b"name,country\nNobody\nNobody,BE,more,and more\n", ["Nobody", "Nobody"]), (b"name\n", []), (b"name", []),
    (b" name ,country\nSchelde University,BE\n", ["Schelde University"]),
    (b"name,name\nSchelde University,other\n", None),
    (b"name\n\xff\xfe\x00\n", None), (b"name\n" + b"x" * 500_000 + b"\n", None),
], ids=["BOM", "CRLF", "cp1252", "UTF-8", "quoted", "NUL", "blank line", "short and long", "header", "header, no end",
        "spaces", "twice", "bytes", "huge cell"])
def test_a_list_may_be_written_in_many_ways(linked, content, names):
    rows, counts = linked(content)
    assert counts.total() == len(rows)
    if names is not None:
        assert [row["name"] for row in rows] == names


def test_a_long_list_is_answered_line_by_line_in_order(linked):
    names = ["Schelde University", "Nobody", "=Schelde Biotech"] * 15_000
    rows, _counts = linked(("name\n" + "\n".join(names) + "\n").encode())
    assert [row["name"].lstrip("'") for row in rows] == names
    assert {row["match_id"] for row in rows[::3]} == {_UNIVERSITY}


@pytest.mark.parametrize(("cell", "shown"), [
    ("=1+1", "'=1+1"), ("+32 9 000", "'+32 9 000"), ("@SUM(A1)", "'@SUM(A1)"), ("-x", "'-x"), ("-5", "-5"),
    ("+3.5", "+3.5"), ("\t=1", "'\t=1"), ("Schelde = x", "Schelde = x"), ("\n=1", "'\n=1"), ("-1e5", "-1e5"),
])
def test_no_cell_of_the_output_is_a_formula(linked, cell, shown):
    text = io.StringIO()
    csv.writer(text).writerows([["name", "note"], ["Nobody", cell]])
    (row,), _counts = linked(text.getvalue().encode())
    assert row["note"] == shown


def test_no_column_of_the_output_is_a_formula(linked):
    rows, _counts = linked(b"name,=cmd()\nNobody,x\n")
    assert list(rows[0])[1] == "'=cmd()"


@pytest.mark.parametrize("content", [
    b"", b"\n", b"organisation\nx\n", b"Name\nx\n", b"name;country\nx;BE\n", b"\0\0", b"\xff\xfen\x00a\x00m\x00e\x00",
    b'"name\nx', b'name\n"' + b"x" * (1 << 21) + b'"\n', b'"' + b"x" * (1 << 21) + b'",name\n',
], ids=["empty", "blank", "other column", "capital", "semicolons", "NULs", "UTF-16", "open quote", "2 MB cell",
        "2 MB header"])
def test_what_is_no_list_is_refused_and_nothing_is_written(atlas, tmp_path, content):
    (tmp_path / "in.csv").write_bytes(content)
    with pytest.raises(BadInput) as refused:
        link_file(tmp_path / "in.csv", tmp_path / "out.csv", atlas)
    assert refused.value.hint
    assert len(refused.value.message) < 1_000
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize("source", ["nothing.csv", "."])
def test_a_list_that_is_not_there(atlas, tmp_path, source):
    with pytest.raises(BadInput, match="There is no file"):
        link_file(tmp_path / source, tmp_path / "out.csv", atlas)


@pytest.mark.parametrize("target", ["no/such/folder.csv", "."])
def test_an_output_that_cannot_be_written_is_said_so(atlas, tmp_path, target):
    (tmp_path / "in.csv").write_bytes(b"name\nx\n")
    with pytest.raises((BadInput, StorageFailed)) as refused:
        link_file(tmp_path / "in.csv", tmp_path / target, atlas)
    assert refused.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_an_earlier_output_stays_when_linking_fails(atlas, tmp_path):
    (tmp_path / "out.csv").write_text("before")
    (tmp_path / "in.csv").write_bytes(b"title\nx\n")
    with pytest.raises(BadInput):
        link_file(tmp_path / "in.csv", tmp_path / "out.csv", atlas)
    assert (tmp_path / "out.csv").read_text() == "before"
