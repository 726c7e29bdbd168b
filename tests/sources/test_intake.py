"""Intake: what is whole becomes typed records, what is not is put aside with file, line and reason."""

import pytest

from openvalley.errors import SourceChanged, SourceUnreadable
from openvalley.sources.intake import CsvTable
from openvalley.vocabulary.records import PROJECT

_SHAPE = CsvTable(needed=("id", "name"), known=("note",))


def _read(reading, content, shape=_SHAPE):
    found = reading({"x.csv": content})
    found.intake.csv("t", "x.csv", shape)
    return found


@pytest.mark.parametrize(("content", "whole", "wrong"), [
    pytest.param(b"id;name\n1;a\n2;b\n", [(2, "1", "a"), (3, "2", "b")], [], id="whole"),
    pytest.param(b"\xef\xbb\xbfid;name\r\n1;a\r\n", [(2, "1", "a")], [], id="byte order mark, Windows lines"),
    pytest.param(b'"id";"name"\n"1";"a ""b"" c"', [(2, "1", 'a "b" c')], [], id="quotes, no last line end"),
    pytest.param(b"name;id\nb;1\n", [(2, "1", "b")], [], id="columns in another order"),
    pytest.param(b'id;name\n1;\n2;""\n', [(2, "1", None), (3, "2", None)], [], id="empty is null"),
    pytest.param(b"id;name\n", [], [], id="header only"),
    pytest.param(b"id;name\n1\n2;b\n3;c;d\n4;e\n", [(3, "2", "b"), (5, "4", "e")],
                 [(2, "it has too few fields"), (4, "it has too many fields")], id="too few and too many fields"),
    pytest.param(b"id;name\n1;caf\xe9\n2;b\n", [(3, "2", "b")], [(2, "its bytes are not UTF-8")], id="Latin-1"),
    pytest.param(b"id;name\n1;a\0b\n2;b\n", [(3, "2", "b")], [(2, "a NUL character stands in it")], id="NUL"),
    pytest.param(b'id;name\n1;a\n2;"b\n3;c\n', [(2, "1", "a"), (4, "3", "c")], [(3, "a quote is not closed")],
                 id="unclosed quote"),
    pytest.param(b'id;name\n1;"a"b\n2;c"d\n', [(3, "2", 'c"d')], [(2, "text stands behind a closing quote")],
                 id="stray quotes"),
    pytest.param(b"id;name\n1;" + b"x" * (10 << 20) + b"\n2;b\n", [(3, "2", "b")], [(2, "it is longer than 8 MB")],
                 id="10 MB field"),
    pytest.param(b'id;name\n\n1;"a\nb\r\nc"\n2\n\n3;"d\ne";f\n4;g\n5\n', [(3, "1", "a\nb\r\nc"), (10, "4", "g")],
                 [(6, "it has too few fields"), (8, "it has too many fields"), (11, "it has too few fields")],
                 id="line breaks in fields, blank lines and broken rows before"),
])
def test_rows_and_what_is_none(reading, content, whole, wrong):
    found = _read(reading, content)
    assert found.rows("t", "line, id, name") == whole
    assert found.quarantined == [("x.csv", line, reason) for line, reason in wrong]


def test_what_stood_there_is_kept_for_whoever_mends_it(reading):
    found = _read(reading, b'id;name\n1;"a\nb";c\n2;caf\xe9\n3;' + b"y" * (10 << 20) + b"\n")
    assert found.contents[:2] == ['1;"a\nb";c', "2;caf\ufffd"]
    assert found.contents[2].startswith("3;yyy")
    assert len(found.contents[2]) == 2_000


@pytest.mark.parametrize(("content", "says"), [
    (b"id,name\n1,a\n", "id, name are gone"), (b"id\n1\n", "name are gone"), (b"", "id, name are gone"),
    ("id;name\n1;a\n".encode("utf-16"), "are gone"), (b"ID;NAME\n1;a\n", "are gone"),
    (b"id;name;name\n1;a;b\n", "'name' stand twice"), (b"id;name;Name\n1;a;b\n", "'name' stand twice"),
    (b"id;name;\n1;a;\n", "have no name"), (b"id;name;line\n1;a;b\n", "'line'"), (b"id;name;file\n1;a;b\n", "'file'"),
], ids=["delimiter", "vanished", "empty file", "UTF-16", "case", "twice", "twice but case", "no name", "line", "file"])
def test_a_header_that_changed_stops_the_source(reading, content, says):
    with pytest.raises(SourceChanged) as stopped:
        _read(reading, content)
    assert says in stopped.value.message
    assert "x.csv" in stopped.value.message
    assert "last good version" in stopped.value.hint


