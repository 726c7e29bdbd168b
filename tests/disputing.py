"""The form for "wrong about us?" as a browser fills it in and sends it."""

import html
import re
from urllib.parse import urlencode

from worlds import ror_id

BIOTECH = "/en/organisation/pic/990000002"
FORM = f"{BIOTECH}/dispute"
HOSPITAL = "/en/organisation/ror/" + ror_id(2).rpartition("/")[2]


def typed_fields(text, **typed):
    """Return what a browser would send: the hidden token, and what was typed."""
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]
    return {"csrfmiddlewaretoken": token, "about": "city=Gent", "says": "We are in Mechelen.", "link": "",
            "homepage": "", **typed}


def post_form(browser, form, fields, **options):
    """Send a form in the way in which browsers send this one."""
    return browser.post(form, urlencode(fields), "application/x-www-form-urlencoded", **options)


def text_of(answer):
    return html.unescape(answer.content.decode())
