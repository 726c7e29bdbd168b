"""People's own ways through the site, in a real browser: claim an organisation, publish a need, be introduced."""

import re

import pytest

from signing_in import make, shortlist, sign_in
from worlds import ror_id

BIOTECH = "organisation/pic/990000002"
PAGES = ["account/login/", "account/signup/", "account/password/reset/"]
OWN = [
    "me", "me/profile", "me/keys", "me/needs", "me/introductions", "me/shortlist", "me/delete", "me/searches?q=schelde",
    f"me/{BIOTECH}", f"me/{BIOTECH}/ask", "me/account/email/", "me/account/password/change/", "me/second-factor/",
    "curate", "curate/links", "curate/judgements", "curate/disputes", "curate/proposals", "curate/pack",
    "curate/claims", "curate/members", "curate/members/import", "curate/write?about=study&text=river+fever",
    "curate/sources", "curate/log",
]


def axe():
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


@pytest.fixture(scope="module", autouse=True)
def _people(served, served_home):
    assert served
    make(served_home, **{"an@scheldebiotech.example": "member", "bo": "member",
                                                "curator": "curator"})


def test_claim_an_organisation_and_publish_a_need_in_french(tab):
    page = tab()
    sign_in(page, "an@scheldebiotech.example", "fr")
    page.goto(f"/fr/{BIOTECH}")
    page.get_by_role("link", name="La suivre, la revendiquer ou lui écrire").click()
    page.get_by_role("button", name="Revendiquer cette organisation").click()
    assert "Vous parlez" in page.get_by_role("status").inner_text()
    page.goto("/fr/me/needs")
    page.get_by_role("link", name="Publier un besoin ou une offre").click()
    assert axe().run(page).response["violations"] == []
    page.locator("#id_text").fill("Nous cherchons un façonnier pour seringues.")
    page.get_by_role("button", name="Publier").click()
    page.goto(f"/fr/{BIOTECH}")
    assert "Nous cherchons un façonnier" in page.locator("section", has_text="Besoins et offres").first.inner_text()


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_full_shortlist_prints_on_two_pages(tab, served_home, language):
    filled = [f"https://ror.org/{ror_id(number).rpartition('/')[2]}" for number in (1, 2, *range(100, 110))]
    shortlist(served_home, "an@scheldebiotech.example", filled)
    page = tab()
    sign_in(page, "an@scheldebiotech.example", language)
    page.goto(f"/{language}/me/shortlist")
    assert page.locator(".dossier article").count() == len(filled)
    assert page.locator(".references li").count() >= 1
    printed = page.pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) <= 2


def test_ask_for_an_introduction_in_dutch(tab):
    page = tab(width=360)
    sign_in(page, "bo@example.org", "nl")
    page.goto(f"/nl/organisation/ror/{ror_id(2).rpartition('/')[2]}")
    page.get_by_role("link", name="Volgen, opeisen of aanschrijven").click()
    page.get_by_role("link", name="Om een kennismaking vragen").click()
    page.get_by_label("Uw bericht").fill("Wij maken vaccins en zoeken een ziekenhuis.")
    page.get_by_role("button", name="Versturen").click()
    assert "Wij maken vaccins" in page.locator("main").inner_text()
    curator = tab()
    sign_in(curator, "curator@example.org", "nl")
    curator.goto("/nl/me/introductions")
    curator.locator("main .entries a").first.click()
    curator.get_by_role("button", name="Aanvaarden").click()
    page.reload()
    assert "aanvaard" in page.locator("main .badge").first.inner_text()
    assert "@" not in page.locator("main").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_personal_pages_bar_nobody(tab, scheme):
    page = tab(scheme=scheme)
    wrong = {}
    for path in PAGES:
        page.goto(f"/en/me/{path}")
        wrong[path] = axe().run(page).response["violations"]
    sign_in(page, "curator@example.org")
    for path in OWN:
        page.goto(f"/en/{path}")
        wrong[path] = axe().run(page).response["violations"]
    assert {path: [(entry["id"], entry["nodes"][0]["html"]) for entry in found]
            for path, found in wrong.items() if found} == {}


def test_nothing_is_wider_than_a_phone(tab):
    page = tab(width=360)
    sign_in(page, "curator@example.org", "de")
    wide = []
    for path in OWN:
        page.goto(f"/de/{path}")
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            wide.append(path)
    assert wide == []
