"""Search: one box that forgives, filters that count, pages that stand still."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

import worlds
from openvalley.atlas.reader import open_atlas
from openvalley.errors import BadInput
from worlds import ror_id

_UNIVERSITY, _HOSPITAL, _SAINT, _BIOTECH = ror_id(1), ror_id(2), ror_id(3), "pic:990000002"


@pytest.mark.parametrize(("text", "first"), [
    ("Schelde University", _UNIVERSITY), ("schelde university", _UNIVERSITY), ("University Schelde", _UNIVERSITY),
    ("Shelde Univercity", _UNIVERSITY), ("Universiteit Schelde", _UNIVERSITY), ("Universität Schelde", _UNIVERSITY),
    ("Universite de l'Escaut", _UNIVERSITY), ("USchelde", _UNIVERSITY), ("Schelde Univ. Gent", _UNIVERSITY),
    ("UZK", _HOSPITAL), ("Kaai University Hospital", _HOSPITAL), ("UZ Kaai", _HOSPITAL), ("U.Z. Kaai", _HOSPITAL),
    ("universitair ziekenhuis kaai leuven", _HOSPITAL), ("Universitätsklinikum Kaai", _HOSPITAL),
    ("St Pieters ziekenhuis", _SAINT), ("hopital saint pierre", _SAINT), ("Hopital St-Pierre Bruxelles", _SAINT),
    ("scheldebiotech", _BIOTECH), ("Schelde Biotech NV", _BIOTECH), ("Schelde Bio tech", _BIOTECH),
    ("River Vaccines", _BIOTECH), ("Dunya Universitesi", ror_id(10)), ("990000002", _BIOTECH),
    ("RIVERVAX", "cordis:700001"), ("rivervaks", "cordis:700001"), ("tidegene studies", "cordis:700002"),
    ("101000004", "cordis:101000004"), ("therapy along the delta", "cordis:101000004"),
])
def test_the_right_thing_comes_first(atlas, text, first):
    found = atlas.search(text).items
    assert found
    assert found[0].id == first, [(hit.name, hit.score) for hit in found[:3]]


def test_a_hit_says_what_a_list_shows(atlas):
    hit = atlas.search("Schelde Biotech").items[0]
    assert (hit.type, hit.name, hit.shown["kind"], hit.shown["country"], hit.shown["city"]) == (
        "organisation", "Schelde Biotech", "company", "BE", "Gent")
    assert 0.9 < hit.score <= 1
    project = atlas.search("RIVERVAX").items[0]
    assert (project.type, project.shown["programme"], project.shown["participants"]) == ("project", "H2020", 2)


def test_hits_are_ordered_by_their_score(atlas):
    scores = [hit.score for hit in atlas.search("institute of river university").items]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) > 2


def test_the_town_of_an_organisation_helps_to_find_it(atlas):
    assert atlas.search("Dender Technical School Aalst").items[0].id == ror_id(9)
    assert atlas.search("River Biology Utrecht").items[0].id == ror_id(5)


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "!?", "---", "()", "'", "*", "\0"])
def test_no_words_list_everything(atlas, text):
    answer = atlas.search(text, limit=100)
    assert answer.total == len(answer.items) == 15 + 4
    assert {hit.type for hit in answer.items} == {"organisation", "project"}


@pytest.mark.parametrize("text", [
    "x" * 10_000, "schelde " * 1_250, "é" * 5_000, "a b c d e " * 1_000, '"' * 300, "(a OR b) AND NOT c~2^5", "name:x",
    "[a TO b]", "\\", "id:*", "/regex/", "🧬🧬", "北京大学", "\ud7ff", "'; DROP TABLE organisation", "<script>",
])
def test_any_text_is_only_text(atlas, text):
    answer = atlas.search(text, facets=True)
    assert len(answer.query) <= 300
    assert all(0 <= hit.score <= 1 for hit in answer.items)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_answered(atlas, text):
    answer = atlas.search(text, limit=5)
    assert len(answer.items) <= 5
    assert answer.total >= len(answer.items)


def test_nothing_like_it_is_nothing(atlas):
    answer = atlas.search("Qwrtzp Xyvbnm")
    assert (answer.total, list(answer.items)) == (0, [])


@pytest.mark.parametrize("text", ["", "schelde", "university"])
@pytest.mark.parametrize("types", [(), ("organisation",), ("project",)])
def test_facets_count_what_their_filter_gives(atlas, text, types):
    answer = atlas.search(text, types=types, facets=True)
    for name, value in ((name, value) for name, values in answer.facets.items() for value in values):
        if name == "type" and types:
            continue
        filtered = atlas.search(text, types=types, filters={name: [value[0]]})
        assert filtered.total == value[1], (name, value)


@pytest.mark.parametrize(("filters", "names"), [
    ({"kind": ["incubator"]}, {"Kaai Incubator"}),
    ({"kind": ["incubator", "university-hospital"]}, {"Kaai Incubator", "UZ Kaai"}),
    ({"stage": ["clinical"]}, {"Schelde Biotech", "UZ Kaai"}),
    ({"stage": ["clinical"], "platform": ["mrna"]}, {"Schelde Biotech"}),
    ({"country": ["TR"]}, {"Dünya Üniversitesi"}), ({"state": ["dissolved"]}, {"Bygone Sera"}),
    ({"city": ["Utrecht"]}, {"Institute of River Biology"}), ({"kind": ["nonsense"]}, set()), ({"kind": []}, None),
    ({"programme": ["HORIZON"]}, {"DELTACELL"}),
])
def test_filters_keep_what_has_the_value(atlas, filters, names):
    answer = atlas.search("", filters=filters, limit=100)
    if names is None:
        assert answer.total == 19
    else:
        assert {hit.name for hit in answer.items} == names
        assert answer.total == len(names)


@pytest.mark.parametrize("text", ["", "schelde", "institute school university"])
@pytest.mark.parametrize("size", [1, 3, 7])
def test_pages_show_everything_once(atlas, text, size):
    whole = atlas.search(text, limit=100)
    pages = [atlas.search(text, limit=size, offset=at) for at in range(0, whole.total, size)]
    assert [hit.id for hit in chain.from_iterable(page.items for page in pages)] == [hit.id for hit in whole.items]
    assert {page.total for page in pages} == {whole.total}


def test_a_page_behind_the_last_is_empty(atlas):
    assert list(atlas.search("schelde", offset=5_000).items) == []


@pytest.mark.parametrize("asked", [
    {"types": ["person"]}, {"types": [""]}, {"filters": {"colour": ["red"]}}, {"limit": 0}, {"limit": 1001},
    {"limit": -1}, {"offset": -1}, {"offset": 10_001},
])
def test_what_cannot_be_asked_is_said_so(atlas, asked):
    with pytest.raises(BadInput) as refused:
        atlas.search("schelde", **asked)
    assert refused.value.hint


def test_organisations_without_a_name_are_never_suggested(atlas):
    assert all(hit.name for hit in atlas.search("", limit=100).items)
    assert "pic:990000006" not in {hit.id for hit in atlas.search("990000006").items}


@pytest.fixture(scope="module")
def offering(tmp_path_factory):
    """An atlas in which one organisation fills and finishes, and says so only by its capability."""
    settings = worlds.home_at(tmp_path_factory.mktemp("offering") / "home")
    worlds.build(settings, worlds.World(
        pack=[worlds.pack_row("quiet", "Quiet Works", city="Gent"), worlds.pack_row("syringe", "Syringe Museum")],
        curated={"capabilities.csv": [worlds.curated_row(key="quiet-filling", organisation="quiet",
                                                         activity="fill-finish", city="Gent")]}))
    opened = open_atlas(settings.home)
    yield opened
    opened.close()


@pytest.mark.parametrize("text", ["company that fills vials", "bedrijf dat spuiten vult", "wer kann Spritzen abfüllen"])
def test_who_does_it_is_found_by_meaning_where_words_fail(offering, text):
    answer = offering.search(text)
    assert answer.items[0].name == "Quiet Works"
    assert "meanings" in answer.method


def test_a_name_written_apart_is_found(offering):
    assert offering.search("syr inge").items[0].name == "Syringe Museum"
    assert offering.search("qui et").items[0].name == "Quiet Works"


def test_a_name_is_never_pushed_aside_by_a_meaning(offering):
    assert offering.search("Syringe Museom").items[0].name == "Syringe Museum"


@pytest.mark.parametrize("text", ["vials", "Spritzen", "flacons"])
def test_a_word_that_nothing_holds_finds_who_it_hints_at_and_then_close_spellings_alone(offering, text):
    answer = offering.search(text, types=["organisation"])
    assert [hit.name for hit in answer.items] == ["Quiet Works"]
    assert (answer.whole, answer.words, answer.total) == (False, 1, 1)
    assert "meanings" in answer.method


@pytest.mark.parametrize(("text", "names"), [
    ("Quiat", ["Quiet Works"]), ("Quaat", []), ("Quit", []), ("Museam", ["Syringe Museum"]), ("Musaam", []),
    ("syringemuseem", ["Syringe Museum"]), ("syrangemuseem", ["Syringe Museum"]), ("syrangemaseem", []),
    ("quietworksgent", ["Quiet Works"]),
])
def test_a_spelling_is_close_by_one_letter_in_eight_and_two_in_more(offering, text, names):
    answer = offering.search(text, types=["organisation"])
    assert [hit.name for hit in answer.items] == names
    assert answer.total == len(names)


@pytest.fixture(scope="module")
def mixed_up(tmp_path_factory):
    """An atlas in which a project holds what is asked for, and many short names hold a part of it."""
    settings = worlds.home_at(tmp_path_factory.mktemp("mixed") / "home")
    names = [f"{name} Fever" for name in ("Amber", "Bronze", "Cobalt", "Dune", "Ember", "Flint", "Grove", "Heath",
                                          "Indigo", "Jade", "Karst", "Loam", "Marsh", "Nacre", "Ochre", "Peat",
                                          "Quartz", "Reed", "Slate", "Tidal", "Umber", "Vale", "Willow")]
    worlds.build(settings, worlds.World(
        projects=[worlds.project(700007, "BARKEX", title="Bark extract in adults with marsh fever at the coast")],
        participants=[worlds.participant(700007, 990000077, "Fever Institute")],
        pack=[worlds.pack_row(name.split()[0].lower(), name) for name in names]))
    opened = open_atlas(settings.home)
    yield opened
    opened.close()


def test_what_holds_every_word_stands_before_what_is_liker_to_some(mixed_up):
    answer = mixed_up.search("marsh fever coast", counted=True)
    assert (answer.items[0].name, answer.holding, answer.whole) == ("BARKEX", 1, True)
    scores = [hit.score for hit in answer.items]
    assert scores == sorted(scores, reverse=True)
    assert answer.items[1].name == "Marsh Fever"


def test_a_list_of_all_types_counts_each_and_shows_each(mixed_up):
    answer = mixed_up.search("umber fever extract", counted=True)
    assert answer.types == {"organisation": 24, "project": 1}
    assert sum(answer.types.values()) == answer.total
    assert not mixed_up.search("umber fever extract").types
    assert "project" in {hit.type for hit in answer.items}
