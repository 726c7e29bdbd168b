"""Whoever sends what no browser would: forged numbers, huge forms, formulas, markup; nothing leaks, nothing runs."""

import csv
import io
import uuid

import pytest

from openvalley.site.middleware import MOST_WITH_FILES

BIOTECH = "pic/990000002"
MARKUP = '<img src=x onerror="alert(1)"><script>alert(2)</script> & "quoted"'
FORMULA = '=HYPERLINK("http://evil.example","Click")'
HUGE = "x" * 10_000


def _need(editor, text, **more):
    said = {"kind": "need", "language": "en", "audience": "public", **more}
    return editor.needs.create(organisation="pic:990000002", text=text, **said)


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_markup_in_needs_names_and_messages_is_text_everywhere(enter, make, language):
    from openvalley.site.people.models import Introduction, Message

    editor, asker = make("editor", called=MARKUP[:80]), make(called=MARKUP[:80])
    need = _need(editor, MARKUP)
    entry = Introduction.objects.create(asker=asker, organisation="pic:990000002", need=need, state="accepted")
    Message.objects.create(introduction=entry, sender=asker, text=MARKUP)
    curator = enter(make("curator", called=MARKUP[:80]))
    pages = [enter().get(f"/{language}/needs?x"), enter().get(f"/{language}/organisation/{BIOTECH}?x"),
             enter(editor).get(f"/{language}/me/needs"),
             enter(editor).get(f"/{language}/me/introductions/{entry.public}"),
             enter(asker).get(f"/{language}/me"), enter(asker).get(f"/{language}/me/introductions/{entry.public}"),
             curator.get(f"/{language}/curate/claims"), curator.get(f"/{language}/curate/log")]
    for answer in pages:
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_formulas_in_needs_and_members_stay_text_in_spreadsheets(enter, make):
    from openvalley.site.people.models import Membership

    _need(make("editor"), FORMULA)
    Membership.objects.create(organisation="pic:990000002", given=FORMULA, grade="@sum", contact_role="+32")
    files = (enter().get("/en/needs.csv?x"), enter(make("curator")).get("/en/curate/members.csv"))
    for answer in files:
        (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
        told = row.get("text") or row["name"]
        assert told == f"'{FORMULA}"
        assert not any(cell.startswith(("=", "@")) for cell in row.values())


@pytest.mark.parametrize("address", ["/nl/curate/claims/{}", "/nl/curate/disputes/{}", "/nl/curate/members/{}/remove",
                                     "/nl/me/searches/{}/forget", "/nl/me/keys/{}/withdraw"])
@pytest.mark.parametrize("number", ["999999", "0", "9" * 18, "9" * 30, "-1", "1e3", "%00", "x", "1;drop table"])
def test_forged_numbers_do_nothing(enter, make, address, number):
    browser = enter(make("curator"))
    answer = browser.post(address.format(number), {"say": "approve", "why": "x"})
    assert answer.status_code in {302, 404}, answer.content[:300]


@pytest.mark.parametrize("address", ["/fr/me/introductions/{}", "/fr/me/introductions/{}/answer",
                                     "/fr/me/needs/{}/withdraw", "/fr/curate/members/import/{}"])
def test_forged_and_others_ids_lead_nowhere(enter, make, address):
    from openvalley.site.people.models import Introduction

    owner = make("editor", "owner@example.org")
    need = _need(owner, "Ours alone", audience="curators")
    entry = Introduction.objects.create(asker=owner, organisation="pic:1")
    stranger = enter(make("curator" if "curate" in address else "editor", "stranger@example.org"))
    for known in (uuid.uuid4(), need.public, entry.public if "introductions" not in address else uuid.UUID(int=1)):
        answer = stranger.post(address.format(known), {"say": "accepted"})
        assert answer.status_code in {400, 404, 302}
        assert "Ours alone" not in answer.content.decode()
    need.refresh_from_db()
    assert need.withdrawn_at is None
    assert stranger.post(address.format("not-an-id")).status_code == 404


@pytest.mark.parametrize(("address", "fields"), [
    ("me/profile", {"called": HUGE, "language": "nl"}), ("me/profile", {"called": "x", "language": HUGE}),
    ("me/needs/new", {"text": HUGE, "kind": HUGE, "organisation": HUGE, "public": HUGE, "never": HUGE}),
    (f"me/organisation/{BIOTECH}/ask", {"text": HUGE, "public": HUGE}), ("me/keys", {"name": HUGE, "public": HUGE}),
    ("me/delete", {"password": HUGE}), ("me/searches", {"query": HUGE}), ("me/digest", {"say": HUGE}),
    ("me/profile", {"called": "a\x00b\u202ec", "language": "nl"}),
])
def test_what_is_far_too_long_or_unreadable_is_refused_in_words(enter, make, address, fields):
    person = make("editor")
    answer = enter(person).post(f"/de/{address}", fields)
    assert answer.status_code in {302, 400}, answer.content[:300]
    if answer.status_code == 400:
        assert '<html lang="de"' in answer.content.decode()
    person.refresh_from_db()
    assert person.called == ""
    assert not person.needs.exists()
    assert not person.introductions.exists()


@pytest.mark.parametrize("query", ["about=call&text=" + HUGE, "about=study&text=" + HUGE, "about=partner&text=%00",
                                   "about=nonsense&text=x", "about=partner&text==1%2B1", "class=" + HUGE])
def test_odd_questions_of_curators_are_answered(enter, make, query):
    from openvalley.site.people.models import Membership

    Membership.objects.create(organisation="pic:990000002", given="Schelde Biotech")
    browser = enter(make("curator"))
    for form in ("write", "write.csv", "members", "members.csv", "log", "judgements", "disputes", "links"):
        assert browser.get(f"/nl/curate/{form}?{query}&page=99999999999999999999&left=%00&right=x").status_code == 200


@pytest.mark.parametrize(("language", "says"), [("nl", "te groot"), ("fr", "trop grand"), ("de", "zu groß")])
@pytest.mark.parametrize("address", ["/curate/members/import", "/me/account/login/", "/needs", ""])
def test_a_huge_upload_is_refused_before_it_is_read(enter, make, monkeypatch, language, says, address):
    from django.http.multipartparser import MultiPartParser

    def read(_self):
        raise AssertionError("it was read")

    monkeypatch.setattr(MultiPartParser, "parse", read)
    for browser in (enter(), enter(make("curator", f"{uuid.uuid4().hex}@example.org"))):
        answer = browser.post(f"/{language}{address or '/'}", b"x" * (MOST_WITH_FILES + 1),
                              content_type="multipart/form-data; boundary=x")
        text = answer.content.decode()
        assert answer.status_code == 413
        assert f'<html lang="{language}"' in text
        assert says in text


def test_a_form_sent_twice_at_once_publishes_once(enter, make):
    editor = make("editor")
    browser = enter(editor)
    said = {"public": str(uuid.uuid4()), "organisation": "pic:990000002", "kind": "need", "text": "A filler for May.",
            "language": "en", "audience": "public", "never": ""}
    assert [browser.post("/en/me/needs/new", said).status_code for _ in range(2)] == [302, 302]
    assert editor.needs.count() == 1
    number = {"public": str(uuid.uuid4()), "name": "a program"}
    for _twice in range(2):
        browser.post("/en/me/keys", number)
    assert editor.api_keys.count() == 1


@pytest.mark.parametrize("say", ["accepted", "declined", "met", "agreement", "nothing", "", "x", HUGE])
def test_a_stranger_says_nothing_of_an_introduction(enter, make, say):
    from openvalley.site.people.models import Introduction

    entry = Introduction.objects.create(asker=make(email="a@example.org"), organisation="pic:990000002")
    make("editor")
    assert enter(make(email="b@example.org")).post(
        f"/en/me/introductions/{entry.public}/answer", {"say": say}).status_code == 404
    entry.refresh_from_db()
    assert entry.state == "asked"


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_a_language_without_its_slash_leads_to_its_home(client, language):
    assert client.get(f"/{language}").headers["Location"] == f"/{language}/"


@pytest.mark.parametrize(("language", "says"), [("en", "could not be kept"), ("nl", "kon niet worden bewaard"),
                                                ("fr", "pas pu être gardé"), ("de", "nicht festgehalten werden")])
def test_a_full_disk_is_owned_and_what_is_kept_stays(enter, make, site, monkeypatch, language, says):
    import errno
    import pathlib

    from django.core.files.uploadedfile import SimpleUploadedFile

    def full(*_given, **_named):
        raise OSError(errno.ENOSPC, "No space left on device")

    browser = enter(make("curator"))
    with monkeypatch.context() as patched:
        patched.setattr(pathlib.Path, "write_text", full)
        answer = browser.post(f"/{language}/curate/members/import", {
            "list": SimpleUploadedFile("members.csv", b"name\nx\n")})
    text = answer.content.decode()
    assert answer.status_code == 503
    assert f'<html lang="{language}"' in text
    assert says in text
    assert str(site.home) not in text
