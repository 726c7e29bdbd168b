"""Who speaks for an organisation: proved by its web domain, or approved by a curator; all of it in the log."""

import pytest

from worlds import ror_id

BIOTECH = "pic/990000002"
UNIVERSITY = "ror/" + ror_id(1).rpartition("/")[2]


def _mine(person):
    return [(entry.state, entry.domain) for entry in person.editorships.all()]


def test_an_address_of_the_organisations_domain_proves_it(enter, make):
    from openvalley.site.people.models import Entry

    person = make(email="An@ScheldeBiotech.example")
    browser = enter(person)
    assert "Claim this organisation" in browser.get(f"/en/me/organisation/{BIOTECH}").content.decode()
    browser.post(f"/en/me/organisation/{BIOTECH}/claim")
    assert _mine(person) == [("approved", "scheldebiotech.example")]
    assert "You speak for this organisation." in browser.get(f"/en/me/organisation/{BIOTECH}").content.decode()
    (entry,) = Entry.objects.all()
    assert (entry.actor, entry.what, entry.subject) == (person.pk, "editorship.approved", "pic:990000002")


@pytest.mark.parametrize("email", ["an@example.org", "an@evil-scheldebiotech.example",
                                   "an@mail.scheldebiotech.example.evil.example", "an@uschelde.example"])
def test_other_addresses_wait_for_a_curator(enter, make, email):
    person, curator = make(email=email), make("curator")
    enter(person).post(f"/nl/me/organisation/{BIOTECH}/claim")
    assert _mine(person) == [("asked", "")]
    desk = enter(curator)
    text = desk.get("/en/curate/claims").content.decode()
    assert email in text
    number = person.editorships.get().pk
    desk.post(f"/en/curate/claims/{number}", {"say": "approve"})
    assert _mine(person) == [("approved", "")]
    desk.post(f"/en/curate/claims/{number}", {"say": "refuse"})
    assert _mine(person) == [("refused", "")]
    # A refused claim is not asked again.
    enter(person).post(f"/nl/me/organisation/{BIOTECH}/unclaim")
    enter(person).post(f"/nl/me/organisation/{BIOTECH}/claim")
    assert _mine(person) == [("refused", "")]
    log = desk.get("/en/curate/log").content.decode()
    assert [log.count(done) for done in ("Organisation claimed", "Claim approved", "Claim refused")] == [1, 1, 1]
    assert email not in log


def test_a_domain_where_anybody_has_an_address_proves_nothing(enter, make, monkeypatch):
    from openvalley.site.people import organisations

    assert {"telenet.be", "gmail.com", "t-online.de"} <= organisations._providers()
    monkeypatch.setattr(organisations, "_providers", lambda: frozenset({"scheldebiotech.example"}))
    person = make(email="an@scheldebiotech.example")
    enter(person).post(f"/en/me/organisation/{BIOTECH}/claim")
    assert _mine(person) == [("asked", "")]


def test_an_unconfirmed_address_proves_nothing(enter, make):
    person = make(email="an@scheldebiotech.example")
    person.emailaddress_set.update(verified=False)
    enter(person).post(f"/en/me/organisation/{BIOTECH}/claim")
    assert _mine(person) == [("asked", "")]


def test_nobody_decides_about_an_own_claim(enter, make):
    curator = make("curator")
    browser = enter(curator)
    browser.post(f"/en/me/organisation/{BIOTECH}/claim")
    browser.post(f"/en/curate/claims/{curator.editorships.get().pk}", {"say": "approve"})
    assert _mine(curator) == [("asked", "")]


def test_claims_of_one_person_are_limited(enter, make):
    person = make()
    browser = enter(person)
    for number in range(100, 108):
        browser.post(f"/en/me/organisation/ror/{ror_id(number).rpartition('/')[2]}/claim")
    assert person.editorships.count() == 5


def test_a_claim_is_given_up(enter, make):
    person = make("editor")
    enter(person).post(f"/en/me/organisation/{BIOTECH}/unclaim")
    assert _mine(person) == []


@pytest.mark.parametrize("key", ["pic/1", "x" * 3000, "cordis/700001", "ror/000000000", "..%2F..%2Fetc"])
def test_forged_organisations_are_unknown(enter, make, key):
    browser = enter(make())
    for answer in (browser.get(f"/fr/me/organisation/{key}"), browser.post(f"/fr/me/organisation/{key}/claim")):
        assert answer.status_code == 404
        assert '<html lang="fr"' in answer.content.decode()


def test_without_an_atlas_personal_pages_are_there(enter, make, tmp_path):
    from django.test import override_settings

    from openvalley.settings import Settings

    editor = make("editor")
    with override_settings(OPENVALLEY=Settings(home=tmp_path)):
        text = enter(editor).get("/de/me").content.decode()
        assert "pic:990000002" in text
        assert enter(editor).get(f"/de/me/organisation/{BIOTECH}").status_code == 404
        assert enter(make("curator")).get("/de/curate/claims").status_code == 200


def test_the_log_only_grows(make):
    from django.db import DatabaseError, connection, transaction

    from openvalley.site.people import audit
    from openvalley.site.people.models import Entry
    from openvalley.site.people.models.audit import EntryIsFinalError

    entry = audit.note(make(), "role.given", "x")
    for change in (entry.save, entry.delete, Entry.objects.all().delete, lambda: Entry.objects.update(what="y")):
        with pytest.raises(EntryIsFinalError):
            change()
    for statement in ("UPDATE people_entry SET what = 'y'", "DELETE FROM people_entry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Entry.objects.get().what == "role.given"


def test_an_administrator_gives_roles_and_the_log_says_so(enter, make):
    from openvalley.site.people.models import Entry

    administrator, member = make("administrator"), make()
    browser = enter(administrator)
    assert browser.get("/admin/people/person/").status_code == 200
    browser.post(f"/admin/people/person/{member.pk}/change/", {"role": "curator", "is_active": "on"})
    member.refresh_from_db()
    assert member.role == "curator"
    given = Entry.objects.get(what="role.given")
    assert (given.actor, given.detail) == (administrator.pk, {"before": "member", "after": "curator"})
    assert browser.get("/admin/people/entry/").status_code == 200
    assert browser.get("/admin/people/entry/add/").status_code == 403
    assert enter(member).get("/admin/people/person/").status_code in {302, 403}
