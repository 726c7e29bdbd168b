"""The table of permissions: every address is asked as everybody."""

import pytest

from openvalley.site.people import permissions
from openvalley.site.people.permissions import Standing

_PARTS = {"key": "pic/990000002", "number": 1, "uidb36": "1", "what": "json",
          "public": "00000000-0000-4000-8000-000000000000", "token": "x", "table": "organisations"}


def _addresses():
    return [(name, standing) for rule in permissions.RULES for name in rule.addresses for standing in Standing]


def _url(name, site):
    from django.urls import get_resolver, reverse

    assert site
    if ":" in name:
        return reverse(name)
    from django.utils import translation

    with translation.override("en"):
        pattern = get_resolver().reverse_dict.getlist(name)[0]
        parts = {part: _PARTS[part] for part in pattern[0][0][1]}
        if name == "account_confirm_email":
            parts["key"] = "abc"
        return reverse(name, kwargs=parts)


@pytest.mark.parametrize(("name", "standing"), _addresses(), ids=str)
def test_each_address_lets_in_whom_the_table_names(site, make, enter, name, standing):
    url = _url(name, site)
    browser = enter(None if standing is Standing.VISITOR else make(standing.value))
    let_in = permissions.may(standing, name)
    for answer in (browser.get(url), browser.post(url)):
        to_login = answer.status_code == 302 and "/login/" in answer.headers["Location"]
        assert answer.status_code < 500
        if let_in and standing is Standing.VISITOR:
            assert answer.status_code != 403
        elif let_in:
            assert answer.status_code != 403
            assert not to_login
        elif standing is Standing.VISITOR:
            assert to_login or answer.status_code == 405
        elif name.startswith("admin:"):
            assert answer.status_code in {302, 403}
        else:
            assert answer.status_code == 403


def test_every_personal_address_stands_in_the_table(site):
    from django.urls import URLPattern, get_resolver

    assert site

    def names(patterns):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield pattern.name, pattern.lookup_str
            else:
                yield from names(pattern.url_patterns)

    resolver = get_resolver()
    found = {name for name, view in names(resolver.url_patterns)
             if view.startswith(("openvalley.site.people", "allauth"))}
    assert found
    assert found <= permissions.BY_ADDRESS.keys()
    known = {name for name in permissions.BY_ADDRESS if not name.startswith("admin:")}
    assert known <= {name for name in resolver.reverse_dict if isinstance(name, str)}


def test_an_address_outside_of_the_table_stops_the_site():
    from openvalley.site.people.guarding import guarded

    with pytest.raises(LookupError):
        guarded("me/x", lambda _: None, "me-x")


def test_the_documentation_prints_the_table():
    text = permissions.as_table()
    assert text.count("\n") == len(permissions.RULES) + 2
    assert "| what | visitor | member | editor | curator | administrator |" in text
