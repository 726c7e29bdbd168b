"""Called: organisations are named in the reader's language, by the rule of their pages, in every answer."""

import pytest

from openvalley.atlas.reader import Atlas
from openvalley.insight.answer import as_data
from openvalley.insight.called import called, town_called
from openvalley.questions import ConnectRequest, connect
from openvalley.site.pages.names import own_name
from openvalley.vocabulary.terms import LANGUAGES


@pytest.mark.parametrize("world", ["atlas", "starter"])
def test_the_name_is_that_of_the_page(world: str, request: pytest.FixtureRequest) -> None:
    known: Atlas = request.getfixturevalue(world)
    sources = {source["name"]: source for source in known.manifest["sources"]}
    named = known.rows("""
        SELECT DISTINCT o.id FROM organisation AS o JOIN organisation_name AS n ON n.id = o.id
        WHERE o.in_region AND o.named AND n.kind = 'label' AND n.language = 'fr' ORDER BY o.id LIMIT 40""")
    assert named
    for row in named:
        organisation = known.organisation(row["id"])
        claims = known.claims(row["id"])
        name = called(known, row["id"], organisation.name)
        assert {language: name.in_language(language) for language in LANGUAGES} == {
            language: own_name(organisation, claims, sources, language) for language in LANGUAGES}


def test_who_has_no_other_name_keeps_the_shown_one(atlas: Atlas) -> None:
    assert called(atlas, "ov:nobody", "Nobody").in_language("nl") == "Nobody"
    assert called(atlas, "ov:nobody", None) == "ov:nobody"


def test_an_answer_names_in_the_language_of_its_reader(atlas: Atlas) -> None:
    (found,) = [row["id"] for row in atlas.rows("SELECT id FROM organisation WHERE name = 'Schelde University'")]
    answer = connect(atlas, ConnectRequest(found))
    told = {language: as_data(answer, language) for language in ("en", "nl", "fr")}
    summary = {language: data["summary"][0]["text"] for language, data in told.items()}
    assert summary["en"].startswith("Schelde University ")
    assert summary["nl"].startswith("Universiteit Schelde ")
    assert summary["fr"].startswith("Université de l'Escaut ")
    assert {data["summary"][0]["values"]["name"] for data in told.values()} == {"Schelde University"}


@pytest.mark.parametrize(("spelling", "french"), [
    ("Gent", "Gand"), ("Ghent", "Gand"), ("Brussel", "Bruxelles"), ("Genk", "Genk")])
def test_towns_go_by_the_name_of_the_language(starter: Atlas, spelling: str, french: str) -> None:
    assert town_called(starter, spelling).in_language("fr") == french
    assert town_called(starter, spelling) == spelling
