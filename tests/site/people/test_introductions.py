"""Introductions: asked, answered, and what came of them - without anybody's address."""

import uuid
from datetime import timedelta

import pytest

from worlds import ror_id

BIOTECH = "pic/990000002"
HOSPITAL = "ror/" + ror_id(2).rpartition("/")[2]


def _ask(browser, key=BIOTECH, text="We make cells. May we meet?", **typed):
    return browser.post(f"/en/me/organisation/{key}/ask", {"public": str(uuid.uuid4()), "text": text, **typed})


@pytest.fixture
def both(make, enter):
    """Someone who asks, and the editor who is asked, with their clients."""
    asker, editor = make(email="asker@example.org", called="An Boon"), make("editor", "editor@schelde.example")
    return asker, editor, enter(asker), enter(editor)


def _one():
    from openvalley.site.people.models import Introduction

    return Introduction.objects.get()


def test_from_asking_to_an_agreement_nobodys_address_is_shown(both, outbox):
    asker, editor, asking, answering = both
    page = _ask(asking).headers["Location"]
    assert [message.to for message in outbox] == [[editor.email]]
    assert "We make cells" not in outbox[0].body
    shown = answering.get(page).content.decode()
    assert "We make cells. May we meet?" in shown
    assert "An Boon" in shown
    assert _one().state == "asked"
    # Nobody writes before it is accepted, and nobody accepts an own request.
    assert answering.post(page, {"public": str(uuid.uuid4()), "text": "Yes"}).status_code == 400
    asking.post(f"{page}/answer", {"say": "accepted"})
    assert _one().state == "asked"
    answering.post(f"{page}/answer", {"say": "accepted"})
    assert _one().state == "accepted"
    answering.post(page, {"public": str(uuid.uuid4()), "text": "Come on Monday, me@schelde.example"})
    letters = asking.get(page).content.decode()
    assert "Come on Monday" in letters
    for say in ("met", "agreement"):
        asking.post(f"{page}/answer", {"say": say})
        assert _one().state == say
    assert [message.to for message in outbox] == [[editor.email], [asker.email], [asker.email]]
    for text in (shown, letters, *(message.body + message.subject for message in outbox)):
        assert asker.email not in text.replace(f"signed in as {asker.email}", "")
        assert editor.email not in text
    assert all(message.from_email.endswith("@localhost>") for message in outbox)


def test_a_declined_one_ends(both):
    _asker, _editor, asking, answering = both
    page = _ask(asking).headers["Location"]
    answering.post(f"{page}/answer", {"say": "declined"})
    for say in ("accepted", "met", "nonsense", "asked"):
        answering.post(f"{page}/answer", {"say": say})
        asking.post(f"{page}/answer", {"say": say})
    assert _one().state == "declined"
    assert asking.post(page, {"public": str(uuid.uuid4()), "text": "But"}).status_code == 400


def test_asking_twice_or_sending_twice_is_one(both, outbox):
    from openvalley.site.people.models import Message

    _asker, _editor, asking, _answering = both
    public = str(uuid.uuid4())
    first = _ask(asking, public=public)
    again, other = _ask(asking, public=public), _ask(asking, text="Another text")
    assert first.headers["Location"] == again.headers["Location"] == other.headers["Location"]
    assert Message.objects.count() == 1
    assert len(outbox) == 1


def test_so_many_a_day_and_no_more_and_nothing_typed_is_lost(enter, make):
    asker = make()
    browser = enter(asker)
    for number in range(100, 105):
        assert _ask(browser, f"ror/{ror_id(number).rpartition('/')[2]}").status_code == 302
    answer = _ask(browser, f"ror/{ror_id(110).rpartition('/')[2]}", "one more, please")
    assert answer.status_code == 400
    assert "one more, please</textarea>" in answer.content.decode()
    assert asker.introductions.count() == 5


def test_curators_pass_on_where_nobody_speaks_for_it(enter, make, outbox):
    curator, member = make("curator"), make(email="asker@example.org")
    page = _ask(enter(member), HOSPITAL).headers["Location"]
    assert [message.to for message in outbox] == [[curator.email]]
    assert enter(curator).get(page).status_code == 200
    make("editor", "new@example.org", ror_id(2))
    assert enter(curator).get(page).status_code == 404


def test_others_see_nothing_of_it(both, enter, make):
    _asker, _editor, asking, _answering = both
    page = _ask(asking).headers["Location"]
    for stranger in (make(email="x@example.org"), make("editor", "y@example.org", ror_id(2)), make("curator")):
        browser = enter(stranger)
        assert browser.get(page).status_code == 404
        assert browser.post(f"{page}/answer", {"say": "accepted"}).status_code == 404
        assert "Schelde Biotech" not in browser.get("/en/me/introductions").content.decode()
    assert _one().state == "asked"


