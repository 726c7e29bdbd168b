"""The linker: names in any language and spelling, compared with the organisations of their country."""

import re
import tomllib
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvalley.resolve.linker.commonness import counted, grams, weight
from openvalley.resolve.linker.features import FEATURES
from openvalley.resolve.linker.kernel import SECOND, Kernel
from openvalley.resolve.linker.meanings import LISTS, meant, standing
from openvalley.resolve.linker.scorecard import Scorecard, read, scorecard, written
from openvalley.resolve.linker.shelf import Organisation
from openvalley.resolve.linker.texts import Row
from openvalley.resolve.linker.wording import forms, initials, parts, town, words
from openvalley.resolve.normalise import fold

_HOSPITAL = Organisation("h", "BE", ["Gent"], [("Kaai University Hospital", False), ("UZ Kaai", False), ("UZK", True)])
_UNIVERSITY = Organisation("u", "BE", ["Gent"], [("Schelde University", False), ("Universiteit Schelde", False)])
_SOCIETY = Organisation("s", "BE", [], [("Royal Tidal Society of Antwerp", False), ("KMGA", True)])
_OTHERS = [Organisation(f"o{number}", "BE", ["Brussel"], [(name, False)]) for number, name in enumerate((
    "Dike Institute of Botany", "Polder College", "Lock Museum", "Sluice Medical Centre", "Estuary Foundation",
    "Harbour Biotech NV", "Ministry of Canals", "Quay Library", "Ferry Academy of Music", "Beacon Hospital"))]


def _kernel(*organisations):
    return Kernel(lambda countries: [one for one in organisations if not countries or one.country in countries],
                  scorecard("pair", tuple(FEATURES)), scorecard("decision", SECOND))


@pytest.mark.parametrize(("one", "other", "country"), [
    ("Universitair Ziekenhuis Gent", "Ghent University Hospital", "BE"),
    ("CHU Liège", "Luik Universitair Ziekenhuis", "BE"), ("UNIVERSITE DE LIEGE", "University Luik", "BE"),
    ("Technische Universität Wien", "Vienna University of Technology", "AT"),
    ("Fachhochschule Aachen", "Aachen University of Applied Sciences", "DE"),
    ("Instytut Biologii", "Institute for Biology", "PL"),
    ("Fiskeridirektoratet", "Directorate of Fisheries", "NO"), ("Lietuvos istorijos institutas",
     "Lithuanian Institute of History", "LT"), ("Židovské muzeum v Praze", "Jewish Museum in Prague", "CZ"),
    ("Bundesamt für Sicherheit in der Informationstechnik", "Federal Office for Security of Information Technology",
     "DE"), ("Karayollari Genel Müdürlüğü", "General Directorate of Roads", "TR"),
    ("Kentro Meleton Asfaleias", "Center for Security Studies", "GR"),
    ("AZ Sint-Jan", "Hôpital Général Saint-Jean", "BE"), ("Université Rennes II", "University of Rennes 2", "FR"),
    ("ELI-HU Korlátolt Felelősségű Társaság", "ELI-HU Kft", "HU"),
    ("UZ Leuven /ID# 157407", "UZ Leuven", "BE"), ("Beacon S.A.", "BEACON", "FR"), ("Paris Cedex 13", "Paris", "FR"),
])
def test_one_name_in_two_languages_has_the_same_words(one, other, country):
    assert sorted(words(one, country)) == sorted(words(other, country))


@pytest.mark.parametrize(("word", "meaning"), [
    ("wissenschaftsfonds", ("science", "foundation")), ("umweltbundesamt", ("environment", "federal", "office")),
    ("kommunikatsiooniministeerium", ("telecommunication", "ministry")), ("developmental", ("development",)),
    ("landwirtschaft", ("agriculture",)), ("schelde", ()), ("kaaiinstitut", ()),
])
def test_long_words_are_taken_apart_where_both_halves_mean_something(word, meaning):
    assert meant(word) == meaning


def test_each_listed_word_has_one_meaning_that_stands_for_itself():
    meanings: dict[str, str] = {}
    for file in LISTS:
        text = resources.files("openvalley.resolve.linker").joinpath("words", f"{file}.toml").read_text("utf-8")
        for group in tomllib.loads(text)["words"]:
            for form in group:
                assert re.fullmatch("[a-z]+( [a-z]+)*" if form == group[0] else r"[a-z]{2,}|[a-z]{4,}\*", form)
                assert meanings.setdefault(form, group[0]) == group[0]
    assert {meant(word) for word in standing()} == {(word,) for word in standing()}


