"""People's ways through the site, in a real browser."""

import pytest

from serving import ENDED
from worlds import ror_id

UNIVERSITY = "/en/organisation/ror/" + ror_id(1).rpartition("/")[2]
DISPUTE = UNIVERSITY + "/dispute"
PAGES = {
    "home": "/en/", "search": "/en/search", "text": "/en/search?q=schelde", "nothing": "/en/search?q=qqqqxxxxzzzz",
    "projects": "/fr/search?type=project&region=any", "organisation": UNIVERSITY,
    "project": "/de/project/cordis/101000004", "untitled": "/en/project/cordis/700009", "about": "/nl/about-the-data",
    "dispute": DISPUTE, "trials": "/nl/search?type=trial", "calls": "/fr/search?type=call&q=rivers",
    "all types": "/en/search?q=river+fever", "trial": "/en/trial/clinicaltrials/NCT99000001",
    "old trial": "/de/trial/euctr/2004-000123-45", "region": "/nl/region/BE23",
    "call": "/fr/call/calls/HORIZON-HLTH-2024-RIVER-01-02-two-stage",
    "map": "/en/map", "map of companies": "/de/map?kind=company", "press": "/fr/press", "changes": "/nl/changes",
    "network": UNIVERSITY + "/network", "chain": "/en/chain?compare=NL",
    "partners": "/nl/connect?organisation=Schelde+University",
    "research": "/fr/discover", "skills": "/de/educate", "money": "/en/fund?need=gene+therapy", "ranking": "/nl/rank",
    "sites": "/en/test?condition=river+fever",
    "method": "/fr/method/rank",
    "pack row": "/nl/pack/instrument/tide-grant", "missing": "/fr/pack/new", "new row": "/en/pack/new/capability",
    "new organisation": "/de/pack/new/organisation",
    "runs trials": "/en/organisation/ror/" + ror_id(2).rpartition("/")[2],
}
#: Pages of what cannot be answered: the browser itself complains about their status.
REFUSED = {"404": "/nl/niets", "wrongly asked": "/de/test?condition=river+fever&phase=9&limit=x"}


def test_from_the_home_page_to_a_facts_source_and_on(tab):
    page = tab()
    page.goto("/")
    page.get_by_role("searchbox").fill("UZ Kaay")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="UZ Kaai").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "UZ Kaai"
    mark = page.locator("dl.facts details.mark").first
    mark.locator("summary").click()
    assert "retrieved" in mark.inner_text()
    page.get_by_role("link", name="TIDEGENE").first.click()
    assert "TIDEGENE" in page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="About the data").click()
    assert page.get_by_role("heading", name="What is quoted, and what is held").is_visible()


def test_by_keyboard_alone(tab):
    page = tab()
    page.goto("/en/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("/")
    page.keyboard.type("schelde university")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Schelde University"
    page.keyboard.press("Enter")
    page.wait_for_url("**" + UNIVERSITY)
    mark = page.locator("dl.facts details.mark").first
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.querySelector('dl.facts details.mark summary')"):
            break
    page.keyboard.press("Enter")
    assert mark.get_attribute("open") is not None
    assert "Version" in mark.inner_text()


def test_from_a_disease_to_a_hospital_and_its_region(tab):
    page = tab()
    page.goto("/en/")
    page.get_by_role("searchbox").fill("river fever leuven")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="RIVERVAC").first.click()
    abroad = page.locator(".abroad details").first
    abroad.locator("summary").click()
    assert "Elsewhere Clinic" in abroad.inner_text()
    page.get_by_role("link", name="UZ Kaai").first.click()
    page.get_by_role("link", name="Arr. Leuven").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Arr. Leuven"
    page.get_by_role("navigation", name="In what it lies").get_by_role("link", name="Vlaams Gewest").click()
    page.wait_for_url("**/region/BE2")


