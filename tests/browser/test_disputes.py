"""Wrong about us? A person's way through it in a real browser: by mouse, by keyboard, without JavaScript."""

import pytest

import sites
from serving import ENDED
from worlds import ror_id

HOSPITAL = "/en/organisation/ror/" + ror_id(2).rpartition("/")[2]


@pytest.fixture(autouse=True)
def _forgotten(served, tmp_path_factory):
    assert served
    yield
    sites.forget_disputes(sites.built(tmp_path_factory))


def _focused(page):
    return page.evaluate("document.activeElement.innerText")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_fact_to_its_dispute_and_back(tab, scripts):
    page = tab(java_script_enabled=scripts)
    page.goto(HOSPITAL)
    mark = page.locator("dl.facts div", has_text="Town").locator("details.mark")
    mark.locator("summary").click()
    page.get_by_role("link", name="Say what is wrong about “Town”").click()
    assert page.get_by_label("What is wrong?").input_value() == "city=Leuven"
    page.get_by_label("What is right?").fill("We moved\nto Mechelen.")
    page.get_by_label("A public page that says so").fill("www.example.org/contact")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**?disputed=*")
    assert "Thank you." in page.get_by_role("status").inner_text()
    if scripts:
        assert "Thank you." in _focused(page)
    page.get_by_role("link", name="It is shown beside the fact").click()
    beside = page.locator("dl.facts div", has_text="Town").locator(".dispute")
    assert beside.is_visible()
    assert "to Mechelen." in beside.inner_text()
    assert beside.get_by_role("link").get_attribute("href") == "https://www.example.org/contact"
    page.goto(HOSPITAL)
    assert page.locator(".dispute").is_visible()


@pytest.fixture
def visit(browser, served):
    """Return a page opener for answers that a browser's console calls errors, as it does each form that comes again."""
    contexts = []

    def opened(**options):
        contexts.append(browser.new_context(base_url=served, locale="en-GB", **options))
        contexts[-1].set_default_timeout(1000 * ENDED)
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


def test_what_is_wrong_takes_the_focus_and_leads_to_the_field(visit):
    page = visit()
    page.goto(f"{HOSPITAL}/dispute")
    page.get_by_label("What is right?").fill("x" * 501)
    page.get_by_role("button", name="Send").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert "It was not sent" in _focused(page)
    page.get_by_role("alert").get_by_role("link", name="Write at most 500 characters.").click()
    assert page.evaluate("document.activeElement.id") == "says"
    assert page.get_by_label("What is right?").input_value() == "x" * 501


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_bars_anyone(visit, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = visit(viewport={"width": 360, "height": 800}, color_scheme=scheme)
    page.goto(f"{HOSPITAL}/dispute")
    page.get_by_role("button", name="Send").click()
    page.wait_for_selector("[role=alert]")
    found = [Axe().run(page)]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_label("What is wrong?").select_option("other=")
    page.get_by_label("What is right?").fill("A project is missing. " + "x" * 200)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**?disputed=*")
    found.append(Axe().run(page))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for result in found:
        assert result.violations_count == 0, result.generate_report()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_missing_row_is_proposed_from_its_organisations_page(tab, scripts):
    page = tab(360, java_script_enabled=scripts)
    page.goto(HOSPITAL)
    page.get_by_role("link", name="Is something missing?").click()
    page.get_by_role("link", name="Event", exact=True).click()
    page.get_by_label("Name (English)").fill("River days")
    page.get_by_text("More that you know about it").click()
    page.get_by_label("Months (1 to 12)").fill("5")
    page.get_by_label("A public page that says so").fill("www.example.org/river-days")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**?kept=*")
    assert "waits for a curator" in page.get_by_role("status").inner_text()
