"""A curator asks the hospitals' nodes over the site, and gets what the command line prints."""

import pytest

from openvalley.healthdata.demo import nodes_on_loopback

_COHORT = '{"condition": "SNOMED:44054006"}'


def _post(browser, body, **more):
    return browser.post("/en/curate/cohort.json", body, content_type="application/json", **more)


@pytest.fixture
def nodes(site, tmp_path):
    """Three nodes, listed in the site's home while the test runs."""
    listed = site.home / "hub.toml"
    with nodes_on_loopback(tmp_path):
        text = (tmp_path / "hub.toml").read_text().replace('key_file = "', f'key_file = "{tmp_path}/')
        listed.write_text(text)
        yield
    listed.unlink()


@pytest.mark.usefixtures("nodes")
def test_a_curator_asks_the_nodes(make, enter):
    browser = enter(make("curator"))
    answer = _post(browser, _COHORT)
    (cohort,) = answer.json()["cohorts"]
    assert answer.status_code == 200
    assert cohort["question"] == "condition SNOMED:44054006"
    assert len(cohort["nodes"]) == 3
    assert 0 < cohort["distinct"] < cohort["total"]


@pytest.mark.parametrize(("body", "words"), [
    ("{", "no JSON"), ("{}", "one of all, any"), ('{"condition": "x"}', "is no concept"),
    ("x" * 70_000, "at most 65,536"),
])
@pytest.mark.usefixtures("nodes")
def test_what_cannot_be_asked(make, enter, body, words):
    answer = _post(enter(make("curator")), body)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert words in answer.json()["title"]


def test_without_a_list_of_nodes(make, enter):
    answer = _post(enter(make("administrator")), _COHORT)
    assert answer.status_code == 400
    assert "There is no list of nodes at" in answer.json()["title"]


def test_a_token_is_needed(make, enter):
    assert _post(enter(make("curator"), enforce_csrf_checks=True), _COHORT).status_code == 403
