"""Needs and offers: published by editors, read by those whom they are for, shown as claims of the organisation."""

import html
import uuid

import pytest

from worlds import ror_id

PUBLIC_PAGE = "/en/organisation/pic/990000002"
HOSPITAL = ror_id(2)
NEED = {"organisation": "pic:990000002", "kind": "need", "text": "We look for a filler of syringes.", "language": "en",
        "audience": "public", "never": ""}


@pytest.fixture
def publish(enter):
    def sent(person, **typed):
        return enter(person).post("/en/me/needs/new", {**NEED, "public": str(uuid.uuid4()), **typed})

    return sent


def test_a_need_for_everybody_stands_on_the_organisations_page_until_withdrawn(enter, make, publish, client):
    from openvalley.site.people.models import Entry, Need

    editor = make("editor")
    before = client.get(PUBLIC_PAGE)
    assert publish(editor).status_code == 302
    known = client.get(PUBLIC_PAGE, headers={"if-none-match": before.headers["ETag"]})
    text = known.content.decode()
    assert known.status_code == 200
    at = text.index("We look for a filler")
    assert "Source: the organisation itself" in text[at:at + 300]
    assert f"/en/me/organisation/pic/990000002/ask?need={Need.objects.get().public}" in text
    assert "We look for a filler" in enter(make()).get("/nl/me/needs").content.decode()
    assert "We look for a filler" in client.get("/de/needs").content.decode()
    (item,) = client.get("/en/needs.json").json()["items"]
    assert (item["text"], item["source"], item["organisation"]) == (NEED["text"], "the organisation", "pic:990000002")
    enter(editor).post(f"/en/me/needs/{Need.objects.get().public}/withdraw")
    assert "We look for a filler" not in client.get(PUBLIC_PAGE).content.decode()
    assert "We look for a filler" not in enter(make("curator")).get("/en/me/needs").content.decode()
    assert [entry.what for entry in Entry.objects.all()] == ["need.withdrawn", "need.published"]
    assert "filler" not in str([entry.detail for entry in Entry.objects.all()])


@pytest.mark.parametrize(("audience", "readers"), [
    ("public", {"member", "curator", "administrator"}), ("members", {"member", "curator", "administrator"}),
    ("curators", {"curator", "administrator"})])
def test_each_audience_reads_what_is_for_it(enter, make, publish, client, audience, readers):
    publish(make("editor"), audience=audience)
    for standing in ("member", "curator", "administrator"):
        text = enter(make(standing)).get("/en/me/organisation/pic/990000002").content.decode()
        assert ("We look for a filler" in text) == (standing in readers)
    assert ("We look for a filler" in client.get(PUBLIC_PAGE).content.decode()) == (audience == "public")
    for url in ("/en/needs", "/en/needs.json"):
        assert ("We look for a filler" in client.get(url).content.decode()) == (audience == "public")


def test_those_on_the_never_show_to_list_never_see_it(enter, make, publish):
    page = f"https://valley.example/nl/organisation/ror/{HOSPITAL.rpartition('/')[2]}"
    assert publish(make("editor"), audience="members", never=f"{page}\r\n\r\n{HOSPITAL}").status_code == 302
    by_claim = make("editor", "claims@example.org", HOSPITAL)
    by_address = make(email="an@uzkaai.example")
    for person, sees in ((by_claim, False), (by_address, False), (make(email="else@example.org"), True)):
        for url in ("/en/me/needs", "/en/me/organisation/pic/990000002"):
            assert ("We look for a filler" in enter(person).get(url).content.decode()) == sees


def test_everybody_cannot_be_narrowed(make, publish):
    answer = publish(make("editor"), never=HOSPITAL)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert 'id="id_audience_error"' in text
    assert HOSPITAL in text


def test_a_need_sent_twice_is_one(make, publish):
    from openvalley.site.people.models import Need

    editor, public = make("editor"), str(uuid.uuid4())
    for _twice in range(2):
        assert publish(editor, public=public).status_code == 302
    assert Need.objects.count() == 1


@pytest.mark.parametrize(("typed", "field"), [
    ({"text": ""}, "text"), ({"text": "x" * 10_000}, "text"), ({"text": "a\x00b"}, "text"),
    ({"text": "esc\x1b[31m"}, "text"), ({"kind": "wish"}, "kind"), ({"audience": "nobody"}, "audience"),
    ({"organisation": HOSPITAL}, "organisation"), ({"language": "xx"}, "language"),
    ({"audience": "members", "never": "no such thing"}, "never"),
    ({"audience": "members", "never": "\n".join(ror_id(number) for number in range(100, 125))}, "never")])
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(make, publish, typed, field):
    from openvalley.site.people.models import Need

    answer = publish(make("editor"), **typed)
    text = html.unescape(answer.content.decode())
    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in text
    assert not Need.objects.exists()
    if field != "text":
        assert NEED["text"] in text


def test_markup_is_shown_as_it_was_typed_and_runs_nowhere(enter, make, publish, client):
    publish(make("editor"), text='<script>alert(3)</script> & <img src=x onerror="alert(4)">')
    for text in (client.get(PUBLIC_PAGE).content.decode(), enter(make()).get("/en/me/needs").content.decode()):
        assert "<script>alert(3)" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;alert(3)" in text


def test_as_csv_a_need_is_no_formula(publish, make, client):
    publish(make("editor"), text='=HYPERLINK("x") wanted')
    answer = client.get("/en/needs.csv")
    assert answer["Content-Type"].startswith("text/csv")
    (head, row) = answer.content.decode("utf-8-sig").splitlines()
    assert head.startswith("id,kind,text")
    assert "'=HYPERLINK" in row
    assert "the organisation" in row


def test_contacts_are_taken_out(make, publish):
    from openvalley.site.people.models import Need

    publish(make("editor"), text="Mail ann.sample@example.org or call +32 9 123 45 67 about syringes")
    (need,) = Need.objects.all()
    assert "ann.sample" not in need.text
    assert "123 45 67" not in need.text
    assert "syringes" in need.text


def test_forged_numbers_withdraw_nothing(enter, make, publish):
    from openvalley.site.people.models import Need

    publish(make("editor"))
    need = Need.objects.get()
    other = make("editor", "other@example.org", HOSPITAL)
    assert enter(other).post(f"/en/me/needs/{need.public}/withdraw").status_code == 404
    assert enter(other).post(f"/en/me/needs/{uuid.uuid4()}/withdraw").status_code == 404
    need.refresh_from_db()
    assert need.withdrawn_at is None


def test_who_no_longer_speaks_for_an_organisation_publishes_nothing_for_it(make, publish):
    editor = make("editor")
    editor.editorships.update(state="refused")
    assert publish(editor).status_code == 403


def test_public_pages_stay_where_the_database_is_down(client, monkeypatch):
    from django.db import DatabaseError
    from django.db.models import QuerySet

    def down(*_given, **_named):
        raise DatabaseError

    monkeypatch.setattr(QuerySet, "aggregate", down)
    monkeypatch.setattr(QuerySet, "__iter__", down)
    answer = client.get(f"{PUBLIC_PAGE}?down")
    assert answer.status_code == 200
    assert "Schelde" in answer.content.decode()