@given(st.text(max_size=60), st.sampled_from(["", "BE", "DE", "XX"]))
def test_words_are_of_what_is_folded_and_stay_as_they_are(text, country):
    told = words(text, country)
    assert told == words(fold(text), country)
    assert all(word and " " not in word for word in told)


@pytest.mark.parametrize(("name", "found"), [
    ("Unit, Kaai - Campus Dike", ["Unit, Kaai - Campus Dike", "Unit", "Kaai", "Campus Dike"]),
    ("Kaai Hospital", ["Kaai Hospital"]), ("Sint-Jan", ["Sint-Jan"]), ("", [""]), ("/ID# 12", [" "]),
])
def test_a_name_falls_into_parts_at_its_separators(name, found):
    assert parts(name) == found


def test_a_bracketed_acronym_is_a_name_of_its_own():
    assert forms("Royal Tidal Society (RTS)") == [("Royal Tidal Society", False), ("RTS", True)]
    assert forms("Harbour (Belgium)") == forms("Harbour (BELGIUM)") == [("Harbour", False)]
    assert initials("Royal Society of the Tides (at Sea)", "royal society of the tides at sea") == "rst"


def test_the_names_of_a_town_are_one():
    assert town("Ghent", "BE") == town("Gand", "BE") == town("GENT 9000", "BE")
    assert town("Nowhere at all", "BE") == "nowhereatall"


@pytest.mark.parametrize(("row", "right"), [
    (Row("Universitair Ziekenhuis Kaai", "Ghent", "BE"), "h"), (Row("UZK", "Gand", "BE"), "h"),
    (Row("Kaai Univ. Hospital, Dept. of Nephrology", "Gent", "BE"), "h"), (Row("Univ. Schelde", "", "BE"), "u"),
    (Row("Koninklijke Maatschappij Getijden Antwerpen", "", "BE"), "s"), (Row("Sheldde Universty", "Gent", "BE"), "u"),
])
def test_the_organisation_that_is_meant_is_the_best(row, right):
    (best,) = _kernel(_HOSPITAL, _UNIVERSITY, _SOCIETY, *_OTHERS).best([row])
    assert best.id == right


@pytest.mark.parametrize("name", ["", "   ", "\U0001f9ec", "zzzz qqqq", "x" * 5_000, "(((", "NV"])
def test_what_is_no_name_of_ours_is_nobody(name):
    (best,) = _kernel(_HOSPITAL, _UNIVERSITY, *_OTHERS).best([Row(name, "", "BE")])
    assert best is None or best.probability < 0.3


_ROWS = [Row("UZ Kaai", "Gent", "BE"), Row("Univ. Schelde", "", "BE"), Row("Lock Museum", "Brussel", "BE"),
         Row("Kaai Hospital - Sluice", "Gent", ""), Row("Sheldde Universty", "Gent", "BE"), Row("KMGA"),
         Row("", "", "NL")]


@given(st.lists(st.sampled_from(["Windmill", "Heath", "Observatory", "Moor", "Juniper", "Plain"]), min_size=1,
                unique=True),
       st.sampled_from(["BE", "NL"]))
def test_an_organisation_that_has_nothing_to_do_with_it_changes_nothing(words_, country):
    stranger = Organisation("x", country, ["Namur"], [(" ".join(words_), False)])
    assert _kernel(_HOSPITAL, _UNIVERSITY, *_OTHERS, stranger).best(_ROWS) == _WITHOUT_A_STRANGER


_WITHOUT_A_STRANGER = _kernel(_HOSPITAL, _UNIVERSITY, *_OTHERS).best(_ROWS)


@given(st.permutations(range(len(_ROWS))))
def test_each_row_is_answered_alike_whatever_stands_before_it(order):
    answers = _kernel(*_OTHERS, _UNIVERSITY, _HOSPITAL).best([_ROWS[number] for number in order])
    assert answers == [_WITHOUT_A_STRANGER[number] for number in order]


@given(st.lists(st.sampled_from(["BE", "NL", "FR", ""]), min_size=1, max_size=4))
def test_what_came_onto_the_shelf_before_changes_no_answer(countries):
    abroad = [Organisation(f"{country}{number}", country, [], [(name, False)]) for country in ("NL", "FR")
              for number, name in enumerate(("UZ Kaai", "Lock Museum", "Polder College"))]
    kernel = _kernel(_HOSPITAL, _UNIVERSITY, *_OTHERS, *abroad)
    for country in countries:
        kernel.best([Row("Anybody", "", country)])
    assert kernel.best(_ROWS) == _kernel(_HOSPITAL, _UNIVERSITY, *_OTHERS, *abroad).best(_ROWS)


