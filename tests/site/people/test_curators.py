"""Curators: doubtful links, judgements, disputes, members, letters, sources."""

import time
from contextlib import closing
from functools import partial

import pytest

import doubtful
import sites
from openvalley.resolve.curator_decisions import State
from openvalley.resolve.disputes import DisputeStore
from openvalley.resolve.judgement import Decision
from openvalley.resolve.judgements import JudgementStore
from openvalley.resolve.sent import Sent
from worlds import ror_id

LIST = ("name,class,since,until,contact_role,city,country\n"
        "Schelde Biotech,large,2020-01-01,,head of research,Gent,BE\n"
        'Kaai University Hospital,care,2019-05-05,2021-01-01,=HYPERLINK("x"),Leuven,BE\n'
        "Nobody Knows This Company,small,31/12/2020,,,Gent,BE\n")


@pytest.fixture(scope="module")
def queue(tmp_path_factory):
    """A home whose atlas leaves doubts."""
    return doubtful.waiting(tmp_path_factory, tmp_path_factory.mktemp("queue") / "home", likely=True)


@pytest.fixture
def desk(enter, make, site):
    assert site
    return enter(make("curator", called="An Boon"))


@pytest.fixture
def review(queue, desk):
    from django.test import override_settings

    with override_settings(OPENVALLEY=queue):
        yield desk


def _pair(text):
    return {name: text.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("left", "right")}


def test_doubtful_links_are_judged_side_by_side_and_undone(review, queue):
    store = JudgementStore(queue.judgements)
    before = len(store.history())
    text = review.get("/en/curate/links").content.decode()
    pair = _pair(text)
    assert text.count('aria-labelledby="side-') == 2
    for key in "sdk":
        assert f'data-key="{key}"' in text
    assert "review." in text
    answer = review.post("/en/curate/links/decide", {**pair, "say": "different", "why": "two buildings"})
    kept = store.history()[-1]
    assert {*kept.pair} == {*pair.values()}
    assert (kept.decision, kept.judge, kept.why) == (Decision.DIFFERENT, "An Boon", "two buildings")
    assert _pair(review.get(answer.headers["Location"]).content.decode()) != pair
    # Sent twice, it is one judgement.
    review.post("/en/curate/links/decide", {**pair, "say": "different"})
    assert len(store.history()) == before + 1
    back = review.post("/en/curate/links/undo")
    assert store.history()[-1].decision is Decision.UNDECIDED
    assert _pair(review.get(back.headers["Location"]).content.decode()) == pair
    assert "nothing to undo" in review.post("/en/curate/links/undo", follow=True).content.decode()
    listed = review.get("/nl/curate/judgements").content.decode()
    assert "two buildings" in listed
    assert "An Boon" in review.get("/nl/curate/judgements.csv").content.decode()


@pytest.mark.parametrize("sent", [
    {"left": "ror/x", "right": "ror/y", "say": "same"}, {"say": "same"}, {"left": "\x00", "right": "x" * 10_000,
                                                                       "say": "none"}])
def test_forged_pairs_are_not_judged(review, queue, sent):
    before = len(JudgementStore(queue.judgements).history())
    assert review.post("/fr/curate/links/decide", sent).status_code == 302
    assert len(JudgementStore(queue.judgements).history()) == before


def test_what_cannot_be_said_of_a_pair_is_refused(review, queue):
    before = len(JudgementStore(queue.judgements).history())
    pair = _pair(review.get("/en/curate/links").content.decode())
    review.post("/en/curate/links/decide", {**pair, "say": "nonsense"})
    assert len(JudgementStore(queue.judgements).history()) == before
    review.post("/en/curate/links/decide", {**pair, "say": "different", "why": "nul\x00byte " + "x" * 10_000})
    kept = JudgementStore(queue.judgements).history()[-1]
    assert kept.why.startswith("nulbyte x")
    assert len(kept.why) == 500


@pytest.fixture
def dispute(site):
    store = DisputeStore(site.judgements)
    yield store.add(Sent("pic:990000002", "city", "Gent", 'We "are" in Mechelen & more', "", "en"), 100)
    sites.forget_disputes(site)


