"""Django's test client with a form's token, and a store of disputes that is empty before and after each test."""

import pytest

import sites
from disputing import FORM, post_form, typed_fields
from openvalley.resolve.disputes import DisputeStore


@pytest.fixture
def disputed(site):
    """The store of the site's home, emptied after the test."""
    yield DisputeStore(site.judgements)
    sites.forget_disputes(site)


@pytest.fixture
def browser(site):
    """A client that must bring the form's token, as browsers do."""
    assert site.home.exists()
    from django.test import Client

    return Client(headers={"host": "localhost"}, enforce_csrf_checks=True)


@pytest.fixture
def send(browser, disputed):
    """Open a form, fill it in, send it; return the answer."""
    assert disputed.every() == []

    def sent(form=FORM, **typed):
        return post_form(browser, form, typed_fields(browser.get(form).content.decode(), **typed))

    return sent


@pytest.fixture
def with_limit(site):
    """Return a context in which the site takes so many disputes a day."""
    from dataclasses import replace

    from django.test import override_settings

    return lambda limit: override_settings(OPENVALLEY=replace(site, disputes_a_day=limit))
