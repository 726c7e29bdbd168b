"""The value chain: who stands where, what is thin, who is left out, and what cannot be asked."""

import csv
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

import worlds
from openvalley.atlas.reader import open_atlas
from openvalley.cli.main import app
from openvalley.errors import BadInput
from openvalley.insight.answer import as_data
from openvalley.insight.chain import ChainRequest, chain
from openvalley.insight.chain.comparing import compared
from openvalley.insight.chain.pictures import drawn, flow, heat_map
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, terms
from worlds import curated_row, pack_row

WORLD = worlds.World(pack=[
    pack_row("vectors", "Vector Works", stages="manufacturing", platforms="gene-therapy", nuts3="BE234", city="Gent"),
    pack_row("cells", "Cell Works", stages="manufacturing;clinical", platforms="cell-therapy", nuts3="BE100"),
    pack_row("finder", "Finder", stages="discovery", platforms="gene-therapy", verification="unverified"),
    pack_row("gone", "Gone Works", stages="distribution", state="dissolved"),
    pack_row("speaker", "European Works Association", kind="european-association", stages="distribution"),
], curated={
    "capabilities.csv": [curated_row(key="aav", organisation="vectors", activity="aav-vectors",
                                     modality="gene-therapy", city="Gent", availability="service")],
    "sites.csv": [curated_row(key="far", organisation="finder", name="Far", city="Gent", stages="preclinical",
                              roles="development")],
})


def _built(folder, world):
    settings = worlds.home_at(folder / "home")
    worlds.take_in(settings, world)
    worlds.build(settings)
    return settings


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return _built(tmp_path_factory.mktemp("chain"), WORLD)


def _stages(answer):
    return {item.id.removeprefix("stage:"): [who["name"] for who in item.values["who"]] for item in answer.items}


def test_who_stands_at_each_stage_the_thinnest_first(atlas):
    answer = chain(atlas, ChainRequest())
    assert _stages(answer)["manufacturing"] == ["Vector Works", "Cell Works"]
    assert _stages(answer)["preclinical"] == ["Finder"], "a site of its own puts an organisation at a stage"
    counts = [item.values["organisations"] for item in answer.items]
    assert counts == sorted(counts)
    assert len(answer.items) == len(terms(Vocabulary.STAGE))


def test_the_dead_and_those_who_speak_for_others_do_nothing_here(atlas):
    assert _stages(chain(atlas, ChainRequest()))["distribution"] == []


@pytest.mark.parametrize(("asked", "who"), [
    ({"platform": "gene-therapy"}, {"Vector Works", "Finder"}), ({"region": "BE2"}, {"Vector Works"}),
    ({"region": "BE1"}, {"Cell Works"}), ({"stage": "clinical"}, {"Cell Works"}),
])
def test_a_part_of_the_chain(atlas, asked, who):
    found = _stages(chain(atlas, ChainRequest(**asked)))
    assert {name for names in found.values() for name in names} == who


def test_evidence_names_the_row_that_says_so(atlas):
    (item,) = chain(atlas, ChainRequest(stage="manufacturing")).items
    told = {statement.code: statement for statement in item.evidence}
    assert told["chain.offers"].values["capabilities"] == ["aav-vectors"]
    assert [cited.source_id for cited in told["chain.offers"].citations] == ["aav"]
    assert told["chain.works_with"].values["platforms"] == ["cell-therapy"]
    (cited,) = told["chain.works_with"].citations
    assert (cited.source_id, cited.prop) == ("cells", "stage")


@pytest.mark.parametrize(("stage", "told"), [
    ("preclinical", {"chain.does": ["toxicology"]}), ("clinical", {"chain.can": ["phase-1-beds"]}),
    ("discovery", {"chain.works_with": None}), ("care", {"chain.stands_at": None})])
def test_what_is_done_at_a_stage_is_told_there_alone_and_for_whom(tmp_path, stage, told):
    opened = open_atlas(_built(tmp_path, worlds.World(
        pack=[pack_row("all", "All Works", kind="cro", stages="discovery;preclinical;clinical;care",
                       platforms="gene-therapy")],
        curated={"capabilities.csv": [
            curated_row(key="tox", organisation="all", activity="toxicology", availability="internal"),
            curated_row(key="beds", organisation="all", activity="phase-1-beds")]})).home)
    (item,) = chain(opened, ChainRequest(stage=stage)).items
    opened.close()
    assert {statement.code: statement.values.get("capabilities") for statement in item.evidence[1:]} == told


def test_one_stage_alone_has_no_thinnest_link(atlas):
    codes = {statement.code for statement in chain(atlas, ChainRequest(stage="manufacturing")).summary}
    assert not codes & {"chain.thinnest", "chain.thinnest_otherwise", "chain.empty_stages"}


