"""About the data: what a reader learns of each source, and of one that is in trouble, without a new atlas."""

import json
import re
import shutil
from html import unescape

import pytest
import stamina
from hostile_server import Answer, HostileServer

from exports import own_source
from making import relaxed
from openvalley.atlas.scope import rules
from openvalley.pipeline import current_manifest
from openvalley.sources.catalogue import sources
from openvalley.sources.persons import WITHHELD
from openvalley.sources.ror import connector as ror
from openvalley.sources.sync import sync_source
from openvalley.sources.versions import forget_problem, note_problem

_ABOUT = "/en/about-the-data"


@pytest.fixture
def section(page):
    """Return a function that gives the part of the page about one source, in plain characters."""
    def read(name, url=_ABOUT):
        return unescape(page(url).partition(f'aria-labelledby="source-{name}"')[2].partition("</article>")[0])

    return read


@pytest.fixture
def failing(site, monkeypatch):
    """Return a function that syncs ROR from a server that answers so; in the end ROR is well again."""
    monkeypatch.setenv("NO_PROXY", "*")
    with stamina.set_testing(True, attempts=2, cap=True), HostileServer() as server:
        monkeypatch.setattr(ror, "RELEASES", server.url("/releases"))

        def sync(*answers):
            server.script("/releases", *answers)
            result = sync_source(site, relaxed(sources(site)["ror"]), None, lambda *_: None)
            assert result.outcome == "failed"
            return result

        yield sync
    forget_problem(site, "ror")


@pytest.mark.parametrize(("answer", "says"), [
    (Answer(status=503), "The register could not be reached, or did not let us in."),
    (Answer(status=403), "The register could not be reached, or did not let us in."),
    (Answer(b"{}"), "The register gives its data in another form than before; the program has to be adapted."),
    (Answer(b"<html>Back soon"), "What came could not be read: it was broken off, damaged, or a web page in place of"),
], ids=["down", "refused", "changed", "maintenance"])
def test_a_failed_sync_is_said_at_once_and_in_words_for_readers(section, failing, site, answer, says):
    assert "no newer version" not in section("ror")
    failing(answer)
    told = section("ror")
    assert says in told
    assert "no newer version could be taken in; last tried on" in told
    assert "The last good version, of 30 Nov 2025, stays in use." in told
    assert "last sync failed" in told
    assert not any(secret in told for secret in ("127.0.0.1", str(site.home), "503"))
    assert "no newer version" not in section("cordis")
    assert re.search(r"\((today|1 day ago)\), from a mirror", section("cordis"))  # built before midnight, perhaps
    assert "no row set aside" in section("cordis")
    forget_problem(site, "ror")
    assert "no newer version" not in section("ror")


