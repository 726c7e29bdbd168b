"""Harvests keep what is good, say what changed, and leave the last good version where something is wrong."""

import pytest

from descriptions import CATALOGUE, HEART, PREFIXES, SHAPES
from openvalley.errors import BadInput, SourceUnavailable
from openvalley.healthdata.catalogue import checking, feeds, finding, harvesting, leaving, shapes
from openvalley.healthdata.catalogue.feeds import Feed
from openvalley.healthdata.catalogue.reading import read
from worlds import quiet


@pytest.fixture
def origin(tmp_path):
    path = tmp_path / "catalogue.ttl"
    path.write_text(CATALOGUE, encoding="utf-8")
    return path


@pytest.fixture
def gathered(home, origin):
    harvesting.harvest(home, Feed("agency", str(origin)), quiet)
    return home


def test_a_harvest_keeps_data_sets_without_persons(home, origin):
    came = harvesting.harvest(home, Feed("agency", str(origin)), quiet)
    assert (came.datasets, came.errors, came.withheld) == (2, None, 3)
    assert [change.kind for change in came.changes] == ["new", "new"]
    assert [one.title for one in feeds.held(home, "agency")] == ["Heart failure cohort", "MS-register"]
    files = [path for path in (home.home / "healthdata").rglob("*") if path.is_file()]
    kept = "".join(path.read_text(encoding="utf-8") for path in files)
    assert "Vandamme" not in kept
    assert "mailto:" not in kept


def test_what_is_checked_is_kept_with_what_is_wrong(home, origin, tmp_path):
    (tmp_path / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    shapes.keep(home, "dcat-ap", [tmp_path / "shapes.ttl"])
    came = harvesting.harvest(home, Feed("agency", str(origin), "dcat-ap"), quiet)
    assert (came.errors, len(feeds.found_wrong(home, "agency"))) == (3, 4)


def test_the_same_again_is_nothing_new(gathered, origin):
    assert harvesting.harvest(gathered, Feed("agency", str(origin)), quiet) is None


def test_what_changed_is_told_by_data_set_and_fact(gathered, origin):
    origin.write_text(f"{PREFIXES}{HEART.replace('1200', '1300').replace('echo', 'ultrasound')}"
                      '<https://kaai.example/data/eye> a dcat:Dataset ; dct:title "Eyes"@en .', encoding="utf-8")
    came = harvesting.harvest(gathered, Feed("agency", str(origin)), quiet)
    told = {change.title: (change.kind, list(change.facts)) for change in came.changes}
    assert told == {"Eyes": ("new", []), "MS-register": ("gone", []),
                    "Heart failure cohort": ("changed", ["keywords", "records"])}
    assert feeds.last(gathered, "agency") == came


@pytest.mark.parametrize("broken", ["nonsense", f"{PREFIXES}<urn:x> a dcat:Catalog .", ""])
def test_what_is_no_description_leaves_the_last_good_version(gathered, origin, broken):
    origin.write_text(broken, encoding="utf-8")
    with pytest.raises(BadInput):
        harvesting.harvest(gathered, Feed("agency", str(origin)), quiet)
    assert len(feeds.held(gathered, "agency")) == 2


def test_an_address_that_cannot_be_reached_leaves_it_too(gathered):
    with pytest.raises((SourceUnavailable, BadInput)):
        harvesting.harvest(gathered, Feed("agency", "http://agency.invalid/catalogue.ttl"), quiet)
    assert feeds.feed(gathered, "agency").origin.endswith("catalogue.ttl")
    assert len(feeds.held(gathered, "agency")) == 2


def test_old_versions_go_and_the_one_in_use_stays(gathered, origin):
    for number in range(8):
        origin.write_text(CATALOGUE.replace("1200", str(2000 + number)), encoding="utf-8")
        harvesting.harvest(gathered, Feed("agency", str(origin)), quiet)
    folder = gathered.home / "healthdata" / "feeds" / "agency"
    assert len([path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]) == 5
    assert feeds.held(gathered, "agency")[0].records == 2007


@pytest.mark.parametrize("name", ["", "../x", "A", "x" * 41, "a b"])
def test_a_feed_has_a_plain_name(home, name):
    with pytest.raises(BadInput, match="no name"):
        feeds.add(home, Feed(name, "x"))


@pytest.mark.parametrize(("text", "first"), [
    ("hartfalen", "Heart failure cohort"), ("sclérose en plaques", "MS-register"), ("echo", "Heart failure cohort"),
    ("multiple sclerosis", "MS-register"), ("Kaai", None), ("malaria", ""), ("", None), ("!!", None),
])
def test_words_find_data_sets_in_four_languages(gathered, text, first):
    found = finding.find(finding.entries(gathered), text)
    titles = [entry.dataset.title for _, entry in found.items]
    assert (titles[:1] or [""])[0] == (first if first is not None else titles[0])
    assert found.total == {None: 2, "": 0}.get(first, 1)


def test_facets_narrow_and_count(gathered):
    there = finding.entries(gathered)
    found = finding.find(there, filters={"access": "RESTRICTED"})
    assert [entry.dataset.title for _, entry in found.items] == ["MS-register"]
    assert finding.find(there).facets["holder"] == [("Kaai University Hospital", 2)]
    with pytest.raises(BadInput, match="narrowed"):
        finding.find(there, filters={"colour": "red"})


def test_a_data_set_is_found_by_its_address_or_its_end(gathered):
    there = finding.entries(gathered)
    assert finding.one(there, "heart").dataset.id == "https://kaai.example/data/heart"
    for unknown in ("eye", "", "https://kaai.example/data"):
        with pytest.raises(BadInput, match="no data set"):
            finding.one(there, unknown)


@pytest.mark.parametrize("form", leaving.FORMATS)
def test_what_leaves_can_be_read_again(gathered, form):
    for profile in shapes.PROFILES:
        text = leaving.written(leaving.catalogue(gathered, profile, "https://here.example/catalogue"), form)
        again = read(text.encode(), {"turtle": "turtle", "jsonld": "json-ld", "rdfxml": "xml"}[form], "again")
        assert ("numberOfRecords" in text) == (profile == "healthdcat-ap")
        assert "2048.0" not in text
        assert len(again) > 20


def test_nothing_leaves_where_nothing_is(home):
    with pytest.raises(BadInput, match="nothing to pass on"):
        leaving.catalogue(home, "dcat-ap", "urn:x")
    for wrong in ("xml", "dcat-ap-4"):
        with pytest.raises(BadInput):
            leaving.catalogue(home, wrong, "urn:x")


@pytest.mark.mirror
def test_the_demo_catalogue_leaves_as_valid_as_it_came(home, mirror):
    folder = mirror / "dcat"
    shapes.keep(home, "healthdcat-ap", [folder / "healthdcatap-shacl.ttl"])
    shapes.keep(home, "dcat-ap", [folder / "dcat-ap" / "releases_3.0.1_html_shacl_shapes.ttl"])
    came = harvesting.harvest(home, Feed("demo", str(folder / "health-catalog.ttl"), "healthdcat-ap"), quiet)
    assert (came.datasets, came.errors) == (21, 0)
    for profile in shapes.PROFILES:
        left = leaving.catalogue(home, profile, "https://here.example/catalogue")
        assert checking.findings(left, shapes.shapes(home, profile)) == []
