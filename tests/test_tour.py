"""The tour tells the journeys that its script walks, and calls what is on the pages as the pages do."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from openvalley.site.translations import TRANSLATED, catalogue, messages

_TOUR = Path(__file__).parents[1] / "docs" / "tour"
_TOLD = (_TOUR / "README.md").read_text(encoding="utf-8")
_WALKED = (_TOUR / "journeys.py").read_text(encoding="utf-8")
#: The sections of the page by the name of their journey.
_SECTIONS = {re.search(r"TOUR_ARGS=([a-z]+)", section)[1]: section for section in _TOLD.split("\n## ")[1:]}
_LANGUAGES = {"partner": "fr", "site": "nl"}


def _steps(journey):
    """Return the names of a journey's pictures, as the script takes them."""
    (body,) = re.findall(rf"^def {journey}\(.*?(?=^def |^#: )", _WALKED, re.MULTILINE | re.DOTALL)
    return [f"{journey}-{step}" for step in re.findall(r'camera\.take\(\w+, "([^"]+)"', body)]


def _interface(language):
    """Return every text of the site in a language."""
    if language in TRANSLATED:
        said = [message.string for message in catalogue(language)]
    else:
        said = [message for (message, _), _, _ in messages()]
    return {text for texts in said for text in (texts if isinstance(texts, tuple) else (texts,))}


def test_the_ten_journeys_are_told_in_the_order_in_which_they_are_walked():
    assert list(_SECTIONS) == re.findall(r"^def ([a-z]+)\(_?stage", _WALKED, re.MULTILINE)
    assert len(_SECTIONS) == 10


@pytest.mark.parametrize("journey", _SECTIONS)
def test_every_picture_is_told_of_in_its_step(journey):
    assert re.findall(rf"`({journey}-[0-9][a-z0-9-]+)`", _SECTIONS[journey]) == _steps(journey)


@pytest.mark.parametrize("journey", _SECTIONS)
def test_what_is_to_be_pressed_is_called_as_on_the_page(journey):
    interface = _interface(_LANGUAGES.get(journey, "en"))
    assert [text for text in re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", _SECTIONS[journey])
            if text not in interface] == []


def test_waiting_for_the_site_prints_nothing():
    asks_again = "import logging, stage; logging.getLogger('stamina').warning('stamina.retry_scheduled')"
    said = subprocess.run([sys.executable, "-c", asks_again], cwd=_TOUR, check=True, text=True, capture_output=True)
    assert (said.stdout, said.stderr) == ("", "")
