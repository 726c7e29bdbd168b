"""People with accounts before a small site; whatever a test keeps is taken back after it."""

import re
from urllib.parse import urlsplit

import pytest

import sites

PASSWORD = "otter-lantern-42-quay"


@pytest.fixture(autouse=True)
def _own_data(site):
    from django.core.cache import cache
    from django.db import transaction
    from django.test import override_settings

    assert site.home.exists()
    fast = {"EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
            "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
    with override_settings(**fast), transaction.atomic():
        from django.core import mail

        mail.outbox = []
        cache.clear()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def outbox():
    from django.core import mail

    return mail.outbox


@pytest.fixture
def make():
    """Make an account: ``make("curator", "an@example.org")``; an editor speaks for an organisation."""
    from allauth.account.models import EmailAddress

    from openvalley.site.people.models import Editorship, Person, Role

    def made(standing="member", email=None, organisation="pic:990000002", **more):
        role = standing if standing in Role.values else Role.MEMBER
        email = email or f"{standing}@example.org"
        person = Person.objects.create_user(email, PASSWORD, role=role, **more)
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
        if standing == "editor":
            Editorship.objects.create(person=person, organisation=organisation, state="approved")
        return person

    return made


@pytest.fixture
def enter():
    """Return a client as which somebody is signed in; None: a visitor."""
    from django.test import Client

    def client(person=None, **options):
        browser = Client(headers={"host": "localhost"}, raise_request_exception=False, **options)
        if person is not None:
            browser.force_login(person)
        return browser

    return client


@pytest.fixture
def link():
    """Return the path of the first link in an e-mail that holds a text."""

    def found(message, holding):
        url = next(url for url in re.findall(r"https?://\S+", message.body) if holding in url)
        return urlsplit(url).path

    return found


@pytest.fixture
def desk(enter, make, site):
    """The browser of a curator who has signed in."""
    assert site
    return enter(make("curator", called="An Boon"))


@pytest.fixture
def forgotten_disputes(site):
    """Disputes and proposals of a test are taken away after it."""
    yield
    sites.forget_disputes(site)
