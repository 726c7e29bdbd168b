"""The atlas for assistants: what the tools say is what the command line says, and errors say what to do."""

import asyncio
import json
import os
import sys

import pytest

import worlds
from openvalley.atlas.reader import open_atlas
from openvalley.insight.answer import as_data
from openvalley.questions import QUESTIONS, RankRequest, rank
from worlds import ror_id

mcp = pytest.importorskip("mcp", reason="the extra [mcp] is not installed")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return worlds.river(tmp_path_factory)


@pytest.fixture(scope="module")
def ask(home):
    """Return a function that calls a tool in this process, and one for the list of tools."""
    from openvalley.assistant.server import server

    def call(name, **given):
        async def called():
            async with mcp.Client(server(home)) as client:
                return await (client.call_tool(name, given) if name else client.list_tools())
        return asyncio.run(called())

    return call


def test_there_is_a_tool_for_the_search_for_a_thing_and_for_each_question(ask):
    tools = {tool.name: tool for tool in ask(None).tools}
    assert set(tools) == {"search", "show", *QUESTIONS}
    for tool in tools.values():
        assert tool.description
        assert tool.annotations.read_only_hint
        assert all(entry.get("description") for entry in tool.input_schema["properties"].values()), tool.name


def test_search_gives_ids_that_show_takes(ask):
    found = ask("search", text="Universiteit Schelde", type="organisation", limit=2).structured_content
    assert found["items"][0]["id"] == ror_id(1)
    shown = ask("show", id=found["items"][0]["id"]).structured_content
    assert shown["organisation"]["name"] == "Schelde University"
    assert {claim["source"] for claim in shown["claims"]} >= {"ror"}
    assert ask("show", id="700001").structured_content["project"]["source_id"] == "700001"


def test_a_question_is_answered_as_everywhere(ask, home):
    answer = ask("rank", level="nuts2", limit=3, as_of="2026-01-01", language="nl").structured_content
    from datetime import date

    atlas = open_atlas(home.home)
    expected = as_data(rank(atlas, RankRequest(level="nuts2", limit=3, as_of=date(2026, 1, 1))), "nl")
    atlas.close()
    assert answer == json.loads(json.dumps(expected, default=str))


@pytest.mark.parametrize(("tool", "given", "says"), [
    ("show", {"id": "nobody"}, "search NAME"), ("search", {"text": " "}, "nothing to look for"),
    ("search", {"text": "x", "type": "person"}, "person"), ("rank", {"language": "xx"}, "Languages: en"),
    ("rank", {"level": "nuts9"}, "nuts9"), ("search", {}, "text"), ("rank", {"limit": "many"}, "limit"),
])
def test_what_is_asked_wrongly_is_said(ask, tool, given, says):
    answered = ask(tool, **given)
    assert answered.is_error
    assert says in answered.content[0].text


def test_nothing_is_built_yet(tmp_path):
    from openvalley.assistant.server import server

    async def called():
        async with mcp.Client(server(worlds.home_at(tmp_path / "empty"))) as client:
            return await client.call_tool("search", {"text": "x"})

    answered = asyncio.run(called())
    assert answered.is_error
    assert "openvalley build" in answered.content[0].text


def test_a_new_atlas_is_read_as_soon_as_it_is_published(tmp_path):
    from openvalley.assistant.reading import Reading

    settings = worlds.home_at(tmp_path / "home")
    worlds.build(settings, worlds.World(pack=[worlds.pack_row("kaai", "Kaai Cells")]))
    reading = Reading(settings)
    assert reading.search("Leie Cells", None, 5)["items"][0]["name"] == "Kaai Cells"
    worlds.build(settings, worlds.World(pack=[worlds.pack_row("leie", "Leie Cells")]))
    assert reading.search("Leie Cells", None, 5)["items"][0]["name"] == "Leie Cells"


def test_it_speaks_over_standard_input_and_output(home):
    async def called():
        started = mcp.StdioServerParameters(command=sys.executable, args=[
            "-m", "openvalley.cli.main", "--home", str(home.home), "mcp"], env=dict(os.environ))
        async with mcp.Client(started) as client:
            return await client.call_tool("search", {"text": "Schelde"})

    assert asyncio.run(called()).structured_content["items"]


def test_without_the_extra_it_says_what_to_install(monkeypatch, home):
    from openvalley.cli.assisting import _serve
    from openvalley.errors import ExtraMissing

    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    monkeypatch.delitem(sys.modules, "openvalley.assistant.server", raising=False)
    with pytest.raises(ExtraMissing) as raised:
        _serve(home)
    assert "openvalley[mcp]" in raised.value.hint
