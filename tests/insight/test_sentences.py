"""Sentences of evidence: complete in four languages, filled with the same facts, written the way each language does."""

import re
import string
from datetime import date

import pytest

from openvalley.insight import sentences
from openvalley.insight.called import Called
from openvalley.insight.labels import within
from openvalley.vocabulary.terms import LANGUAGES

_WRITTEN = {"", *sentences.WRITTEN, *sentences._TERM_LISTS}
#: A sentence of fewer words of its own may be the same in two languages (a name, a number, "Platform").
_OWN_WORDS = 3
_ALL = [(question, name, entry) for question in sentences.questions_with_sentences()
        for name, entry in sentences.sentences(question).items()]


@pytest.fixture
def made(monkeypatch):
    """Return a function that puts a sentence in place of a question's."""

    def make(**entries):
        monkeypatch.setattr(sentences, "sentences", lambda _question: entries)

    return make


def _fields(text):
    return {(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name}


def _texts(entry):
    for language in LANGUAGES:
        text = entry[language]
        yield from text.values() if isinstance(text, dict) else [text]


@pytest.mark.parametrize(("question", "name", "entry"), _ALL, ids=[f"{question}.{name}" for question, name, _ in _ALL])
def test_every_sentence_is_whole_in_every_language(question, name, entry):
    assert set(entry) - {"plural"} == set(LANGUAGES)
    assert all(text.strip() for text in _texts(entry))
    for language in LANGUAGES:
        if isinstance(entry[language], dict):
            assert set(entry[language]) == {"one", "other"}
            assert entry["plural"]
    wanted = [_fields(text) for text in _texts(entry)]
    names = [{field for field, _ in fields} for fields in wanted]
    plural = {entry.get("plural")}
    assert all(found | plural == names[0] | plural for found in names), f"{question}.{name} tells other facts"
    written = [spec for fields in wanted for _, spec in fields]
    assert all(spec in _WRITTEN or re.fullmatch(r"[^|]+\|[^|]+", spec) for spec in written)


@pytest.mark.parametrize(("question", "name", "entry"), _ALL, ids=[f"{question}.{name}" for question, name, _ in _ALL])
def test_no_sentence_stands_in_another_language(question, name, entry):
    told = {language: re.sub(r"\{[^}]*\}", "", " ".join(_texts(dict.fromkeys(LANGUAGES, entry[language]))).lower())
            for language in LANGUAGES}
    worded = [text for text in told.values() if len(re.findall(r"[a-zà-ü]{3,}", text)) >= _OWN_WORDS]
    assert len(set(worded)) == len(worded), f"{question}.{name} is the same in two languages"


@pytest.mark.parametrize(("question", "name", "entry"), _ALL)
def test_no_sentence_tells_a_reader_of_the_site_to_run_a_sync(question, name, entry):
    texts = str([entry[language] for language in LANGUAGES])
    assert not re.search(r"\bsync|synchron", texts, re.IGNORECASE), f"{question}.{name}"


def test_facts_are_written_the_way_of_the_language(made):
    made(money=dict.fromkeys(LANGUAGES, "{amount:euro} {share:percent} {n:number} {on:day} {where:country} "
                                        "{stage:stages} {who:list}"))
    facts = {"amount": 2_500_000, "share": 0.25, "n": 12_345, "on": date(2026, 3, 1), "where": ["BE", "DE"],
             "stage": "care", "who": ["A", "B", "C"]}
    english = sentences.said("x.money", facts, "en")
    assert english == "€2.5M 25% 12,345 1 March 2026 Belgium and Germany care A, B and C"
    german = sentences.said("x.money", facts, "de").replace("\xa0", " ")
    assert german == "2,5 Mio. € 25 % 12.345 1. März 2026 Belgien und Deutschland Versorgung A, B und C"


@pytest.mark.parametrize(("language", "codes"), [
    ("en", {"BE": "in Belgium", "NL": "in the Netherlands"}),
    ("nl", {"BE": "in België", "US": "in de Verenigde Staten"}),
    ("fr", {"BE": "en Belgique", "NL": "aux Pays-Bas", "LU": "au Luxembourg", "MT": "à Malte", "IR": "en Iran"}),
    ("de", {"BE": "in Belgien", "CH": "in der Schweiz", "NL": "in den Niederlanden"})])
def test_in_a_country(made, language, codes):
    made(there=dict.fromkeys(LANGUAGES, "It is {country:in_country}"))
    assert {code: sentences.said("x.there", {"country": code}, language).removeprefix("It is ")
            for code in codes} == codes


@pytest.mark.parametrize(("language", "shown"), [
    ("en", "€250,000"), ("nl", "€ 250.000"), ("fr", "250 000 €"), ("de", "250.000 €")])
def test_amounts_below_a_million_are_written_whole(made, language, shown):
    made(money=dict.fromkeys(LANGUAGES, "{amount:euro}"))
    told = sentences.said("x.money", {"amount": 250_000}, language)
    assert told.replace("\xa0", " ").replace("\u202f", " ") == shown


def test_the_first_of_a_month_is_an_ordinal_in_french(made):
    made(when=dict.fromkeys(LANGUAGES, "{on:day}"))
    assert sentences.said("x.when", {"on": date(2024, 2, 1)}, "fr") == "1er février 2024"
    assert sentences.said("x.when", {"on": date(2024, 2, 11)}, "fr") == "11 février 2024"


@pytest.mark.parametrize(("label", "language", "shown"), [
    ("Gene therapy", "en", "gene therapy"), ("Thérapie génique", "fr", "thérapie génique"),
    ("Gentherapie", "de", "Gentherapie"), ("Digitale Gesundheit", "de", "digitale Gesundheit"),
    ("Analyse von Gewebe", "de", "Analyse von Gewebe"), ("mRNA", "nl", "mRNA"), ("AAV vectors", "en", "AAV vectors"),
    ("Alzheimer's disease", "en", "Alzheimer's disease"), ("Ziekte van Crohn", "nl", "ziekte van Crohn"),
    ("Labo's te huur", "nl", "labo's te huur"), ("Europese vereniging", "nl", "Europese vereniging"),
    ("Association européenne", "fr", "association européenne"), ("COVID-19", "de", "COVID-19"),
    ("10 to 49 people", "en", "10 to 49 people")])
def test_labels_within_a_sentence(label, language, shown):
    assert within(label, language) == shown


def test_a_label_that_begins_a_sentence_keeps_its_capital(made):
    made(where=dict.fromkeys(LANGUAGES, "{stages:stages}: {kind:kinds}"))
    facts = {"stages": ["care", "discovery"], "kind": "university"}
    assert sentences.said("x.where", facts, "en") == "Care and discovery: university"
    assert sentences.said("x.where", {**facts, "stages": "care"}, "fr") == "Soins: université"


@pytest.mark.parametrize(("language", "number", "shown"), [
    ("en", 0, "0 projects"), ("en", 1, "1 project"), ("fr", 0, "0 projet"), ("fr", 2, "2 projets"),
    ("nl", 1, "1 project")])
def test_plurals(made, language, number, shown):
    made(many={"plural": "n", "en": {"one": "{n} project", "other": "{n} projects"},
               "fr": {"one": "{n} projet", "other": "{n} projets"},
               "nl": {"one": "{n} project", "other": "{n} projecten"}})
    assert sentences.said("x.many", {"n": number}, language) == shown


@pytest.mark.parametrize(("language", "number", "shown"), [
    ("en", 1, "with 1 other organisation"), ("en", 0, "with 0 other organisations"),
    ("fr", 0, "avec 0 autre organisation"), ("fr", 2, "avec 2 autres organisations")])
def test_words_take_the_form_of_their_own_number(made, language, number, shown):
    made(many={"en": "with {n:number} other {n:organisation|organisations}",
               "fr": "avec {n:number} {n:autre organisation|autres organisations}"})
    assert sentences.said("x.many", {"n": number}, language) == shown


def test_organisations_are_named_in_the_language_of_the_sentence(made):
    made(both=dict.fromkeys(LANGUAGES, "{who}: {others:list}"))
    ghent = Called("Ghent University", {"nl": "Universiteit Gent", "fr": "Université de Gand"})
    facts = {"who": ghent.within(Called("Gent", {"fr": "Gand"})), "others": [ghent, "imec"]}
    assert sentences.said("x.both", facts, "nl") == "Universiteit Gent (Gent): Universiteit Gent en imec"
    assert sentences.said("x.both", facts, "fr") == "Université de Gand (Gand): Université de Gand et imec"
    assert sentences.said("x.both", facts, "de") == "Ghent University (Gent): Ghent University und imec"
    assert ghent == "Ghent University", "as a fact it is the shown name"


#: Numbers of a sentence with one that is 1, and what may not be read then.
_ONE = {
    "connect.history": {"name": "A", "projects": 1, "partners": 1},
    "connect.need_counted": {"able": 1, "rows": 1, "known": 1, "roles": 1, "texts": 1},
    "test.sponsored": {"trials": 1}, "test.unseen": {"trials": 1, "country": "BE"},
    "test.count": {"sites": 1, "of": 1}, "fund.members_count": {"fitting": 1, "members": 1},
    "fund.count": {"non_dilutive": 1, "dilutive": 1, "certain": 1}, "educate.seats": {"seats": 1, "of": 1},
    "chain.quotient_hospitals": {"where": [{"en": "B"}], "count": 1, "quotient": 1.0, "low": 1.0, "high": 1.0},
}
_MANY = re.compile(r"\b1 (?:\w+ )?(?:organisations|organisaties|Organisationen|essais|studies|Studien|trials|members|"
                   r"leden|membres|Mitgliedern|places|plaatsen|Plätze|rows|rijen|lignes|Zeilen|hospitals|ziekenhuizen|"
                   r"hôpitaux|Krankenhäuser|sites|centra|centres|Zentren)\b|de 1 essai|von 1 Studie")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", _ONE)
def test_one_is_singular(code, language):
    assert not _MANY.search(sentences.said(code, _ONE[code], language)), "one is not many"


def test_a_missing_fact_is_our_mistake(made):
    made(fact=dict.fromkeys(LANGUAGES, "{projects:number}"))
    with pytest.raises(KeyError, match="projects"):
        sentences.said("x.fact", {}, "en")


def test_text_from_outside_is_never_a_template(made):
    made(name=dict.fromkeys(LANGUAGES, "{name}"))
    assert sentences.said("x.name", {"name": "{projects} {0}"}, "nl") == "{projects} {0}"


def test_what_is_english_in_every_language_can_be_told_apart(made):
    made(remark={"en": "It says: {note:english}.", "nl": "Ze zegt: {note:english}."})
    values = {"note": "vectors {for} research"}
    assert sentences.said("x.remark", values, "nl") == "Ze zegt: vectors {for} research."
    assert sentences.said_in_parts("x.remark", values, "nl") == [
        ("Ze zegt: ", ""), ("vectors {for} research", "en"), (".", "")]
    assert sentences.said_in_parts("x.remark", values, "en") == [
        ("It says: ", ""), ("vectors {for} research", ""), (".", "")]