def test_a_new_column_warns_and_a_known_one_may_be_absent(reading):
    found = _read(reading, b"id;name;colour;size\n1;a;red;big\n")
    assert found.intake.warnings == ["x.csv: unknown columns colour, size"]
    assert found.rows("t", "id, note") == [("1", None)]
    assert _read(reading, b"id;name;note\n1;a;n\n").intake.warnings == []


def test_columns_named_like_words_of_sql_are_columns(reading):
    found = _read(reading, b'id;name;order;select;"it""s";reason\n1;a;1;2;3;4\n2;a\0;1;2;3;4\n')
    assert found.rows("t", '"order", "select", "it""s", reason') == [("1", "2", "3", "4")]


def test_a_query_puts_rows_aside_with_the_first_reason_that_holds(reading):
    found = _read(reading, b"id;name\n1;a\nx;\n3;\n4;d\n")
    moved = found.intake.quarantine("t", "x.csv", {
        "its id is no number": "NOT regexp_full_match(id, '[0-9]+')", "it isn't named": "name IS NULL",
    })
    assert moved == 2
    assert found.rows("t", "line, id") == [(2, "1"), (5, "4")]
    assert found.quarantined == [("x.csv", 3, "its id is no number"), ("x.csv", 4, "it isn't named")]
    assert found.contents[1] == '{"line":4,"id":"3","name":null,"note":null}'


_JSON = [b'[{"a": 1}, {"a": "x\\u0000y"}]', b'{"a": 1}\n{"a": 2}\n', b'[\n  {"a": {"b": [1, 2]}},\n  {"a": null}\n]\n']


@pytest.mark.parametrize("content", _JSON)
def test_json_objects_are_numbered(reading, content):
    found = reading({"x.json": content})
    found.intake.json("t", "x.json")
    assert found.rows("t", "line") == [(1,), (2,)]


@pytest.mark.parametrize("content", [
    b'[{"a": 1}, {"a"', b'[{"a": 1}', b"nothing", b'[{"a": "' + b"\xe9" + b'"}]', b'{"a": 1}\n{"a"',
], ids=["cut in an object", "cut behind one", "no JSON", "Latin-1", "lines cut"])
def test_broken_json_stops_the_source(reading, content):
    found = reading({"x.json": content})
    with pytest.raises(SourceUnreadable, match=r"x\.json"):
        found.intake.json("t", "x.json")


@pytest.mark.parametrize(("files", "expected"), [
    ({"a.json": b"", "a.csv": b""}, "a.json"), ({"a.csv": b""}, None), ({"a.json": b"", "b.json": b""}, None),
])
def test_the_one_file_of_a_kind(reading, files, expected):
    intake = reading(files).intake
    if expected:
        assert intake.only(".json") == expected
    else:
        with pytest.raises(SourceChanged, match="was expected"):
            intake.only(".json")


def test_records_are_typed_sorted_and_carry_their_source(reading):
    found = _read(reading, b"id;name\n2;b\n1;a\n")
    found.intake.records(PROJECT, "x.csv", "SELECT line, id AS source_id, name AS title, 5 AS total_cost FROM t")
    records = found.records("project")
    assert list(records) == ["1", "2"]
    assert set(records["1"]) == set(PROJECT.schema.names)
    assert {name: value for name, value in records["1"].items() if value is not None} == {
        "source": "demo", "source_id": "1", "source_version": "v1", "title": "a", "total_cost": 5.0}
    assert found.intake.rows == {"project": 2}


def test_records_without_an_id_or_with_one_twice_are_put_aside(reading):
    found = _read(reading, b"id;name\n1;a\n;b\n1;c\n2;d\n1;e\n")
    found.intake.records(PROJECT, "x.csv", "SELECT line, id AS source_id, name AS title FROM t")
    assert {key: row["title"] for key, row in found.records("project").items()} == {"1": "a", "2": "d"}
    assert found.quarantined == [("x.csv", 3, "source_id is missing"),
                                 ("x.csv", 4, "its id stands in an earlier line too"),
                                 ("x.csv", 6, "its id stands in an earlier line too")]


def test_figures_and_warnings_are_kept_once(reading):
    found = _read(reading, b"id;name\n1;a\n2;\n")
    found.intake.count("without a name", "SELECT count(*) FROM t WHERE name IS NULL")
    for _ in range(2):
        found.intake.warn("careful")
    assert found.intake.counted == {"without a name": 1}
    assert found.intake.warnings == ["careful"]
