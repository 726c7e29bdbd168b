"""The page of an organisation's network."""

import csv
import io
import re

import pytest

from worlds import ror_id

UNIVERSITY = "/organisation/ror/" + ror_id(1).rpartition("/")[2]


def test_the_picture_and_the_list_name_the_same_and_lead_on(page):
    text = page(f"/nl{UNIVERSITY}/network")
    drawn = text[text.index("<svg xmlns"):text.index("</svg>", text.index("<svg xmlns"))]
    circles = re.findall(r'<a href="([^"]+/network)"', drawn)
    assert circles
    assert len(circles) <= 59
    assert "style=" not in drawn
    listed = text[text.index('<ol class="counts">'):]
    assert all(f'href="{url}"' in listed for url in circles)
    page(circles[0])


def test_the_organisations_page_leads_to_it(page):
    assert f'href="/en{UNIVERSITY}/network"' in page(f"/en{UNIVERSITY}")


@pytest.mark.parametrize(("form", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("csv", "\ufeffid".encode())])
def test_it_can_be_taken_along(client, form, begins):
    assert client.get(f"/en{UNIVERSITY}/network.{form}").content.startswith(begins)


def test_its_data_name_partners_and_links(client):
    told = client.get(f"/en{UNIVERSITY}/network.json").json()
    assert told["partners"]
    assert set(told["links"][0]) == {"one", "other", "projects"} if told["links"] else True
    rows = list(csv.reader(io.StringIO(client.get(f"/en{UNIVERSITY}/network.csv").content.decode())))
    assert len(rows) - 1 == len(told["partners"])


@pytest.mark.parametrize(("url", "status"), [
    (f"{UNIVERSITY}/network?theme=nothing", 400), (f"{UNIVERSITY}/network?since=soon", 400),
    (f"{UNIVERSITY}/network?since=2099", 200), ("/organisation/ror/000000000/network", 404),
    ("/organisation/cordis/700001/network", 404), (f"{UNIVERSITY}/network.exe", 404),
])
def test_what_cannot_be_asked_is_said(page, url, status):
    page("/fr" + url, status)


def test_an_earlier_id_leads_to_it(client):
    answer = client.get("/en/organisation/pic/990000001/network")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/en{UNIVERSITY}/network")


def test_the_same_network_is_drawn_the_same(client):
    first = client.get(f"/en{UNIVERSITY}/network.svg").content
    assert client.get(f"/en{UNIVERSITY}/network.svg?x=1").content == first


@pytest.mark.parametrize("count", [1, 2, 8, 59])
def test_partners_who_all_share_one_project_lie_around_the_middle_and_not_on_it(site, count):
    assert site.home.exists()
    from openvalley.atlas.neighbourhood import Neighbour, Neighbourhood
    from openvalley.site.pages.network_picture import picture

    partners = [Neighbour(f"pic:{at}", f"Partner {at}", "company", "BE", 1, 2020, 2020) for at in range(count)]
    links = {(one, other): 1 for one in range(count) for other in range(one + 1, count)}
    drawn = picture("Middle", Neighbourhood(1, 1, partners, 0, links, [], [2020]))
    places = [(row["x"], row["y"]) for row in drawn.specification["layer"][2]["data"]["values"]]
    assert all(0 <= part <= 1 for place in places for part in place)
    assert all((x - 0.5) ** 2 + (y - 0.5) ** 2 >= 0.12 ** 2 for x, y in places)
    if count > 2:
        for axis in (0, 1):
            assert min(place[axis] for place in places) < 0.4
            assert max(place[axis] for place in places) > 0.6


def test_one_project_is_said_in_the_singular(page, monkeypatch):
    from openvalley.atlas.neighbourhood import Neighbour, Neighbourhood
    from openvalley.site.pages.views import network

    partner = Neighbour("pic:1", "Partner", "company", "BE", 1, 2020, 2020)
    monkeypatch.setattr(network, "neighbourhood", lambda *_asked: Neighbourhood(1, 1, [partner], 0, {}, [], [2020]))
    assert "It shares one EU project with 1 organisation." in page(f"/en{UNIVERSITY}/network")
