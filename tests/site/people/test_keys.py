"""Keys of the API: made, shown once, used, withdrawn; and what is read with one."""

import re
import uuid
from datetime import date

import pytest
from django.core.cache import caches

from worlds import ror_id

HOSPITAL = ror_id(2)
ORGANISATION = "pic:990000002"


@pytest.fixture(autouse=True)
def _forgotten(site):
    assert site.home.exists()
    caches["local"].clear()


@pytest.fixture
def make_key(enter):
    """Make a key as a person does, and return it."""

    def made(person, name="nightly export", **typed):
        answer = enter(person).post("/en/me/keys", {"name": name, "public": str(uuid.uuid4()), **typed})
        assert answer.status_code == 200, answer.content
        return re.search(r"ov_[\w-]{43}", answer.content.decode()).group()

    return made


@pytest.fixture
def ask(client):
    def asked(address, key=None, **headers):
        if key is not None:
            headers["authorization"] = f"Bearer {key}"
        return client.get(f"/api/v1/{address}", headers=headers)

    return asked


@pytest.fixture
def need(make):
    """Keep a need or offer of an editor."""
    from openvalley.site.people.models import Need, NeverShown

    editor = make("editor")

    def kept(text, audience="public", never=(), kind="need", language="en"):
        made = Need.objects.create(person=editor, organisation=ORGANISATION, kind=kind, text=text, language=language,
                                   audience=audience)
        NeverShown.objects.bulk_create(NeverShown(need=made, organisation=known) for known in never)
        return made

    return kept


def _texts(answer):
    assert answer.status_code == 200, answer.content
    return {item["text"] for item in answer.json()["items"]}


def test_a_key_is_shown_once_and_nobody_can_read_it_in_the_database(make, enter, make_key):
    from openvalley.site.people.models import ApiKey, Entry

    person = make()
    key = make_key(person)
    (entry,) = ApiKey.objects.all()
    assert key not in str([getattr(entry, field.attname) for field in entry._meta.fields])
    page = enter(person).get("/en/me/keys").content.decode()
    assert key not in page
    assert key[:8] in page
    assert "nightly export" in page
    assert "never used" in page
    (logged,) = Entry.objects.all()
    assert (logged.what, logged.actor, logged.subject) == ("key.made", person.pk, str(entry.pk))
    assert "nightly" not in str(logged.detail)


def test_a_form_sent_twice_makes_one_key(make, enter):
    from openvalley.site.people.models import ApiKey

    browser, form = enter(make()), {"name": "x", "public": str(uuid.uuid4())}
    assert browser.post("/en/me/keys", form).status_code == 200
    assert browser.post("/en/me/keys", form).status_code == 302
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize("typed", [{"name": ""}, {"name": "x" * 81}, {"name": "a\x00b"}, {"public": "x"}])
def test_what_cannot_be_a_key_is_said(make, enter, typed):
    from openvalley.site.people.models import ApiKey

    answer = enter(make()).post("/nl/me/keys", {"name": "x", "public": str(uuid.uuid4()), **typed})
    assert answer.status_code == 400
    assert not ApiKey.objects.exists()


def test_nobody_has_more_keys_than_one_can_use(make, make_key, enter):
    from openvalley.site.people.keys import MOST_KEYS

    person = make()
    for number in range(MOST_KEYS):
        make_key(person, f"key {number}")
    answer = enter(person).post("/en/me/keys", {"name": "one more", "public": str(uuid.uuid4())})
    assert answer.status_code == 400
    assert 'id="id_name_error"' in answer.content.decode()


def test_a_key_lets_ask_more_often(make, make_key, ask):
    key = make_key(make())
    assert {ask("atlas", key).status_code for _ in range(620)} == {200}
    assert ask("atlas").status_code == 200