def test_what_the_kernel_keeps_does_not_grow_with_the_list():
    kernel = _kernel(_HOSPITAL, _UNIVERSITY, *_OTHERS)
    kernel.best(_ROWS)
    shelf = kernel.shelf
    kept = (len(shelf.words), len(shelf.ids), len(shelf.organisation), len(shelf.by_words), len(shelf.by_letters))
    kernel.best([Row(f"Unheard{number} of Name{number}", f"Town {number}", "BE") for number in range(2_000)])
    assert (len(shelf.words), len(shelf.ids), len(shelf.organisation), len(shelf.by_words),
            len(shelf.by_letters)) == kept


def test_the_commonness_of_words_is_counted_and_weighed():
    total, counts = counted()
    assert total > max(counts.values()) > min(counts.values()) > 1
    assert 0 < weight("university") < weight("botany") < weight("kaai") < 1
    assert all(words(word, "") and " " not in word for word in counts)


@given(st.lists(st.text(alphabet="abyz019 ", max_size=20).map(lambda text: " ".join(text.split())), max_size=5))
def test_grams_are_of_one_text_and_one_word(texts):
    number, gram = grams(texts)
    assert np.bincount(number, minlength=len(texts)).tolist() == [len(text.replace(" ", "")) for text in texts]
    apart = [grams([text])[1].tolist() for text in texts]
    assert gram.tolist() == [one for part in apart for one in part]


def test_another_name_that_a_register_has_leads_to_the_organisation():
    abroad = Organisation("u", "NL", ["Delft"], [("Delta School of Hydraulic Engineering", False), ("DSHE", True)])
    kernel = _kernel(abroad, *_OTHERS)
    plain, known = kernel.best([Row("Kwelder", "Delft", "NL"), Row("Kwelder", "Delft", "NL", ("DSHE",))])
    assert plain is None
    assert (known.id, known.said["alias"]) == ("u", 1)


@pytest.mark.parametrize(("name", "said"), [("Beacon Hospital Belgique", 0.0), ("Beacon Hospital Brussel", 0.0),
                                            ("Beacon Hospital Dune", 0.5)])
def test_a_place_beside_the_name_says_little(name, said):
    (best,) = _kernel(_HOSPITAL, *_OTHERS).best([Row(name, "Brussels", "BE")])
    assert best.id == "o9"
    assert best.said["text_besides"] >= said
    assert (best.said["text_besides"] == 0) == (said == 0)


def test_a_shelf_of_one_name_takes_long_names():
    lonely = Organisation("l", "BE", [], [("Kwelder", False)])
    (best,) = _kernel(lonely).best([Row("Kwelder of nine words that no other name here has", "", "BE")])
    assert best is None or best.id == "l"


def test_a_country_without_organisations_gives_nobody():
    assert _kernel(_HOSPITAL).best([Row("UZ Kaai", "", "NL"), Row("UZ Kaai", "", "BE")])[0] is None


def test_a_scorecard_of_other_features_is_refused():
    with pytest.raises(ValueError, match="train it again"):
        scorecard("pair", ("letters",))


_RULES = ("letters 0.5 | town 0.5: -0.2 0.1 | order 0.7: 0.1 0.3", "letters 0.2 | letters 0.2: 1 1 | town 0.5: 0 2")


def test_rules_of_a_scorecard_give_points_by_two_features():
    assert [written(read(rule)) for rule in _RULES] == list(_RULES)
    card = Scorecard(("town", "letters", "order"), 0.5, [read(rule) for rule in _RULES])
    seen = np.array([[0, 0.1, 1], [1, 0.5, 0], [0, 0.51, 0.7], [1, 0.9, 0.71]])
    assert card.points(seen).tolist() == pytest.approx([0.5 - 0.2 + 1, 0.5 + 0.1 + 2, 0.5 + 0.1 + 0, 0.5 + 0.3 + 2])


@pytest.mark.parametrize("text", ["", "letters", "letters 0.5 | town 0.5: 1 2", "letters x | town 1: 1 | order 1: 2 2"])
def test_what_is_no_rule_is_refused(text):
    with pytest.raises(ValueError, match="no rule"):
        read(text)
