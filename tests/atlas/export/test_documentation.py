"""The how-to on exports is true: its commands are the program's, and its snippets run on what they write."""

import re
import shlex

import pytest

import exports
from openvalley.cli.edge import run_guarded
from openvalley.cli.main import app

_SNIPPET = re.compile(r'^```python title="(?P<file>[^"]+)"\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^    openvalley (?P<arguments>export [^#\n]+)", re.MULTILINE)


@pytest.fixture
def page(repository):
    return (repository / "docs" / "how-to" / "take-the-data-out.md").read_text(encoding="utf-8")


@pytest.fixture
def exported(page, tmp_path, tmp_path_factory, monkeypatch):
    """Run the commands of the page in a folder, and work there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENVALLEY_HOME", str(exports.open_home(tmp_path_factory).home))
    for command in _COMMAND.finditer(page):
        monkeypatch.setattr("sys.argv", ["openvalley", *shlex.split(command["arguments"])])
        assert run_guarded(app) == 0
    return tmp_path


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_commands_and_snippets_of_the_page(page, exported, capsys):
    assert sorted(path.name for path in exported.iterdir()) == [
        "atlas.jsonld", "map.geojson", "network.graphml", "tables", "tables.parquet"]
    said = {}
    for snippet in _SNIPPET.finditer(page):
        capsys.readouterr()
        exec(compile(snippet["text"], snippet["file"], "exec"), {})
        said[snippet["file"]] = capsys.readouterr().out
    assert "Schelde Biotech" in said["tables.py"]
    assert "cordis" in said["tables.py"]
    assert "Schelde Biotech 5" in said["network.py"]
    assert "Schelde Biotech - Trial NCT90000001" in said["linked.py"]
