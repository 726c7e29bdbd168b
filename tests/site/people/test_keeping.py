"""What members keep: follows, searches, a shortlist, a digest; and what the law gives them."""

import json
import re
from urllib.parse import urlsplit

import pytest

from openvalley.atlas.diff import Change
from worlds import ror_id

BIOTECH = "pic/990000002"
PASSWORD = "otter-lantern-42-quay"
HOSPITAL = "ror/" + ror_id(2).rpartition("/")[2]


def test_following_and_the_shortlist_are_switched_from_an_organisations_page(enter, make):
    person = make()
    browser = enter(person)
    for what, kept in (("follow", person.following), ("shortlist", person.shortlist)):
        for _twice in range(2):
            browser.post(f"/en/me/organisation/{BIOTECH}/{what}", {"say": "yes"})
        assert [entry.organisation for entry in kept.all()] == ["pic:990000002"]
    text = browser.get("/en/me").content.decode()
    assert text.count(f'href="/en/me/organisation/{BIOTECH}"') == 2
    for what, kept in (("follow", person.following), ("shortlist", person.shortlist)):
        browser.post(f"/en/me/organisation/{BIOTECH}/{what}", {"say": "no"})
        assert not kept.exists()


def test_the_shortlist_is_a_dossier_with_its_sources(enter, make):
    person = make()
    browser = enter(person)
    assert "Nobody stands on your shortlist" in browser.get("/en/me/shortlist").content.decode()
    for key in (BIOTECH, HOSPITAL):
        browser.post(f"/en/me/organisation/{key}/shortlist")
    person.shortlist.create(organisation="pic:1")
    text = browser.get("/fr/me/shortlist").content.decode()
    assert text.count("<article>") == 2
    assert re.search(r"<sup>\d", text)
    sources = text[text.index('id="sources"'):]
    assert "Research Organization Registry" in sources
    assert "CC0" in sources
    numbers = {int(number) for found in re.findall(r"<sup>([\d,]+)</sup>", text) for number in found.split(",")}
    assert numbers == set(range(1, sources.count("<li>") + 1))


def test_a_shortlist_is_no_longer_than_its_two_pages(enter, make):
    person = make()
    browser = enter(person)
    for number in range(100, 116):
        browser.post(f"/en/me/organisation/ror/{ror_id(number).rpartition('/')[2]}/shortlist")
    assert person.shortlist.count() == 12


def test_a_search_is_kept_and_found_again(enter, make, page):
    person = make()
    browser = enter(person)
    offered = re.search(r'href="(/en/me/searches[^"]*)"', page("/en/search?q=schelde&type=organisation"))[1]
    text = browser.get(offered.replace("&amp;", "&")).content.decode()
    query = re.search(r'name="query" value="([^"]+)"', text)[1].replace("&amp;", "&")
    for _twice in range(2):
        browser.post("/en/me/searches", {"query": query})
    kept = person.searches.get()
    assert "q=schelde" in kept.query
    assert kept.known
    assert "schelde" in browser.get("/en/me").content.decode()
    browser.post(f"/en/me/searches/{kept.pk}/forget")
    assert not person.searches.exists()


@pytest.mark.parametrize("query", ["", "type=nonsense", "q=" + "x" * 10_000, "%00=%FF"])
def test_odd_searches_are_not_kept(enter, make, query):
    person = make()
    answer = enter(person).post("/de/me/searches", {"query": query})
    assert answer.status_code in {302, 400}
    assert not person.searches.exists()


def test_a_kept_search_is_named_in_the_pages_language(enter, make):
    person = make()
    person.searches.create(query="q=schelde&type=project&region=any", known=[])
    text = enter(person).get("/fr/me").content.decode()
    assert "schelde \u00b7 Projets \u00b7 Partout" in text


def test_nobody_forgets_the_searches_of_others(enter, make):
    owner = make(email="owner@example.org")
    kept = owner.searches.create(query="q=x")
    enter(make()).post(f"/en/me/searches/{kept.pk}/forget")
    assert owner.searches.exists()


def _news(site):
    """Send the digest as the command does."""
    from openvalley.site.people.digesting import send_all
    from openvalley.site.shelf import shelf

    with shelf().borrow() as atlas:
        return send_all(site, atlas)


