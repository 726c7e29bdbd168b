"""Occupations in shortage: which titles mean which occupation, and which nobody trains for."""

import pytest

import worlds
from openvalley.errors import BadInput
from openvalley.insight.answer import as_data
from openvalley.insight.educate import EducateRequest, educate
from openvalley.insight.educate.titles import group_of, phrases, stages_of
from openvalley.resolve.normalise import fold
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, terms
from worlds import curated_row

_LISTS = {
    "shortage/shortage_bruxelles_2026.csv": b"region,group,title\nbruxelles,Soins,Pharmacien / Pharmacienne\n",
    "shortage/shortage_flandre_2026.csv": b"region,group,title\nflandre,Zorg,Verpleegkundige\n"
                                          b"flandre,Productie,Operator farma\nflandre,Horeca,Kok\n",
    "shortage/shortage_wallonie_2026.csv": "region,group,title\nwallonie,Liste,Infirmier / Infirmière\n".encode(),
}


@pytest.mark.parametrize(("title", "language", "group"), [
    ("Verpleegkundige", "nl", "2221"), ("Infirmier social / Infirmière sociale", "fr", "2221"),
    ("Infirmière sociale", "fr", None), ("Apotheker: ziekenhuisapotheker", "nl", "2262"), ("Dierenarts", "nl", None),
    ("Mécanicien / Mécanicienne de maintenance", "fr", "7233"),
    ("Mécanicien / Mécanicienne de maintenance d\u2019engins de chantier", "fr", None), ("Nurse", "en", None),
    ("", "nl", None), ("x" * 5000, "fr", None), ("VERPLEEGKUNDIGE", "nl", "2221"), ("Notaris", "nl", None),
])
def test_what_a_title_means(title, language, group):
    assert group_of(title, language) == group


def test_the_table_is_whole():
    stages = set(terms(Vocabulary.STAGE))
    for listed in phrases().values():
        for phrase in listed:
            assert fold(phrase.words) == phrase.words
            assert not phrase.group or set(stages_of(phrase.group)) <= stages
            assert not phrase.group or len(phrase.group) == 4
    for language, listed in phrases().items():
        words = [phrase.words for phrase in listed]
        assert len(words) == len(set(words)), f"a phrase of {language} means two groups"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    settings = worlds.home_at(tmp_path_factory.mktemp("educate") / "home")
    worlds.take_in(settings, worlds.World(
        pack=[worlds.pack_row("school", "School", kind="university-college", city="Gent")],
        curated={"programmes.csv": [
            curated_row(key="nursing", name_en="Bachelor of Nursing", kind="degree", level="professional-bachelor",
                        organisations="school", nuts3="BE234", occupations="2221", places="120", places_year="2025"),
            curated_row(key="girls", name_en="Girls in labs", kind="stem", organisations="school"),
            curated_row(key="course", name_en="Clean-room course", name_nl="Cursus cleanroom", kind="training",
                        level="vocational", organisations="school", nuts3="BE234", stages="manufacturing"),
            curated_row(key="doctors", name_en="Doctoral school", kind="training", level="doctoral",
                        organisations="school", nuts3="BE234", stages="manufacturing"),
        ]}, files=_LISTS))
    worlds.build(settings)
    return settings


def _told(answer):
    return {item.values["isco"]: item for item in answer.items}


def test_shortages_of_the_chain_those_without_training_first(atlas):
    answer = educate(atlas, EducateRequest())
    assert [item.values["isco"] for item in answer.items] == ["2262", "8131", "2221"]
    nurses = _told(answer)["2221"]
    assert nurses.values["regions"] == ["BE2", "BE3"]
    assert (nurses.values["seats"], nurses.values["vacancies"], nurses.values["graduates"]) == (120, None, None)
    assert [cited.source_id for cited in nurses.evidence[1].citations] == ["nursing"]
    assert "educate.gap" in {statement.code for statement in _told(answer)["8131"].evidence}


@pytest.mark.parametrize(("asked", "groups"), [
    ({"stage": "manufacturing"}, {"8131", "2262"}), ({"region": "BE3"}, {"2221"}), ({"region": "BE234"},
                                                                                   {"2221", "8131"}),
])
def test_one_stage_or_one_region(atlas, asked, groups):
    assert set(_told(educate(atlas, EducateRequest(**asked)))) == groups


def test_where_nobody_trains_for_it_those_who_train_near_it_are_named_in_the_readers_language(atlas):
    operator = _told(educate(atlas, EducateRequest()))["8131"]
    assert operator.values["near"] == ["programme:course"]
    assert operator.evidence[-1].values["names"] == [
        {"en": "Clean-room course (School)", "nl": "Cursus cleanroom (School)", "fr": "Clean-room course (School)",
         "de": "Clean-room course (School)"}]
    assert "near" not in {statement.code for statement in _told(educate(atlas, EducateRequest()))["2221"].evidence}


def test_a_programme_elsewhere_trains_nobody_here(atlas):
    (nurses,) = educate(atlas, EducateRequest(region="BE3")).items
    assert nurses.values["programmes"] == []


@pytest.mark.parametrize(("asked", "says"), [({"stage": "afterlife"}, "afterlife"), ({"region": "NL"}, "'NL'")])
def test_what_cannot_be_asked(atlas, asked, says):
    with pytest.raises(BadInput, match=says) as raised:
        educate(atlas, EducateRequest(**asked))
    assert raised.value.hint


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_listed_is_said(atlas, language):
    told = as_data(educate(atlas, EducateRequest(stage="preclinical")), language)
    assert (told["items"], bool(told["cannot_tell"]["text"])) == ([], True)


def test_no_title_of_a_list_is_passed_on(atlas):
    told = str(as_data(educate(atlas, EducateRequest()), "en"))
    assert "Operator farma" not in told
    assert "Pharmacien" not in told
