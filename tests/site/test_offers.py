"""What the region pack tells of an organisation, on its page."""

import html
import re

import pytest

from worlds import kbo


def _words(text):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ").split())


@pytest.mark.parametrize(("language", "amounts", "who"), [
    ("en", "€10,000 to €250,000",
     "10 to 49 people · with a seat in Vlaams Gewest, Netherlands · at most 6 years old"),
    ("nl", "€ 10.000 tot € 250.000",
     "Wie mag aanvragen: Universiteit, Bedrijf · 10 tot 49 mensen · met zetel in Vlaams"),
    ("fr", "de 10 000 € à 250 000 €", "Qui peut demander : Université, Entreprise · 10 à 49 personnes"),
    ("de", "10.000 € bis 250.000 €", "Wer sich bewerben kann: Universität, Unternehmen · 10 bis 49 Personen"),
])
def test_an_instrument_says_how_much_and_who_may_apply(page, language, amounts, who):
    words = _words(page(f"/{language}/organisation/kbo/{kbo(78)}"))
    assert amounts in words
    assert who in words
