"""Accounts on a served site, made on its own machine; and how a person signs in."""

import os
import subprocess
import sys

from serving import ENDED

PASSWORD = "otter-lantern-42-quay"
_MAKE = """
import sys, django
django.setup()
from allauth.account.models import EmailAddress
from openvalley.site.people.models import Person
for email, role in zip(sys.argv[1::2], sys.argv[2::2]):
    if not Person.objects.filter(email=email).exists():
        person = Person.objects.create_user(email, "{password}", role=role)
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
"""
_SHORTLIST = """
import sys, django
django.setup()
from openvalley.site.people.models import Person
person = Person.objects.get(email=sys.argv[1])
person.shortlist.all().delete()
for known in sys.argv[2:]:
    person.shortlist.create(organisation=known)
"""


def _run(home, program, *given):
    subprocess.run([sys.executable, "-c", program, *given], check=True, timeout=ENDED, env={
        **os.environ, "OPENVALLEY_HOME": str(home), "DJANGO_SETTINGS_MODULE": "openvalley.site.settings"})


def shortlist(home, email, organisations):
    """Put organisations on somebody's shortlist, in the place of what stood there."""
    _run(home, _SHORTLIST, email, *organisations)


def make(home, **roles):
    """Make accounts: ``make(home, an="curator")`` is an@example.org."""
    given = [part for name, role in roles.items() for part in (name if "@" in name else f"{name}@example.org", role)]
    _run(home, _MAKE.format(password=PASSWORD), *given)


def sign_in(page, email, language="en"):
    """Sign in by the form."""
    page.goto(f"/{language}/me")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form.asking button[type=submit]").first.click()
    page.wait_for_url(f"**/{language}/me")
