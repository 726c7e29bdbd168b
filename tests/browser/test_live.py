"""What gets better with JavaScript: the map moves, lists are filtered in place; and without it all is there."""

import pytest


def axe():
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_the_map_is_enlarged_by_keyboard_until_a_circle_is_a_town_of_the_list(tab, width, scheme):
    # Without motion the map is another one as soon as it is asked.
    page = tab(width, scheme, reduced_motion="reduce")
    page.goto("/en/map")
    spots = page.locator(".movable .spot")
    spots.first.wait_for()
    shown = page.locator(".answer b").inner_text()
    assert sum(int(one.evaluate("spot => spot.firstChild.textContent")) for one in spots.all()) == int(shown)
    assert axe().run(page).response["violations"] == []
    for _step in range(8):
        spots.first.focus()
        page.keyboard.press("Enter")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    assert page.evaluate("document.activeElement.closest('details').open")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_role("button", name="Enlarge").count() == 1


def _apart(one, other):
    return (one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"])


def test_names_of_towns_on_the_map_do_not_touch(tab):
    page = tab(reduced_motion="reduce")
    page.goto("/en/map")
    page.locator(".movable .spot").first.wait_for()
    names = [one.bounding_box() for one in page.locator(".movable .spot-name").all()]
    assert names
    # Texts are measured without the room around them, which may meet.
    inner = [{"x": box["x"] + 3, "y": box["y"] + 3, "width": box["width"] - 6, "height": box["height"] - 6}
             for box in names]
    assert all(_apart(one, other) for at, one in enumerate(inner) for other in inner[at + 1:])


def test_the_map_is_filtered_in_place_and_its_address_says_so(tab):
    page = tab()
    page.goto("/fr/map")
    page.evaluate("window.here = true")
    choice = page.locator("#f-kind option").nth(1)
    code, left = choice.get_attribute("value"), choice.inner_text().rpartition("(")[2].strip(")")
    page.locator("#f-kind").focus()
    page.locator("#f-kind").select_option(code)
    page.wait_for_url(f"**/fr/map?kind={code}*")
    page.locator(".chosen, .hint a").first.wait_for()
    assert page.evaluate("window.here")
    assert page.evaluate("document.activeElement.id") == "f-kind"
    assert left in page.locator("p[role=status]").inner_text()
    assert f"kind={code}" in page.locator("#languages a").first.get_attribute("href")
    assert f"kind={code}" in page.locator("#machine a").first.get_attribute("href")
    assert axe().run(page).response["violations"] == []
    page.go_back()
    page.wait_for_url("**/fr/map")
    assert page.locator("#f-kind").input_value() == ""


def test_a_list_is_narrowed_in_place(tab):
    page = tab()
    page.goto("/en/search?q=schelde")
    page.evaluate("window.here = true")
    page.locator("nav.tabs a[href*='type=organisation']").click()
    page.wait_for_url("**/en/search?*type=organisation*")
    page.locator("aside.facets .counts a").first.click()
    page.locator(".chips").wait_for()
    assert page.evaluate("window.here")
    assert page.locator("p[role=status]").inner_text() == " ".join(page.locator("#count").inner_text().split())
    assert page.evaluate("document.activeElement.id") == "content"
    assert axe().run(page).response["violations"] == []


def test_what_cannot_be_found_in_place_is_said_in_place(tab):
    page = tab()
    page.goto("/nl/search?q=schelde")
    page.locator("#q").fill("qqqqqqqq")
    page.locator("#q").press("Enter")
    page.wait_for_url("**q=qqqqqqqq*")
    page.locator(".empty").wait_for()
    assert page.title().startswith("qqqqqqqq")


def test_without_javascript_nothing_is_missing(tab):
    page = tab(java_script_enabled=False)
    page.goto("/en/map")
    assert page.locator("svg.map a").count() > 1
    page.locator("#f-kind").select_option(index=1)
    page.get_by_role("button", name="Show").click()
    assert "kind=" in page.url
    page.goto("/en/search?q=schelde")
    page.locator("nav.tabs a[href*='type=organisation']").click()
    assert "type=organisation" in page.url