def test_a_key_has_its_own_limit(make, make_key, ask, monkeypatch):
    from openvalley.site.api.routes import api

    (limit,) = [one for one in api.throttle if type(one).__name__ == "PerKey"]
    monkeypatch.setattr(limit, "num_requests", 3)
    first, second = make_key(make()), make_key(make(email="else@example.org"))
    assert [ask("atlas", first).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert ask("atlas", second).status_code == 200


def test_the_day_of_the_last_use_is_kept_and_no_more(make, make_key, ask):
    from openvalley.site.people.models import ApiKey

    key = make_key(make())
    ask("atlas", key)
    (entry,) = ApiKey.objects.all()
    assert type(entry.last_used_on) is date


@pytest.mark.parametrize("spoilt", ["none", "ov_", "ov_" + "x" * 43, "ov_" + "é" * 43, "", "x" * 9000])
def test_a_wrong_key_is_a_problem_and_says_so(ask, spoilt):
    answer = ask("atlas", spoilt)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer.json()["code"] == "bad_key"
    assert answer["WWW-Authenticate"].startswith("Bearer ")


def test_a_withdrawn_key_lets_nobody_in(make, enter, make_key, ask):
    from openvalley.site.people.models import ApiKey, Entry

    person = make()
    key = make_key(person)
    (entry,) = ApiKey.objects.all()
    other = enter(make(email="else@example.org"))
    other.post(f"/en/me/keys/{entry.pk}/withdraw")
    assert ask("atlas", key).status_code == 200
    for _twice in range(2):
        assert enter(person).post(f"/en/me/keys/{entry.pk}/withdraw").status_code == 302
    answer = ask("atlas", key)
    assert (answer.status_code, answer.json()["title"]) == (401, "This key is withdrawn.")
    assert [logged.what for logged in Entry.objects.all()] == ["key.withdrawn", "key.made"]


def test_the_key_of_a_locked_account_lets_nobody_in(make, make_key, ask):
    person = make()
    key = make_key(person)
    person.is_active = False
    person.save()
    assert ask("atlas", key).status_code == 401


def test_who_tries_keys_is_stopped(ask):
    statuses = [ask("atlas", f"ov_{number:043d}").status_code for number in range(61)]
    assert (set(statuses[:60]), statuses[60]) == ({401}, 429)


def test_other_ways_to_authorize_are_none_of_ours(ask):
    assert ask("atlas", authorization="Basic eDp5").status_code == 200


def test_readers_cannot_say_where_they_come_from(client, site):
    assert site.home.exists()
    statuses = [client.get("/api/v1/atlas", headers={"x-forwarded-for": f"192.0.2.{number % 250}"}).status_code
                for number in range(601)]
    assert statuses[600] == 429


def test_needs_are_claims_of_the_organisation(need, client, ask):
    kept = need("We look for a filler of syringes.")
    (item,) = ask("needs").json()["items"]
    assert (item["source"], item["kind"], item["organisation"]) == ("the organisation", "need", ORGANISATION)
    claim = item["claim"]
    assert (claim["property"], claim["value"], claim["source"]) == ("need", kept.text, "the organisation")
    assert (claim["source_id"], claim["standing"]) == (str(kept.public), "shown")
    for told in (ask(f"organisations/{ORGANISATION}").json(), client.get("/en/organisation/pic/990000002.json").json()):
        assert [one["claim"] for one in told["needs"]] == [claim]
    assert item["address"].endswith(f"/organisation/pic/990000002#need-{kept.public}")
    assert f'id="need-{kept.public}"' in client.get("/en/organisation/pic/990000002").content.decode()


def test_what_is_for_members_needs_a_members_key(need, make, make_key, ask, client):
    need("for everybody")
    need("for members", "members")
    need("for curators", "curators")
    assert _texts(ask("needs")) == {"for everybody"}
    for standing in ("member", "curator"):
        key = make_key(make(standing))
        answer = ask("needs", key)
        assert _texts(answer) == {"for everybody", "for members"}
        assert "no-store" in answer["Cache-Control"]
        assert "Authorization" in answer["Vary"]
        shown = ask(f"organisations/{ORGANISATION}", key).json()["needs"]
        assert {one["text"] for one in shown} == {"for everybody", "for members"}
    assert "for members" not in client.get("/en/organisation/pic/990000002.json").content.decode()
    assert {one["text"] for one in ask(f"organisations/{ORGANISATION}").json()["needs"]} == {"for everybody"}


def test_never_show_to_holds_for_keys_too(need, make, make_key, ask):
    need("not for the hospital", "members", never=[HOSPITAL])
    assert _texts(ask("needs", make_key(make("editor", "claims@example.org", HOSPITAL)))) == set()
    assert _texts(ask("needs", make_key(make(email="an@uzkaai.example")))) == set()
    assert _texts(ask("needs", make_key(make()))) == {"not for the hospital"}


@pytest.mark.parametrize(("query", "texts"), [
    ("kind=offer", {"een aanbod"}), ("language=nl", {"een aanbod"}),
    (f"organisation={ORGANISATION}", {"a", "een aanbod"}),
    (f"organisation={HOSPITAL}", set()), ("limit=1", {"een aanbod"}), ("limit=1&offset=1", {"a"}), ("offset=5", set())])
def test_needs_can_be_narrowed_and_come_page_by_page(need, ask, query, texts):
    need("a")
    need("een aanbod", kind="offer", language="nl")
    assert _texts(ask(f"needs?{query}")) == texts


@pytest.mark.parametrize(("query", "status"), [
    ("kind=wish", 400), ("language=xx", 400), ("colour=red", 400), ("organisation=nobody", 404), ("limit=0", 400)])
def test_needs_asked_wrongly_are_a_problem(ask, query, status):
    answer = ask(f"needs?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_withdrawn_needs_are_gone(need, ask):
    from django.utils import timezone

    kept = need("gone")
    kept.withdrawn_at = timezone.now()
    kept.save()
    assert ask("needs").json()["total"] == 0


def test_the_database_being_down_is_a_problem(ask, monkeypatch):
    from django.db import OperationalError
    from django.db.backends.utils import CursorWrapper

    def down(*_given, **_named):
        raise OperationalError("no such host secret-db")

    monkeypatch.setattr(CursorWrapper, "execute", down)
    answers = [ask("needs"), ask("atlas", "ov_" + "x" * 43)]
    monkeypatch.undo()
    for answer in answers:
        assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
        assert "secret-db" not in answer.content.decode()


def test_the_file_of_ones_data_names_keys_without_the_secret(make, enter, make_key):
    person = make()
    key = make_key(person)
    text = enter(person).get("/en/me/data.json").content.decode()
    assert "nightly export" in text
    assert key not in text
    assert '"digest": null' in text


def test_keys_go_with_the_account(make, enter, make_key, ask):
    from openvalley.site.people.models import ApiKey

    person = make()
    key = make_key(person)
    enter(person).post("/en/me/delete", {"password": "otter-lantern-42-quay"})
    assert not ApiKey.objects.exists()
    assert ask("atlas", key).status_code == 401


def test_the_description_says_that_a_key_may_be_shown(client):
    described = client.get("/api/v1/openapi.json").json()
    assert described["components"]["securitySchemes"]["Key"]["scheme"] == "bearer"
    for path in described["paths"].values():
        assert path["get"]["security"] == [{"Key": []}, {}]
        assert "401" in path["get"]["responses"]