def test_open_calls_are_a_click_from_home(tab):
    page = tab(360)
    page.goto("/en/")
    page.get_by_role("link", name="2 EU calls").click()
    assert page.locator("#count").inner_text() == "2 calls"
    page.get_by_role("link", name="Healthy rivers").click()
    assert "Open today" in page.locator(".answer").inner_text()


def test_a_slash_can_be_typed_into_the_box(tab):
    page = tab()
    page.goto("/en/")
    page.get_by_role("searchbox").fill("")
    page.get_by_role("searchbox").press_sequentially("a/b")
    assert page.get_by_role("searchbox").input_value() == "a/b"


def test_a_circle_of_the_map_leads_to_its_organisations(tab):
    page = tab()
    page.goto("/en/")
    circle = page.locator("svg.map a").first
    name = circle.get_attribute("aria-label")
    circle.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*town=*")
    assert page.locator("#count").inner_text() == name.partition(": ")[2]


@pytest.mark.parametrize("width", [360, 600, 1280])
def test_names_on_the_map_do_not_cover_one_another(tab, width):
    page = tab(width)
    page.goto("/en/")
    boxes = page.evaluate("""[...document.querySelectorAll('svg.map text')].map(name => name.getBoundingClientRect())
        .filter(box => box.width).map(box => [box.left, box.top, box.right, box.bottom])""")
    assert boxes
    for place, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[place + 1:]:
            assert left >= other[2] or right <= other[0] or top >= other[3] or bottom <= other[1]


def test_the_language_can_be_changed_in_place(tab):
    page = tab()
    page.goto(UNIVERSITY)
    page.get_by_role("link", name="Deutsch").click()
    page.wait_for_url("**" + UNIVERSITY.replace("/en/", "/de/"))
    assert page.get_by_role("heading", name="Angaben und ihre Quellen").is_visible()


def test_without_javascript_everything_is_there(tab):
    page = tab(java_script_enabled=False)
    page.goto("/en/")
    page.get_by_role("searchbox").fill("UZK")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="UZ Kaai").first.click()
    mark = page.locator("dl.facts details.mark").first
    mark.locator("summary").click()
    assert "Version" in mark.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*PAGES, *REFUSED])
def test_nothing_bars_anyone(browser, served, scheme, name):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    context.set_default_timeout(1000 * ENDED)
    page = context.new_page()
    page.goto(served + {**PAGES, **REFUSED}[name])
    page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    found = Axe().run(page)
    context.close()
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_scrolls_in_one_direction(tab, name):
    page = tab(360)
    page.goto(PAGES[name])
    page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_question_is_asked_and_its_evidence_followed(tab):
    page = tab()
    page.goto("/fr/")
    page.get_by_role("link", name="O\u00f9 une \u00e9tude pourrait-elle se d\u00e9rouler").click()
    page.get_by_label("Maladie").fill("river fever")
    page.get_by_label("Maladie").press("Enter")
    page.wait_for_url("**/fr/test?condition=river+fever*")
    assert page.get_by_role("heading", name="La r\u00e9ponse").is_visible()
    page.locator(".entries a.checked").first.click()
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.url.split("/")[3] == "fr"


def test_a_circle_of_the_clusters_map_leads_to_its_place_in_the_list(tab):
    page = tab(java_script_enabled=False)  # with it, test_live.py walks the map
    page.goto("/en/map?kind=company")
    circle = page.locator("svg.map a").first
    circle.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#place-*")
    anchor = page.url.partition("#")[2]
    page.locator(f"#{anchor} summary").click()
    page.locator(f"#{anchor} ul a").first.click()
    page.wait_for_url("**/organisation/**")


def test_from_partner_to_partner_by_keyboard(tab):
    page = tab()
    page.goto(UNIVERSITY)
    page.get_by_role("link", name="Its network as a picture").click()
    circle = page.locator("svg.chart a").first
    name = circle.get_attribute("aria-label").partition(":")[0]
    circle.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith("/network") and UNIVERSITY not in url)
    assert name in page.get_by_role("heading", level=1).inner_text()