def test_one_speaks_to_oneself_about_nothing(both):
    *_others, answering = both
    assert _ask(answering).headers["Location"] == f"/en/me/organisation/{BIOTECH}"


def test_a_need_that_one_may_not_read_is_not_quoted(both):
    from openvalley.site.people.models import Need

    _asker, editor, asking, _answering = both
    need = Need.objects.create(person=editor, organisation="pic:990000002", kind="need", text="secret filler",
                               language="en", audience="curators")
    page = asking.post(f"/en/me/organisation/{BIOTECH}/ask?need={need.public}", {
        "public": str(uuid.uuid4()), "text": "Which one?"}).headers["Location"]
    assert "secret filler" not in asking.get(page).content.decode()
    assert _one().need is None


@pytest.mark.parametrize("text", ["", "x" * 10_000, "a\x00b"])
def test_odd_messages_are_given_back(enter, make, text):
    answer = _ask(enter(make()), text=text)
    assert answer.status_code == 400
    assert 'id="id_text_error"' in answer.content.decode()


def test_after_three_months_both_sides_are_asked_and_after_a_year_messages_are_gone(site, both, outbox):
    from django.utils import timezone

    from openvalley.site.people.models import Message
    from openvalley.site.people.tidying import tidy

    asker, editor, asking, answering = both
    page = _ask(asking).headers["Location"]
    answering.post(f"{page}/answer", {"say": "accepted"})
    outbox.clear()
    now = timezone.now()
    assert tidy(now + timedelta(days=89), site)["outcomes_asked"] == 0
    for _twice in range(2):
        tidy(now + timedelta(days=91), site)
    assert sorted(message.to[0] for message in outbox) == [asker.email, editor.email]
    assert "what came of" in outbox[0].subject
    asking.post(f"{page}/answer", {"say": "nothing"})
    assert _one().state == "accepted"
    assert _one().outcome_told_at is not None
    assert tidy(now + timedelta(days=364), site)["messages_deleted"] == 0
    assert tidy(now + timedelta(days=366), site)["messages_deleted"] == 1
    assert not Message.objects.exists()
    assert asking.get(page).status_code == 200


def test_accounts_that_were_never_confirmed_are_deleted_after_a_month(site, make):
    from django.utils import timezone

    from openvalley.site.people.models import Person
    from openvalley.site.people.tidying import tidy

    for standing in ("curator", "member"):
        make(standing).emailaddress_set.update(verified=False)
    now = timezone.now()
    assert tidy(now + timedelta(days=29), site)["accounts_deleted"] == 0
    assert tidy(now + timedelta(days=31), site)["accounts_deleted"] == 1
    assert [person.role for person in Person.objects.all()] == ["curator"]


@pytest.fixture
def no_mail(monkeypatch):
    from django.core.mail import EmailMessage

    def down(_self):
        raise ConnectionRefusedError("mail.secret.example")

    monkeypatch.setattr(EmailMessage, "send", down)
    return monkeypatch


def test_a_mail_server_that_is_down_loses_no_introduction(both, no_mail, outbox, site):
    from openvalley.site.people.models import Introduction, Message
    from openvalley.site.people.tidying import tidy

    assert no_mail
    _asker, _editor, asking, answering = both
    page = _ask(asking).headers["Location"]
    entry = Introduction.objects.get()
    answering.post(f"{page}/answer", {"say": "accepted"})
    assert answering.post(page, {"public": str(uuid.uuid4()), "text": "Come by."}).status_code == 302
    assert Message.objects.count() == 2
    entry.refresh_from_db()
    assert entry.state == "accepted"
    later = entry.answered_at + timedelta(days=91)
    assert tidy(later, site)["outcomes_asked"] == 0
    no_mail.undo()
    assert tidy(later, site)["outcomes_asked"] == 1
    assert len(outbox) == 2


@pytest.mark.parametrize(("language", "says"), [("nl", "kon niet worden verstuurd"), ("fr", "pas pu être envoyé")])
def test_who_needs_an_e_mail_is_told_that_none_went_out(enter, make, no_mail, language, says):
    assert no_mail
    for answer in (enter(make(email=f"{language}@example.org")).post(f"/{language}/me/digest", {"say": "yes"}),
                   enter().post(f"/{language}/me/account/password/reset/", {"email": f"{language}@example.org"})):
        text = answer.content.decode()
        assert answer.status_code == 503
        assert f'<html lang="{language}"' in text
        assert says in text
        assert "secret" not in text