def test_disputes_are_decided_with_a_reason_that_readers_see(desk, dispute, site, page):
    from openvalley.site.people.models import Entry

    text = desk.get("/de/curate/disputes").content.decode()
    assert "We &quot;are&quot; in Mechelen &amp; more" in text
    wrong = desk.post(f"/de/curate/disputes/{dispute}", {"say": "accepted", "why": "x" * 600})
    assert wrong.status_code == 400
    assert "x" * 600 in wrong.content.decode()
    desk.post(f"/de/curate/disputes/{dispute}", {"say": "accepted", "why": "The gazette says so."})
    (kept,) = DisputeStore(site.judgements).every()
    assert kept.state is State.ACCEPTED
    assert kept.last.by == "An Boon"
    assert "The gazette says so." in page("/en/organisation/pic/990000002")
    assert Entry.objects.get().what == "dispute.accepted"
    for number, say in ((999, "accepted"), (dispute, "nonsense")):
        assert desk.post(f"/de/curate/disputes/{number}", {"say": say, "why": "x"}).status_code == 404


def _upload(desk, content, name="members.csv"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return desk.post("/en/curate/members/import", {"list": SimpleUploadedFile(name, content)})


@pytest.fixture(scope="module")
def linked_list(tmp_path_factory):
    """The list as `link` answers it, without waiting for a process."""
    from openvalley.atlas.linking import link_file
    from openvalley.atlas.reader import open_atlas

    folder = tmp_path_factory.mktemp("list")
    (folder / "in.csv").write_text(LIST, encoding="utf-8")
    with closing(open_atlas(sites.site(tmp_path_factory).home)) as atlas:
        link_file(folder / "in.csv", folder / "out.csv", atlas)
    return (folder / "out.csv").read_bytes()


class _AtOnce:
    """A thread that has ended when it is started."""

    def __init__(self, target, args, daemon):
        assert daemon
        self.start = partial(target, *args)


@pytest.fixture
def imported(desk, linked_list, monkeypatch):
    """Import the list, take what is ticked."""
    from openvalley.site.people import uploads

    monkeypatch.setattr(uploads, "_link", lambda _settings, source: source.with_suffix(".linked").write_bytes(
        linked_list))
    monkeypatch.setattr(uploads, "Thread", _AtOnce)
    url = _upload(desk, LIST.encode()).headers["Location"]
    return url, desk.get(url).content.decode()


def test_a_member_list_is_linked_and_taken(desk, imported, client, page):
    from openvalley.site.people.models import Membership

    url, text = imported
    assert text.count("checked>") == 2
    assert "not found" in text
    assert "31/12/2020" in text
    for _twice in range(2):
        desk.post(url, {"take": ["1", "2", "3", "99", "x"]})
    assert [(row.organisation, row.grade, str(row.since), row.contact_role) for row in Membership.objects.all()] == [
        (ror_id(2), "care", "2019-05-05", '=HYPERLINK("x")'), ("pic:990000002", "large", "2020-01-01",
                                                               "head of research")]
    # Former members are left out unless they are asked for; a class narrows the list.
    assert "Kaai" not in desk.get("/en/curate/members").content.decode()
    assert "Kaai" in desk.get("/en/curate/members?past=1").content.decode()
    assert "Schelde Biotech" not in desk.get("/en/curate/members?class=care").content.decode()
    table = desk.get("/en/curate/members.csv?past=1").content.decode()
    assert "'=HYPERLINK" in table
    # Nobody else learns of it.
    assert client.get("/en/curate/members.csv").status_code == 302
    public = page("/en/organisation/pic/990000002") + page("/en/organisation/pic/990000002.json")
    assert "head of research" not in public
    desk.post(f"/en/curate/members/{Membership.objects.get(grade='large').pk}/remove")
    assert Membership.objects.count() == 1


@pytest.mark.parametrize(("content", "name", "says"), [
    (b"x" * 1_000_001, "m.csv", "too large"), (b"name\n\xff\xfe", "m.csv", "UTF-8"), (b"title\nx\n", "m.csv", "name"),
    (b"name\nx\n", "m.xlsx", "CSV"), (b"", "m.csv", "name"), (b"name\na\x00b\n", "m.csv", "name"),
    (b"name\n" + b"x\n" * 5_001, "m.csv", "5000")])
def test_odd_lists_are_refused_with_a_reason(desk, content, name, says):
    answer = _upload(desk, content, name)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert says in text[text.index('id="list-fault"'):][:300]


def test_a_list_that_was_never_sent_is_unknown(desk):
    assert desk.get("/en/curate/members/import/00000000-0000-4000-8000-000000000000").status_code == 404


def test_a_real_process_links_a_list_and_old_lists_are_forgotten(site):
    from openvalley.site.people import uploads

    public = uploads.take(site, LIST.encode())
    while (rows := uploads.linked(site, public)) is None:  # linking that takes too long fails by itself
        time.sleep(0.1)
    assert [row.decision for row in rows][:1] == ["match"]
    assert rows[0].match_id == "pic:990000002"
    assert uploads.forget_old(site) == 0
    assert uploads.forget_old(site, time.time() + 25 * 3600) >= 2


@pytest.mark.parametrize(("about", "text"), [("call", "HORIZON-HLTH-2024-RIVER-01-01"), ("study", "river fever"),
                                             ("partner", "vaccine")])
def test_which_members_to_write_to_with_reasons(desk, about, text):
    from openvalley.site.people.models import Membership

    Membership.objects.create(organisation="pic:990000002", given="Schelde Biotech", grade="large")
    Membership.objects.create(organisation=ror_id(2), given="Kaai", grade="care", contact_role="=trials")
    for language in ("en", "nl", "fr", "de"):
        answer = desk.get(f"/{language}/curate/write", {"about": about, "text": text})
        assert answer.status_code == 200
    shown = answer.content.decode()
    table = desk.get("/en/curate/write.csv", {"about": about, "text": text}).content.decode()
    assert table.startswith("\ufeffid,name,class,contact_role,score,why")
    if about == "study":
        assert "Kaai" in shown
        assert ror_id(2) in table
        assert "'=trials" in table
    narrowed = desk.get("/en/curate/write.csv", {"about": about, "text": text, "class": "none"}).content.decode()
    assert narrowed.count("\n") == 1


@pytest.mark.parametrize("query", [{"about": "call", "text": "no such call"}, {"about": "x", "text": "y"},
                                   {"about": "study", "text": "x" * 10_000}, {}])
def test_odd_letters_are_answered(desk, query):
    from openvalley.site.people.models import Membership

    Membership.objects.create(organisation="pic:1", given="Gone")
    Membership.objects.create(organisation="pic:990000002", given="Schelde Biotech")
    assert desk.get("/nl/curate/write", query).status_code == 200
    assert desk.get("/nl/curate/write.csv", query).status_code == 200


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_the_health_of_sources_is_a_page(desk, language):
    text = desk.get(f"/{language}/curate/sources").content.decode()
    assert "CORDIS" in text
    assert desk.get(f"/{language}/curate").status_code == 200


def test_without_an_atlas_the_desk_is_there(desk, tmp_path):
    from django.test import override_settings

    from openvalley.settings import Settings

    with override_settings(OPENVALLEY=Settings(home=tmp_path)):
        for page in ("", "/links", "/judgements", "/judgements.csv", "/disputes", "/members",
                     "/write?about=call&text=x", "/write.csv", "/sources"):
            assert desk.get(f"/en/curate{page}").status_code == 200
        assert desk.post("/en/curate/links/undo").status_code == 302


@pytest.mark.parametrize(("language", "says"), [
    ("en", "The machine was sure of all pairs"), ("fr", "La machine était sûre de toutes les paires")])
def test_an_empty_queue_says_why_nothing_waits(enter, make, monkeypatch, language, says):
    from openvalley.site.people.views import reviewing

    monkeypatch.setattr(reviewing, "_queue", lambda _atlas: [])
    text = enter(make("curator")).get(f"/{language}/curate/links").content.decode()
    assert says in text
    assert f'href="/{language}/curate/judgements"' in text


def test_where_the_pack_is_the_only_source_the_queue_says_what_to_do(enter, make, monkeypatch):
    from openvalley.site.people.views import reviewing

    monkeypatch.setattr(reviewing, "_queue", lambda _atlas: [])
    monkeypatch.setattr(reviewing, "_alone", lambda _atlas: True)
    assert "openvalley sync" in enter(make("curator")).get("/en/curate/links").content.decode()


def test_the_log_and_the_judgements_speak_in_words(enter, make):
    from openvalley.site.people import audit

    curator = make("curator")
    audit.note(curator, "dispute.accepted", 3, corrects=True)
    audit.note(curator, "editorship.approved", "pic:1", before="asked", account=7)
    text = enter(curator).get("/nl/curate/log").content.decode()
    for said in ("Betwisting aanvaard", "met een correctie van het pakket</span>", "voordien: gevraagd",
                 "account: 7"):
        assert said in text
    assert "dispute.accepted" not in text
