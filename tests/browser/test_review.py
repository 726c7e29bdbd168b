"""A curator settles a doubtful link by keyboard, and thinks better of it."""

import pytest

import doubtful
from openvalley.resolve.judgement import Decision
from openvalley.resolve.judgements import JudgementStore
from signing_in import make, sign_in


@pytest.fixture(scope="module")
def waiting(tmp_path_factory):
    return doubtful.waiting(tmp_path_factory, tmp_path_factory.mktemp("doubtful") / "home", likely=True)


@pytest.fixture(scope="module")
def served_home(waiting):
    return waiting.home


@pytest.mark.parametrize("scripts", [True, False])
def test_a_doubtful_link_is_settled_and_taken_back(tab, served, waiting, scripts):
    assert served
    make(waiting.home, curator="curator")
    page = tab(java_script_enabled=scripts)
    sign_in(page, "curator@example.org")
    page.goto("/en/curate/links")
    first = page.locator(".pair").inner_text()
    total = page.locator("main .method").inner_text()

    def press(key, name):
        with page.expect_navigation():
            page.keyboard.press(key) if scripts else page.get_by_role("button", name=name, exact=True).click()

    press("d", "Two")
    assert "Kept" in page.get_by_role("status").inner_text()
    assert JudgementStore(waiting.judgements).history()[-1].decision is Decision.DIFFERENT
    assert page.locator("main .method").inner_text() != total
    press("u", "Undo the last decision")
    assert page.locator(".pair").inner_text() == first
    assert JudgementStore(waiting.judgements).history()[-1].decision is Decision.UNDECIDED
