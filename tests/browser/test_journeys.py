"""Journeys that people make, in a real browser before a really served site; docs/tour tells them in words.

Those that need an account are walked by test_people.py and test_review.py, but for the list of members.
"""

import csv
from xml.etree import ElementTree as ET

from icalendar import Calendar

from signing_in import make, sign_in


def test_find_an_organisation_and_see_where_a_fact_comes_from(tab):
    page = tab()
    page.goto("/en/")
    page.keyboard.press("/")
    page.keyboard.type("kaai universty hospital")
    page.keyboard.press("Enter")
    page.locator(".rows a").first.click()
    mark = page.locator("details.mark").first
    mark.locator("summary").click()
    assert mark.locator(".claims li").first.is_visible()


def test_find_a_partner_in_french(tab):
    page = tab()
    page.goto("/fr/connect")
    page.get_by_label("Qui demande").fill("Schelde University")
    page.get_by_label("Qui demande").press("Enter")
    page.wait_for_url("**/fr/connect?*")
    assert page.locator(".entries > li").count() >= 1
    assert page.locator("html").get_attribute("lang") == "fr"


def test_find_a_site_in_dutch(tab):
    page = tab(width=375)
    page.goto("/nl/test")
    page.get_by_label("Aandoening", exact=False).first.fill("river fever")
    page.get_by_label("Aandoening", exact=False).first.press("Enter")
    page.wait_for_url("**/nl/test?*")
    assert page.locator(".entries > li").count() >= 1


def test_put_the_deadline_of_a_call_into_a_calendar(tab):
    page = tab()
    page.goto("/en/fund?need=rivers&as_of=2022-01-01")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Deadlines for a calendar").click()
    assert Calendar.from_ical(coming.value.path().read_bytes()).walk("VEVENT")


def test_download_a_figure(tab):
    page = tab()
    page.goto("/en/chain?compare=NL")
    link = page.get_by_role("link", name="SVG").first
    svg = page.request.get(link.get_attribute("href"))
    assert ET.fromstring(svg.body()).tag.endswith("svg")


def test_reconcile_a_list_of_members(tab, served, served_home, tmp_path):
    assert served
    make(served_home, cas="curator")
    page = tab()
    sign_in(page, "cas@example.org")
    page.goto("/en/curate/members/import")
    members = tmp_path / "members.csv"
    with members.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("name", "class", "country"), ("Schelde Universiteit", "full", "BE"),
                                      ("Nobody knows them", "full", "BE")])
    page.get_by_label("The list").set_input_files(members)
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Schelde University").first.wait_for()  # the page comes again until all is linked


def test_change_the_language_midway(tab):
    page = tab()
    page.goto("/en/chain?platform=gene-therapy")
    page.locator(".languages a[hreflang='de']").click()
    page.wait_for_url("**/de/chain?platform=gene-therapy")
    assert page.locator("html").get_attribute("lang") == "de"
