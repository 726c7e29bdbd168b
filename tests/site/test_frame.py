"""What holds for every answer: headers, errors, languages, machine formats."""

import gzip
import json
import shutil
import stat
from contextlib import closing

import pytest
from django.test import override_settings

from openvalley.settings import Settings
from worlds import RIVER, World, build, home_at, ror_id

UNIVERSITY = "/organisation/ror/" + ror_id(1).rpartition("/")[2]


def test_the_content_policy_allows_no_inline_code(client):
    answer = client.get("/en/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    text = answer.content.decode()
    assert " style=" not in text
    assert "<style" not in text
    assert " onclick=" not in text
    assert "https://cdn" not in text


def test_reading_sets_no_cookie(client):
    for url in ("/", "/en/", "/en/search?q=x", "/en" + UNIVERSITY):
        assert not client.get(url).cookies


def test_a_page_that_is_known_is_not_sent_again(client):
    first = client.get("/en/project/cordis/700001")
    assert "max-age" in first.headers["Cache-Control"]
    again = client.get("/en/project/cordis/700001", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_pages_are_compressed_and_static_files_carry_their_hash(client, page):
    assert client.get("/en/", headers={"accept-encoding": "gzip"}).headers["Content-Encoding"] == "gzip"
    text = page("/en/")
    address = text[text.index("/static/openvalley/style."):].split('"')[0]
    assert address != "/static/openvalley/style.css"
    with closing(client.get(address)) as answer:
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_page_that_is_kept_comes_compressed_only_to_who_takes_it(client):
    url = "/en" + UNIVERSITY
    plain = client.get(url).content
    for _ in range(2):   # made, then kept
        answer = client.get(url, headers={"accept-encoding": "br, gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.content) == plain
        assert int(answer.headers["Content-Length"]) == len(answer.content) < len(plain)
        again = client.get(url, headers={"accept-encoding": "identity"})
        assert "Content-Encoding" not in again.headers
        assert again.content == plain


@pytest.mark.parametrize(("url", "status", "says"), [
    ("/fr/rien", 404, "Cette page n\u2019existe pas"),
    ("/de/organisation/ror/000000000", 404, "Diese Seite gibt es nicht"),
    ("/nl/project/cordis/1", 404, "Deze pagina bestaat niet"),
    ("/en/organisation/" + "x" * 3000, 404, "There is no such page"),
    ("/en/map.exe", 404, "There is no such page"),
    ("/fr/search?type=x", 400, "Cette adresse est incompréhensible"),
])
def test_what_is_wrong_is_said_in_the_readers_language(page, url, status, says):
    text = page(url, status)
    assert says in text
    assert 'role="search"' in text


@pytest.mark.parametrize("url", ["/xx/", "/xx", "/xx/rank"])
def test_a_language_that_the_site_does_not_speak_is_answered_in_the_browsers(client, url):
    answer = client.get(url, headers={"accept-language": "nl-BE,nl;q=0.9,en;q=0.5"})
    assert answer.status_code == 404
    assert '<html lang="nl"' in answer.content.decode()
    assert "Deze pagina bestaat niet" in answer.content.decode()


@pytest.mark.parametrize(("typed", "leads_to"), [
    ("/fr", "/fr/"), ("/en/map/?kind=company", "/en/map?kind=company"), ("/nl/rank/", "/nl/rank"),
    (f"/de{UNIVERSITY}/", f"/de{UNIVERSITY}"), ("/en/press//", "/en/press"),
])
def test_a_slash_too_many_or_too_few_leads_where_it_is_meant(client, typed, leads_to):
    answer = client.get(typed)
    assert (answer.status_code, answer.headers["Location"]) == (301, leads_to)
    assert client.get(leads_to).status_code == 200


@pytest.mark.parametrize("typed", ["/nothing/", "/fr/nothing/", "/en/organisation/ror/000000000/"])
def test_a_slash_leads_nowhere_else(client, typed):
    answer = client.get(typed, follow=True)
    assert answer.status_code == 404
    assert all(url.startswith("/en/") for url, _status in answer.redirect_chain)


def test_a_slash_leads_to_no_other_site(client):
    assert client.get("/", PATH_INFO="//evil.example/").status_code == 404


def test_withdrawn_organisations_are_gone(page):
    page("/en/organisation/" + ror_id(7), 404)


def test_errors_of_machine_formats_are_json(client):
    answer = client.get("/en/organisation/ror/000000000.json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_id")


#: What Django itself refuses before any view: a host that is not ours, and more parameters than anybody gives.
_REFUSED = [("?", "evil.example"), ("?" + "a=1&" * 1_500, "localhost")]


@pytest.mark.parametrize(("query", "host"), _REFUSED)
def test_what_is_refused_at_the_door_is_refused_in_the_readers_form(client, query, host):
    def asked(path):
        return client.get(path + query, headers={"host": host})

    page, route, service = asked("/nl/search"), asked("/api/v1/organisations"), asked("/reconcile")
    assert {answer.status_code for answer in (page, route, service)} == {400}
    assert '<html lang="nl"' in page.content.decode()
    assert route.headers["Content-Type"] == "application/problem+json"
    assert (route.json()["code"], route.json()["status"]) == ("bad_input", 400)
    assert service.json()["status"] == "error"


@pytest.mark.parametrize(("language", "says"), [
    ("en", "This page is only read"), ("nl", "Deze pagina wordt alleen gelezen"),
    ("fr", "Cette page se lit seulement"), ("de", "Diese Seite wird nur gelesen")])
def test_only_reading_is_allowed(client, language, says):
    for answer in (client.post(f"/{language}/search", {"q": "x"}), client.options(f"/{language}/"),
                   client.trace(f"/{language}/fund.ics")):
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
        assert says in answer.content.decode()
    refused = client.put("/reconcile")
    assert (refused.status_code, refused.json()["status"]) == (405, "error")


def test_a_mistake_of_ours_is_owned(client, monkeypatch):
    from openvalley.atlas.reader import Atlas

    monkeypatch.setattr(Atlas, "counts", lambda _: 1 / 0)
    answer = client.get("/de/about-the-data?broken")
    assert answer.status_code == 500
    assert "Bei uns ist etwas schiefgegangen" in answer.content.decode()


def test_without_an_atlas_the_page_says_what_to_run(client, tmp_path):
    with override_settings(OPENVALLEY=Settings(home=tmp_path)):
        for url in ("/nl/", "/nl/search?q=x", "/nl" + UNIVERSITY):
            answer = client.get(url)
            assert answer.status_code == 503
            assert "openvalley up" in answer.content.decode()
            assert "Er is nog niets opgebouwd" in answer.content.decode()
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("url", ["/en/home.json", "/en/search.json?q=schelde", f"/en{UNIVERSITY}.json",
                                 "/en/project/cordis/700001.json", "/en/trial/clinicaltrials/NCT99000001.json",
                                 "/en/call/calls/HORIZON-HLTH-2024-RIVER-01-01.json", "/en/region/BE23.json",
                                 "/en/about-the-data.json"])
def test_each_page_has_its_json(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.json()["atlas_version"]


def test_linked_data_says_what_the_page_says(page):
    for url, kind in (("/en" + UNIVERSITY, "CollegeOrUniversity"), ("/en/project/cordis/101000004", "ResearchProject")):
        text = page(url)
        block = json.loads(text[text.index("ld+json") + 9:text.index("</script>", text.index("ld+json"))])
        assert block["@type"] == kind
        assert block["name"] in text


@pytest.mark.parametrize(("form", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("csv", "\ufefftown".encode())])
def test_the_map_can_be_taken_along(client, form, begins):
    assert client.get(f"/en/map.{form}").content.startswith(begins)


def test_the_map_has_links_with_names_and_no_styles(page):
    text = page("/en/")
    drawn = text[text.index("<svg xmlns"):text.index("</svg>", text.index("<svg xmlns"))]
    assert "style=" not in drawn
    assert "site.invalid" not in drawn
    assert 'aria-label="Gent: ' in drawn


def test_a_new_atlas_is_taken_up_and_the_old_one_lives_while_it_is_used(site, tmp_path):
    from openvalley.site.shelf import Shelf

    settings = home_at(tmp_path / "home", region=site.region)
    build(settings, RIVER)
    shelf = Shelf(settings)
    with shelf.borrow() as before:
        build(settings, World(pack=RIVER.pack[:1]))
        with shelf.borrow() as after:
            assert after.version != before.version
            assert after.counts()["organisations"] < before.counts()["organisations"]
        assert before.rows("SELECT 1 AS one") == [{"one": 1}]
    with shelf.borrow() as again:
        assert again is after
    shelf.close()
    shutil.rmtree(settings.home)


def test_the_secret_key_is_made_once_and_kept_to_its_owner(tmp_path):
    from openvalley.site.configuration import keep_secret_key, secret_key

    settings = Settings(home=tmp_path)
    keep_secret_key(settings)
    first = secret_key(settings, {})
    keep_secret_key(settings)
    assert secret_key(settings, {}) == first
    assert len(first) > 50
    assert stat.S_IMODE((tmp_path / "site" / "secret-key").stat().st_mode) == 0o600
    assert secret_key(settings, {"OPENVALLEY_SECRET_KEY": "given"}) == "given"


@pytest.mark.parametrize(("address", "engine", "name"), [
    ("postgresql://me:p%40ss@db.example:5433/people", "postgresql", "people"),
    ("sqlite:////srv/people.sqlite3", "sqlite3", "/srv/people.sqlite3"),
])
def test_the_database_can_be_named(tmp_path, address, engine, name):
    from openvalley.site.configuration import database

    entry = database(Settings(home=tmp_path), {"DATABASE_URL": address})
    assert entry["ENGINE"].endswith(engine)
    assert entry["NAME"] == name
    if engine == "postgresql":
        assert (entry["USER"], entry["PASSWORD"], entry["PORT"]) == ("me", "p@ss", "5433")


def test_an_odd_database_address_is_refused_without_repeating_it(tmp_path):
    from openvalley.errors import BadInput
    from openvalley.site.configuration import database

    with pytest.raises(BadInput) as refused:
        database(Settings(home=tmp_path), {"DATABASE_URL": "mysql://me:secret@x/y"})
    assert "secret" not in refused.value.message