_SUBJECTS = {"en": "OpenValley: what is new", "nl": "OpenValley: wat nieuw is",
             "fr": "OpenValley : ce qui est nouveau", "de": "OpenValley: Was neu ist"}


@pytest.mark.parametrize("language", _SUBJECTS)
def test_the_digest_begins_with_a_click_and_ends_with_one(site, enter, make, outbox, link, language):
    from openvalley.site.people.models import Digest

    person = make(language=language)
    person.searches.create(query="q=schelde", known=[])
    enter(person).post(f"/{language}/me/digest", {"say": "yes"})
    confirming = link(outbox[0], "/digest/confirm/")
    assert confirming.startswith(f"/{language}/")
    # Not before it is confirmed, and not by a program that only follows links.
    enter().get(confirming)
    assert _news(site) == {"sent": 0, "without_news": 0, "failed": 0}
    enter().post(confirming)
    assert Digest.objects.get().confirmed_at is not None
    assert _news(site) == {"sent": 1, "without_news": 0, "failed": 0}
    message = outbox[1]
    assert message.subject == _SUBJECTS[language]
    assert "Schelde Biotech" in message.body or "SCHELDE BIOTECH" in message.body
    assert f"http://localhost:8000/{language}/search?q=schelde" in message.body
    # What was told is no news.
    assert _news(site) == {"sent": 0, "without_news": 1, "failed": 0}
    stop = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop in message.body
    path = urlsplit(stop).path
    strict = enter(enforce_csrf_checks=True)
    assert strict.get(path).status_code == 200
    assert Digest.objects.exists()
    assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Digest.objects.exists()
    assert strict.get(path).status_code == 410


def test_forged_and_old_links_of_a_digest_do_nothing(enter, make, monkeypatch):
    from django.core import signing

    from openvalley.site.people import digesting
    from openvalley.site.people.models import Digest

    entry = Digest.objects.create(person=make())
    stopping = signing.dumps(entry.pk, salt=digesting._STOP)
    old = signing.dumps(entry.pk, salt=digesting._CONFIRM)
    monkeypatch.setattr(digesting, "CONFIRM_SECONDS", -1)
    for token in ("x", stopping, old, "a:b:c"):
        answer = enter().post(f"/nl/digest/confirm/{token}")
        assert answer.status_code == 410
        assert '<html lang="nl"' in answer.content.decode()
    entry.refresh_from_db()
    assert entry.confirmed_at is None


_NO_TRIALS = {"new_trials": Change(0, []), "changed_trials": Change(0, [])}


def test_changes_of_followed_organisations_are_told(make):
    from openvalley.atlas.diff import Difference
    from openvalley.site.people.news import news_for
    from openvalley.site.shelf import shelf

    person = make()
    person.following.create(organisation="pic:990000002")
    rows = [{"id": "pic:990000002", "name": "Schelde Biotech"}, {"id": "pic:1", "name": "Other"}]
    kinds = ("changed_states", "renamed_organisations", "merged_organisations", "gone_organisations")
    changed = Difference("a", "b", {**{kind: Change(2, rows) for kind in kinds}, "new_projects": Change(2, [
        {"id": "cordis:700001", "acronym": "RIVERVAX"}, {"id": "cordis:1", "acronym": "ELSE"}]),
        **_NO_TRIALS})
    with shelf().borrow() as atlas:
        news = news_for(person, atlas, changed)
        assert not news_for(make("curator"), atlas, changed)
    assert {kind: [row["id"] for row in told] for kind, told in news.changes.items()} == {
        kind: ["pic:990000002"] for kind in kinds}
    assert [row["acronym"] for row in news.projects] == ["RIVERVAX"]


@pytest.mark.parametrize(("followed", "new", "changed"), [
    (ror_id(2), ["Never begun", "RIVERVAC: River fever"], ["Dosing study 4"]),
    ("pic:990000002", ["RIVERVAC: River fever"], []),
    (ror_id(1), [], [])])
