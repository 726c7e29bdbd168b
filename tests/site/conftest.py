"""Django's test client over a small site."""

import pytest

import sites


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    return sites.site(tmp_path_factory)


@pytest.fixture(autouse=True)
def forget():
    """Each test asks a site that remembers nothing, and leaves one; who exchanges what made a page calls this again."""
    sites.forget()
    yield sites.forget
    sites.forget()


@pytest.fixture
def client(site):
    assert site.home.exists()
    from django.test import Client

    return Client(headers={"host": "localhost"}, raise_request_exception=False)


@pytest.fixture
def page(client):
    """Return the text of a page; the status is asserted."""

    def get(url, status=200, **options):
        answer = client.get(url, **options)
        assert answer.status_code == status, answer.content[:2000]
        return answer.content.decode()

    return get