def test_a_reader_who_has_the_page_gets_the_new_one(client, failing):
    first = client.get(_ABOUT)
    assert client.get(_ABOUT, headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    failing(Answer(status=503))
    again = client.get(_ABOUT, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.headers["ETag"] != first.headers["ETag"]) == (200, True)
    assert "no-cache" in again.headers["Cache-Control"]


def test_a_long_trouble_says_since_when(section, failing, site):
    problem = failing(Answer(status=503)).problem
    path = site.records / "ror" / "problem.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "since": "2026-01-02T00:00:00+00:00"}))
    note_problem(site, "ror", problem)
    assert "Since 2 Jan 2026 no newer version could be taken in" in section("ror")


def test_the_trouble_is_in_the_machine_format_too(page, failing):
    assert json.loads(page(f"{_ABOUT}.json"))["problems"] == {}
    failing(Answer(status=503))
    (problem,) = json.loads(page(f"{_ABOUT}.json"))["problems"].items()
    assert (problem[0], problem[1]["code"], set(problem[1])) == ("ror", "source_unavailable", {"code", "since", "at"})


@pytest.fixture
def never_fetched(site):
    """Bring a source that is known and was never fetched; return the names of those that the atlas holds."""
    own_source(site, "later", {"call": []})
    yield {source["name"] for source in current_manifest(site)["sources"]}
    shutil.rmtree(site.own_sources / "later")


def test_sources_that_are_not_in_the_atlas_say_why(page, site, never_fetched):
    held = never_fetched
    text = unescape(page(f"{_ABOUT}?later"))  # an address of its own: pages are kept
    told = text.partition('aria-labelledby="absent"')[2].partition("</section>")[0]
    entries = {entry.partition("<strong>")[2].partition("</strong>")[0]: entry for entry in told.split("<li>")[1:]}
    assert entries.keys() == {source.specification.title for name, source in sources(site).items() if name not in held}
    kbo = entries["Crossroads Bank for Enterprises (KBO/BCE)"]
    assert "It comes by hand, and nobody has brought it yet:" in kbo
    assert 'href="https://kbopub.economie.fgov.be/kbo-open-data"' in kbo
    assert str(site.home) not in text
    assert "It has not been fetched yet." in entries["The later"]
    assert sorted(json.loads(page(f"{_ABOUT}.json?later"))["absent"]) == sorted(set(sources(site)) - held)


def test_rows_have_names_and_what_was_withheld_is_counted(section, site):
    from openvalley.site.shelf import shelf

    assert site.home.exists()
    with shelf().borrow() as atlas:
        (cordis,) = [source for source in atlas.manifest["sources"] if source["name"] == "cordis"]
        before = dict(cordis)
        try:
            cordis.update(rows={"trial": 7003, "trial_site": 16000, "unheard_of": 1}, counted={WITHHELD: 512},
                          quarantined=3, origin="user")
            told = section("cordis", f"{_ABOUT}?counted")
            assert "7,003 trials, 16,000 trial sites, 1 unheard_of; 3 rows set aside as unusable" in told
            assert "512 names withheld because they may be persons'" in told
            assert "brought by hand" in told
        finally:
            cordis.clear()
            cordis.update(before)


def test_a_source_of_its_own_that_is_wrong_does_not_take_the_page_away(page, site):
    folder = site.own_sources / "wrong"
    folder.mkdir(parents=True)
    try:
        (folder / "source.toml").write_text("name = ")
        assert "CC0-1.0" in page(f"{_ABOUT}?wrong")
    finally:
        (folder / "source.toml").unlink()
        folder.rmdir()


def test_a_table_of_contents_leads_to_every_part(page):
    text = page(_ABOUT)
    contents = text.partition('<nav class="contents"')[2].partition("</nav>")[0]
    links = re.findall(r'<a href="#([^"]+)">', contents)
    parts = re.findall(r'<h[23] id="([^"]+)"', text)
    assert sorted(links) == sorted(part for part in parts if part != "contents")
    assert text.index("</nav>", text.index('class="contents"')) < text.index('id="sources"')


def test_a_register_of_projects_says_which_are_in_it(section):
    told = section("cordis")
    assert re.search(r"<dt>Projects in it</dt><dd>\d+ projects of Horizon 2020, started from \d{4} to \d{4}; ", told)
    assert "Projects in it" not in section("ror")


def test_the_rules_of_the_life_sciences_are_told_in_full(page):
    text = unescape(page(_ABOUT)).partition('aria-labelledby="scope"')[2].partition("</section>")[0]
    rows = {code: (label, weight) for label, code, weight in re.findall(
        r'<th scope="row">([^<]+)</th><td><code>([^<]+)</code></td><td class="n">([^<]+)</td>', text)}
    listed = {**rules()["programmes"], **rules()["fields"]}
    assert {code: float(weight) for code, (_, weight) in rows.items()} == listed
    assert all(label != code for code, (label, _) in rows.items())
    assert rows["H2020-EU.3.2"][0].startswith("Food security")
    assert "together count 1 at least" in text
    assert re.search(r"they must count 2 at least: Company, Spin-off, .*also count 30 % of", text, re.DOTALL)
    home = unescape(page("/en/"))
    assert "food, agriculture, forestry, the sea and the bioeconomy" in home
    assert 'href="/en/about-the-data#scope"' in home
