"""Names that were taken apart are kept: linking says the same with them, and whatever became of their files."""

import pyarrow as pa
import pytest

from openvalley.resolve.linker.kept import KeptForms
from openvalley.resolve.linker.registered import organisations

_SPELLINGS = pa.Table.from_pylist([
    {"id": "h", "country": "BE", "name": "Kaai University Hospital (UZK)", "acronym": False},
    {"id": "h", "country": "BE", "name": "UZ Kaai", "acronym": False},
    {"id": "r", "country": "DE", "name": "Rhine Cells GmbH", "acronym": False},
    {"id": "n", "country": None, "name": "\U0001f9ec", "acronym": False}])
_TOWNS = pa.Table.from_pylist([{"id": "h", "city": "Gent"}])

def _given(folder, content="one", *, countries=(), towns=_TOWNS):
    give = organisations(_SPELLINGS, towns, KeptForms(folder, content))
    return {one.id: one.forms for one in give(countries)}


@pytest.fixture
def kept(tmp_path):
    folder = tmp_path / "linking"
    _given(folder)
    return folder


def _files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_is_kept_is_what_was_taken_apart(kept):
    before = {path: path.read_bytes() for path in _files(kept)}
    assert sorted(path.name for path in before) == ["BE.arrow", "DE.arrow", "none.arrow"]
    assert _given(kept) == _given(kept / "nowhere")
    assert {path: path.read_bytes() for path in _files(kept) if path in before} == before


def test_only_the_countries_that_are_asked_for_are_kept(tmp_path):
    assert _given(tmp_path / "linking", countries=["DE"]).keys() == {"r"}
    assert [path.name for path in _files(tmp_path)] == ["DE.arrow"]


@pytest.mark.parametrize("damage", [b"", b"x", b"x" * 4_000])
def test_a_damaged_file_is_written_anew_and_said(kept, caplog, damage):
    right = _given(kept)
    path = next(path for path in _files(kept) if path.name == "BE.arrow")
    whole = path.read_bytes()
    path.write_bytes(damage or whole[:-1] + bytes([whole[-1] ^ 1]))
    assert _given(kept) == right
    assert "damaged" in caplog.text
    assert path.read_bytes() == whole


def test_where_nothing_can_be_written_linking_goes_on(tmp_path, caplog):
    (tmp_path / "linking").write_text("a file where the folder should be", encoding="utf-8")
    assert _given(tmp_path / "linking").keys() == {"h", "r", "n"}
    assert "not kept" in caplog.text


def test_forms_of_other_names_are_never_taken(kept):
    right = _given(kept)
    path = next(path for path in _files(kept) if path.name == "DE.arrow")
    path.write_bytes(next(one for one in _files(kept) if one.name == "BE.arrow").read_bytes())
    assert _given(kept) == right


def test_the_names_of_atlases_of_long_ago_are_let_go(kept):
    for content in ("two", "three", "four"):
        _given(kept, content)
    assert len(list(kept.iterdir())) == 3
    assert any(path.name.startswith("four-") for path in kept.iterdir())
