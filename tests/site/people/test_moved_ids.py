"""Organisations whose id has moved on: what people keep under the earlier one stays about them."""

import pytest

from worlds import kbo

BIOTECH, EARLIER, KEY = "pic:990000002", f"vat:BE{kbo(2)}", "pic/990000002"


@pytest.fixture
def earlier(site):
    """The id under which the organisation was known once; it leads to the one of today."""
    from openvalley.site.people.organisations import same

    assert site.home.exists()
    assert {BIOTECH, EARLIER} <= set(same(BIOTECH))
    return EARLIER


def test_whoever_spoke_for_it_still_does(earlier, enter, make):
    person = make("editor", organisation=earlier)
    browser = enter(person)
    assert "You speak for this organisation." in browser.get(f"/en/me/organisation/{KEY}").content.decode()
    browser.post(f"/en/me/organisation/{KEY}/claim")
    assert person.editorships.count() == 1
    assert browser.get(f"/en/me/organisation/{KEY}/ask").status_code == 302
    browser.post(f"/en/me/organisation/{KEY}/unclaim")
    assert not person.editorships.exists()


@pytest.mark.parametrize("what", ["follow", "shortlist"])
def test_what_was_kept_is_not_kept_twice_and_can_be_taken_off(earlier, enter, make, what):
    person = make()
    kept = person.following if what == "follow" else person.shortlist
    kept.create(organisation=earlier)
    browser = enter(person)
    browser.post(f"/en/me/organisation/{KEY}/{what}", {"say": "yes"})
    assert kept.count() == 1
    browser.post(f"/en/me/organisation/{KEY}/{what}", {"say": "no"})
    assert not kept.exists()


def test_an_introduction_still_reaches_its_editor(earlier, enter, make, outbox):
    editor, asker = make("editor", organisation=earlier), make()
    enter(asker).post(f"/en/me/organisation/{KEY}/ask", {
        "public": "00000000-0000-4000-8000-00000000000a", "text": "We look for a filler."})
    assert [message.to for message in outbox] == [[editor.email]]
    assert "<a href=" in enter(editor).get("/en/me/introductions").content.decode()
    assert asker.introductions.get().public.hex in enter(editor).get(
        "/en/me/introductions").content.decode().replace("-", "")


@pytest.mark.parametrize(("named", "claimed"), [(BIOTECH, EARLIER), (EARLIER, BIOTECH)])
def test_what_must_never_be_shown_to_it_stays_hidden(earlier, enter, make, named, claimed):
    from openvalley.site.people.models import NeverShown

    assert earlier
    owner = make("editor", "owner@example.org", organisation="pic:1")
    need = owner.needs.create(organisation="pic:1", kind="need", text="A quiet need", language="en", audience="members")
    NeverShown.objects.create(need=need, organisation=named)
    rival = make("editor", "rival@example.org", organisation=claimed)
    assert "A quiet need" not in enter(rival).get("/en/me/needs").content.decode()
    assert "A quiet need" in enter(make(email="other@example.org")).get("/en/me/needs").content.decode()
