"""The documentation is true: its snippets run, and its tables list what there is."""

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pydantic import BaseModel

from openvalley.questions import QUESTIONS
from openvalley.settings import Settings
from openvalley.sources.catalogue import chosen
from openvalley.sources.pack.region import Region
from openvalley.sources.pack.tables import ORGANISATIONS, TABLES
from openvalley.sources.specification import (
    Expectation,
    Fetching,
    FileSpecification,
    Limits,
    SourceSpecification,
)
from openvalley.sources.sync import sync_source
from openvalley.vocabulary.record_types import RECORD_TYPES
from openvalley.vocabulary.terms import Vocabulary, terms

_DOCS = Path(__file__).parents[1] / "docs"
_SNIPPET = re.compile(r'^```\w+ title="(?P<file>[^"]+)"\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)
_FIRST_CELL = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#]+?)(?:#[^)]*)?\)")


def _read(page: str) -> str:
    return (_DOCS / page).read_text(encoding="utf-8")


@pytest.fixture
def members(home: Settings):
    """Sync the member list of the how-to, from the page's own snippets."""
    page = _read("how-to/add-a-source.md")
    folder = home.own_sources / "members"
    folder.mkdir(parents=True)
    for snippet in _SNIPPET.finditer(page):
        (folder / snippet["file"]).write_text(snippet["text"], encoding="utf-8")
    assert sorted(path.name for path in folder.iterdir()) == ["connector.py", "members.csv", "source.toml"]
    return sync_source(home, chosen(home, ["members"])[0], None, lambda *_: None)


def test_the_member_list_of_the_how_to_becomes_records(members):
    assert (members.outcome, members.problem) == ("new", None)
    rows = pq.read_table(members.version.table("organisation")).to_pylist()
    assert [(row["name"], row["country"], row["locations"][0]["city"], row["domains"]) for row in rows] == [
        ("Schelde Biotech", "BE", "Gent", ["scheldebiotech.example"]),
        ("Maas Diagnostics", "BE", "Liège", ["maasdiagnostics.example"])]
    assert rows[0]["identifiers"] == [{"scheme": "vat", "value": "BE1999999052"}]
    assert members.version.warnings == ()


def test_its_quarantine_is_what_the_how_to_says(members):
    page = _read("how-to/add-a-source.md")
    told = re.findall(r"^\| (members\.csv) \| (\d+) \| ([^|]+) \|$", page, re.MULTILINE)
    found = pq.read_table(members.version.folder / "quarantine.parquet").to_pylist()
    assert [(row["file"], str(row["line"]), row["reason"]) for row in found] == told
    assert len(told) == 2


#: Fields of source.toml that are tables of their own: how the page calls them, and their model.
_TABLES: dict[str, type[BaseModel]] = {
    "files": FileSpecification, "expect": Expectation, "limits": Limits, "fetch": Fetching,
}


def _fields() -> dict[str, object]:
    """Return every field of a source.toml by the name the page gives it, with its default."""
    found = {name: field.get_default(call_default_factory=True)
             for name, field in SourceSpecification.model_fields.items() if name not in _TABLES}
    for table, model in _TABLES.items():
        found |= {f"{table}.{name}": field.get_default(call_default_factory=True)
                  for name, field in model.model_fields.items()}
    return found


def test_every_field_of_source_toml_is_documented_and_no_other():
    assert sorted(_FIRST_CELL.findall(_read("reference/source-toml.md"))) == sorted(_fields())


def test_the_documented_defaults_are_the_real_ones():
    rows = re.findall(r"^\| `([^`]+)` \|([^|]*)\|", _read("reference/source-toml.md"), re.MULTILINE)
    shown = {name: cell.strip("` ").replace("_", "").replace('""', "") for name, cell in rows}
    for name, default in _fields().items():
        written = "" if "Undefined" in repr(default) else str(default)
        assert shown[name] == {"None": "none", "True": "true", "False": "false"}.get(written, written), name


def test_every_column_of_a_pack_is_explained_in_its_order():
    page = _read("reference/region-pack.md")
    tables, fields = page.split("## pack.toml")
    explained = {title: tuple(_FIRST_CELL.findall(text)) for title, text in re.findall(
        r"^## (\S+\.csv), column by column$(.*?)(?=^## |\Z)", tables, re.MULTILINE | re.DOTALL)}
    assert explained == {table.file: table.names for table in (ORGANISATIONS, *TABLES)}
    assert _FIRST_CELL.findall(fields) == list(Region.model_fields)


def test_generated_pages_tell_of_everything_there_is(generated_pages):
    titles = {name: re.findall(r"^## (.+)$", text, re.MULTILINE) for name, text in generated_pages.items()}
    assert titles["records.md"] == [record_type.name for record_type in RECORD_TYPES]
    assert titles["vocabulary.md"] == [listed.value for listed in Vocabulary]
    assert {"cordis", "ror", "pack"} <= set(titles["sources.md"])
    assert {"openvalley build", "openvalley disputes", "openvalley disputes accept"} <= set(titles["commands.md"])


def test_every_decision_is_listed():
    listed = set(_LINK.findall(_read("decisions/README.md")))
    assert listed == {path.name for path in (_DOCS / "decisions").glob("[0-9]*.md")}


_METHODS = sorted(path.stem for path in (_DOCS / "methods").glob("*.md"))
_WRITTEN = re.compile(r"^Written by `(make (bench-[a-z]+) [A-Z]+_ARGS=\"--page docs/methods/([a-z]+)\.md\")`:\n\n(\|)",
                      re.MULTILINE)


def test_every_question_has_a_method_with_all_parts():
    assert set(_METHODS) == set(QUESTIONS)
    for name in _METHODS:
        parts = re.findall(r"^## (.+)$", _read(f"methods/{name}.md"), re.MULTILINE)
        assert parts == ["What goes in", "How it is computed", "How good it is", "What it must not be used for"], name


@pytest.mark.parametrize("name", _METHODS)
def test_a_method_says_in_several_ways_what_it_must_not_be_used_for(name):
    told = _read(f"methods/{name}.md").partition("## What it must not be used for")[2]
    assert len(re.findall(r"^- \w.{20,}", told, re.MULTILINE)) >= 3


@pytest.mark.parametrize("name", ["discover", "educate", "test"])
def test_measured_tables_of_a_method_are_written_by_the_benchmark_that_the_page_names(name):
    (found,) = _WRITTEN.findall(_read(f"methods/{name}.md"))
    command, target, page, _ = found
    assert page == name
    root = _DOCS.parent
    assert f"\n{target}:" in (root / "Makefile").read_text(encoding="utf-8")
    assert f"'{command}'" in (root / "benchmarks" / name / "run.py").read_text(encoding="utf-8")


def test_all_tables_of_connect_have_their_place_in_its_page():
    marks = re.findall(r"^(\w+), written by `(.+)`:$", _read("methods/connect.md"), re.MULTILINE)
    run = (_DOCS.parent / "benchmarks" / "connect" / "run.py").read_text(encoding="utf-8")
    assert [title for title, _ in marks] == re.findall(r'^ {8}"(\w+)": \([A-Z_]+, ', run, re.MULTILINE)
    assert all(f"'{command}'" in run for _, command in marks)
    assert len(marks) == 3


def test_the_ranking_explains_each_of_its_indicators():
    shown = [code for cell in re.findall(r"^\| (`[^|]+) \|", _read("methods/rank.md"), re.MULTILINE)
             for code in re.findall(r"`([a-z-]+)`", cell)]
    assert shown == list(terms(Vocabulary.RANKING_INDICATOR))