def test_a_technology_is_missed_only_where_it_is_applied(tmp_path):
    opened = open_atlas(_built(tmp_path, worlds.World(pack=[
        pack_row("apps", "Apps", stages="care", platforms="digital-health"),
        pack_row("cells", "Cell Works", stages="manufacturing;clinical;preclinical", platforms="cell-therapy")])).home)
    gaps = [(statement.values["stage"], statement.values["platform"])
            for statement in chain(opened, ChainRequest()).summary if statement.code == "chain.gap"]
    opened.close()
    assert gaps == [("clinical", "digital-health")]


def test_empty_crossings_are_named_as_gaps(atlas):
    answer = chain(atlas, ChainRequest())
    cells = {(cell["stage"], cell["platform"]): cell["organisations"] for cell in answer.figures["cells"]}
    assert cells["manufacturing", "gene-therapy"] == 1
    assert cells["clinical", "gene-therapy"] == 0
    assert {statement.code for statement in answer.summary} >= {"chain.thinnest_otherwise", "chain.gap"}


def test_stages_where_nobody_is_known_come_before_the_thinnest_of_the_others(atlas):
    answer = chain(atlas, ChainRequest(platform="gene-therapy"))
    empty, thinnest = answer.summary[:2]
    assert (empty.code, thinnest.code) == ("chain.empty_stages", "chain.thinnest_otherwise")
    assert empty.values["stages"] == [stage for stage, names in _stages(answer).items() if not names]
    assert thinnest.values["organisations"] == min(
        item.values["organisations"] for item in answer.items if item.values["organisations"])


@pytest.mark.parametrize(("asked", "says"), [
    ({"platform": "magic"}, "magic"), ({"stage": "afterlife"}, "afterlife"), ({"region": "NL"}, "not in the region"),
    ({"compare": ("XX9",)}, "XX9"), ({"compare": ("be'; DROP",)}, "DROP"), ({"limit": -1}, "Fewer than no"),
])
def test_what_cannot_be_asked(atlas, asked, says):
    with pytest.raises(BadInput, match=says) as raised:
        chain(atlas, ChainRequest(**asked))
    assert raised.value.hint


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_an_answer_too(atlas, language):
    told = as_data(chain(atlas, ChainRequest(platform="plasma-derived")), language)
    assert told["items"] == []
    assert told["cannot_tell"]["text"]


def test_membership_of_the_cluster_changes_nothing(atlas, tmp_path):
    members = curated_row(key="members", name_en="Members", kind="network", coordinator="cluster", partners="cells")
    flipped = replace(WORLD, curated={**WORLD.curated, "partnerships.csv": [members]}).with_rows(
        pack=[pack_row("cluster", "The Cluster", kind="cluster-organisation")])
    opened = open_atlas(_built(tmp_path, flipped).home)
    with_members = [(item.id, item.values) for item in chain(opened, ChainRequest()).items]
    opened.close()
    assert with_members == [(item.id, item.values) for item in chain(atlas, ChainRequest()).items]


def test_regions_are_compared_only_on_what_all_have(atlas):
    assert all(quotient.quotient is None and quotient.count == 0 for quotient in compared(atlas, ["BE"]))


@pytest.mark.parametrize("specify", [heat_map, flow])
@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_say_their_numbers(atlas, specify, language):
    answer = chain(atlas, ChainRequest())
    svg = ET.fromstring(drawn(specify(answer, language), "svg"))
    shown = {node.text for node in svg.iter("{http://www.w3.org/2000/svg}text")}
    assert terms(Vocabulary.STAGE)["manufacturing"].labels[language] in shown
    if specify is flow:
        assert {cell["names"][language] for cell in answer.figures["places"]} <= shown


@pytest.mark.parametrize(("name", "kind", "begins"), [("a.svg", "heat", b"<svg"), ("a.png", "flow", b"\x89PNG"),
                                                     ("a.csv", "heat", b"stage,platform,organisations"),
                                                     ("places.csv", "flow", b"stage,nuts,place,organisations")])
def test_the_terminal_writes_the_picture(home, tmp_path, capsys, name, kind, begins):
    target = tmp_path / name
    app(["--home", str(home.home), "chain", "--picture", str(target), "--kind", kind, "--json"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out)["question"] == "chain"
    assert target.read_bytes().startswith(begins)
    if kind == "heat" and name.endswith("csv"):
        rows = list(csv.DictReader(target.read_text(encoding="utf-8").splitlines()))
        assert {"stage": "manufacturing", "platform": "gene-therapy", "organisations": "1"} in rows


@pytest.mark.parametrize("words", [["--picture", "a.xlsx"], ["--picture", "nowhere/a.svg"],
                                   ["--picture", "a.svg", "--kind", "cloud"],
                                   ["--picture", "a.svg", "--platform", "plasma-derived"]])
def test_what_cannot_be_drawn(home, words):
    with pytest.raises(BadInput):
        app(["--home", str(home.home), "chain", *words], standalone_mode=False)


def test_a_region_that_is_named_twice_is_compared_once(atlas):
    assert compared(atlas, ["BE", "FR", "BE", "FR"]) == compared(atlas, ["BE", "FR"])
