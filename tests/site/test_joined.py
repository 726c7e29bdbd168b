"""The page of an organisation says which rows were joined because their names are alike, and why."""

import pytest

from openvalley.atlas.joined import Joined
from openvalley.atlas.meant import Link
from openvalley.resolve.linker.reasons import Reason
from worlds import ror_id

_HOSPITAL = "organisation/ror/" + ror_id(2).rpartition("/")[2]


@pytest.mark.parametrize(("language", "title", "why"), [
    ("en", "Joined by their names", "the same words as “uz kaai”"),
    ("nl", "Samengebracht door hun namen", "dezelfde woorden als “uz kaai”"),
    ("fr", "Réunies par leurs noms", "les mêmes mots que « uz kaai »"),
    ("de", "Durch ihre Namen zusammengeführt", "dieselben Wörter wie „uz kaai“"),
])
def test_joins_are_listed_with_their_reasons(page, forget, monkeypatch, language, title, why):
    from openvalley.site.pages.views import organisation

    assert 'aria-labelledby="joined"' not in page(f"/{language}/{_HOSPITAL}")
    link = Link(ror_id(2), "UZ Kaai", sure=True, score=0.96, method="likeness", why="",
                reasons=(Reason("same-words", "uz kaai"),))
    entry = Joined("cordis/990000003", "Kaai UZ", f"ror/{ror_id(2)}", "UZ Kaai", link)
    monkeypatch.setattr(organisation, "joined", lambda *_: [entry])
    forget()
    said = page(f"/{language}/{_HOSPITAL}")
    section = said.partition('aria-labelledby="joined"')[2].partition("</section>")[0]
    assert title in section
    assert "Kaai UZ" in section
    assert "cordis/990000003" in section
    assert why in section.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