def test_trials_of_followed_organisations_are_told(make, outbox, followed, new, changed):
    from openvalley.atlas.diff import Difference
    from openvalley.site.people import digesting
    from openvalley.site.people.models import Digest
    from openvalley.site.people.news import news_for
    from openvalley.site.shelf import shelf

    def trial(number, title, **more):
        return {"id": f"clinicaltrials:NCT9900000{number}", "source_id": f"NCT9900000{number}", "title": title,
                "acronym": None, **more}

    person = make(language="nl")
    person.following.create(organisation=followed)
    kinds = ("changed_states", "renamed_organisations", "merged_organisations", "gone_organisations", "new_projects")
    difference = Difference("a", "b", {
        **{kind: Change(0, []) for kind in kinds},
        "new_trials": Change(3, [trial(1, "River fever", acronym="RIVERVAC"), trial(3, "Never begun"),
                                 trial(2, "Tides")]),
        "changed_trials": Change(1, [trial(4, "Dosing study 4", old_state="recruiting", new_state="completed")])})
    entry = Digest.objects.create(person=person, confirmed_at="2026-01-01T00:00Z")
    with shelf().borrow() as atlas:
        news = news_for(person, atlas, difference)
        sent = digesting._send(entry, atlas, difference)
    told = {kind: sorted(row.name for row in rows) for kind, rows in news.trials.items()}
    assert told == {kind: names for kind, names in (("new_trials", new), ("changed_trials", changed)) if names}
    assert sent == ("sent" if new else "without_news")
    if new:
        body = outbox[0].body
        assert body.count("Nieuwe studie: ") == len(new)
        assert "/nl/trial/clinicaltrials/NCT99000001" in body
        assert ("Studie: Dosing study 4: " in body) == bool(changed)


def test_new_trials_of_a_search_are_told(site, make, outbox):
    from openvalley.site.people.models import Digest

    person = make()
    person.searches.create(query="q=dosing&type=trial", known=["clinicaltrials:NCT99000004"])
    Digest.objects.create(person=person, confirmed_at="2026-01-01T00:00Z")
    assert _news(site)["sent"] == 1
    assert "Dosing study 5" in outbox[0].body
    assert "Dosing study 4" not in outbox[0].body


def test_a_mail_server_that_is_down_loses_no_news(site, make, monkeypatch):
    from openvalley.site.people import mailing
    from openvalley.site.people.models import Digest

    person = make()
    person.searches.create(query="q=schelde", known=[])
    Digest.objects.create(person=person, confirmed_at="2026-01-01T00:00Z")

    def down(*_given):
        raise ConnectionRefusedError

    monkeypatch.setattr(mailing, "send", down)
    assert _news(site)["failed"] == 1
    monkeypatch.undo()
    assert _news(site)["sent"] == 1


def test_everything_that_is_kept_comes_along_as_a_file(enter, make):
    from openvalley.site.people import audit

    person = make("editor", called="An")
    person.following.create(organisation="pic:990000002")
    person.searches.create(query="q=x")
    person.needs.create(organisation="pic:990000002", kind="need", text="a filler", language="en", audience="members")
    audit.note(person, "need.published", "x")
    answer = enter(person).get("/en/me/data.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    told = json.loads(answer.content)
    assert told["account"]["email"] == "editor@example.org"
    assert told["needs"][0]["text"] == "a filler"
    assert told["following"] == ["pic:990000002"]
    assert told["log_of_changes"][0]["what"] == "need.published"
    assert PASSWORD not in str(told)
    assert person.password not in str(told)


def test_an_account_is_deleted_with_everything_in_it(enter, make):
    from openvalley.site.people.models import Editorship, Entry, Need, Person

    person = make("editor")
    person.needs.create(organisation="pic:990000002", kind="need", text="t", language="en", audience="public")
    browser = enter(person)
    wrong = browser.post("/nl/me/delete", {"password": "wrong"})
    assert wrong.status_code == 400
    assert Person.objects.exists()
    browser.post("/nl/me/delete", {"password": PASSWORD})
    assert not Person.objects.exists()
    assert not Need.objects.exists()
    assert not Editorship.objects.exists()
    assert Entry.objects.get(what="account.deleted").actor
    assert "/login/" in browser.get("/nl/me").headers["Location"]


def test_the_only_administrator_stays(enter, make):
    from openvalley.site.people.models import Person

    assert enter(make("administrator")).post("/en/me/delete", {"password": PASSWORD}).status_code == 400
    assert Person.objects.exists()
