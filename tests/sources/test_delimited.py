"""Delimited text: what was written is read back, and every record stands in the line where a person finds it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvalley.sources import delimited
from openvalley.sources.delimited import Record, read_records, read_rows

_fields = st.lists(st.text(alphabet='ab;,"\n\r é\u2028', max_size=6), min_size=3, max_size=3)
#: Lines that are no rows of three fields: too few, too many, text behind a quote.
_broken = st.sampled_from(["one", "one;two", "one;two;three;four", 'one;"two"x;three'])


@given(st.lists(st.one_of(_fields, _broken, st.just("")), max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_rows_are_read_back_with_their_lines(tmp_path_factory, entries, ending):
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    text, good, bad = f"a;b;c{ending}", [], []
    for entry in entries:
        line = text.count("\n") + 1
        if isinstance(entry, list):
            row = io.StringIO()
            csv.writer(row, delimiter=";", lineterminator=ending, quoting=csv.QUOTE_ALL).writerow(entry)
            text += row.getvalue()
            good.append((line, entry))
        else:
            text += entry + ending
            bad += [line] if entry else []
    path.write_bytes(text.encode())

    records = list(read_rows(path, ";"))

    assert [(record.line, record.fields) for record in records if not record.reason] == good
    assert [record.line for record in records if record.reason] == bad


@given(st.binary(max_size=60))
def test_any_bytes_are_read_to_their_end(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    path.write_bytes(content)
    records = list(read_records(path, ";"))
    lines = [record.line for record in records]
    assert lines == sorted(set(lines))
    assert len(records) <= content.count(b"\n") + 1
    assert bool(records) == bool(content.removeprefix(b"\xef\xbb\xbf").strip(b"\r\n"))


@pytest.fixture
def rows(tmp_path):
    def read(content):
        path = tmp_path / "table.csv"
        path.write_bytes(content)
        return list(read_rows(path, ";"))

    return read


def test_an_unclosed_quote_costs_its_own_line_only(rows):
    assert rows(b'id;name\n1;"open\n2;b\n3;c\n') == [
        Record(2, [], "a quote is not closed", '1;"open'), Record(3, ["2", "b"]), Record(4, ["3", "c"])]


def test_an_unclosed_quote_that_meets_a_later_one_costs_its_own_line_only(rows):
    assert rows(b'id;name\n1;"open\n2;"b"\n3;c\n') == [
        Record(2, [], "a quote is not closed", '1;"open'), Record(3, ["2", "b"]), Record(4, ["3", "c"])]


def test_the_search_for_a_closing_quote_is_bounded(rows, monkeypatch):
    monkeypatch.setattr(delimited, "_MOST_LINES", 3)
    assert [record.line for record in rows(b'id;name\n1;"a\n2;b\n3;c\n4;d\n5;"e\nf"\n') if record.reason] == [2]


def test_a_field_of_ten_megabytes_costs_its_own_line_only(rows):
    found = rows(b"id;name\n1;" + b"x" * (10 << 20) + b"\n2;b\n")
    assert [(record.line, record.reason) for record in found] == [(2, "it is longer than 8 MB"), (3, "")]
    assert found[0].content.startswith("1;xxx")


def test_a_long_text_within_the_bound_is_read(rows):
    text = "x" * (1 << 20)
    assert rows(f"id;name\n1;{text}\n".encode()) == [Record(2, ["1", text])]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_records(tmp_path, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    assert list(read_records(path, ";")) == []
