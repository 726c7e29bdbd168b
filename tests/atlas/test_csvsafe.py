"""No spreadsheet runs a cell: one rule, for a cell and for a column."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvalley.atlas.csvsafe import guarded, safe_cell, safe_column, unguarded


@pytest.mark.parametrize(("value", "safe"), [
    ("=1+1", "'=1+1"), ("+A1", "'+A1"), ("-2+3", "'-2+3"), ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "'\rx"),
    ("\nx", "'\nx"), ("  =1", "'  =1"), ("\x0b=1", "'\x0b=1"), ("\uff1d1+1", "'\uff1d1+1"), ("\uff20x", "'\uff20x"),
    ("-1.5", "-1.5"), ("+32", "+32"), ("-1e5", "-1e5"), ("-", "'-"), ("+32 2 555", "'+32 2 555"), ("-1\n", "'-1\n"),
    ("a=1", "a=1"), ("", ""), (" ", " "), ("'=1", "'=1"), ("é", "é"), (None, None), (-1.5, -1.5), (True, True),
])
def test_a_cell(value, safe):
    assert safe_cell(value) == safe
    if isinstance(value, str):
        for kind in (pa.string(), pa.large_string()):
            assert safe_column(pa.array([value, None], kind)).to_pylist() == [safe, None]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.from_regex(r"[\s=+\-@0-9.e]{0,6}") | st.none()))
def test_a_column_is_made_safe_as_its_cells_are(values):
    assert safe_column(pa.array(values, pa.string())).to_pylist() == [safe_cell(value) for value in values]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_once_safe_is_safe(value):
    assert safe_cell(safe_cell(value)) == safe_cell(value)


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.from_regex(r"'{0,3}[\s=+\-@0-9.e]{0,6}"))
def test_what_is_guarded_is_safe_and_can_be_had_back(value):
    assert unguarded(guarded(value)) == value
    assert safe_cell(guarded(value)) == guarded(value)


def test_other_columns_stay_as_they_are():
    column = pa.array([-1, None])
    assert safe_column(column) is column
