"""Raw affiliations taken apart: segments, countries, nothing personal, and words of other writing in English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvalley.resolve.raw.splitting import LONGEST, cleaned, split
from openvalley.resolve.raw.translating import spoken


@pytest.mark.parametrize(("string", "segments", "countries", "named"), [
    ("Univ. Schelde, Kaai, F-59000 Dike, France", ["Univ. Schelde", "Kaai", "F-59000 Dike", "France"], ["FR"], True),
    ("1 Dept. of Botany; 2Kaai Hospital#TAB#Belgium", ["Dept. of Botany", "Kaai Hospital", "Belgium"], ["BE"], True),
    ("Kaai (KI) \u2013 Dike/Polder", ["Kaai", "KI", "Dike", "Polder"], [], False),
    ("Kaai Hospital, Dike, and Polder Institute, et \u00c9cluse, und Watt, en Zwin", ["Kaai Hospital", "Dike",
     "Polder Institute", "\u00c9cluse", "Watt", "Zwin"], [], False),
    ("Botany, and soil, and 3 Andes Institute", ["Botany", "and soil", "and 3 Andes Institute"], [], False),
    ("Dike Institute, F-38026 Nowhere", ["Dike Institute", "F-38026 Nowhere"], ["FR"], True),
    ("Dike Institute, Perth, WA", ["Dike Institute", "Perth", "WA"], ["US"], True),
    ("Dike Institute, Leuven", ["Dike Institute", "Leuven"], ["BE"], False),
    ("University of Georgia", ["University of Georgia"], [], False),
    ("Dike Institute Nederland; Kaai, Deutschland", ["Dike Institute Nederland", "Kaai", "Deutschland"],
     ["NL", "DE"], True),
])
def test_a_string_falls_into_segments_and_names_countries(string, segments, countries, named):
    found = split(string)
    assert (list(found.segments), list(found.countries), found.named) == (segments, countries, named)


def test_a_segment_goes_with_the_country_behind_it():
    found = split("Dike Institute, Netherlands; Kaai Hospital, Belgium; and others")
    assert list(found.countries_of) == ["NL", "NL", "BE", "BE", "BE"]


@pytest.mark.parametrize("string", [
    "E-mail: some.one@kaai.example.", "some.one(at)kaai.example", "0000-0002-1825-0097", "https://kaai.example/one",
    "Correspondence: one@kaai.example",
])
def test_nothing_personal_is_read(string):
    left = cleaned(f"Kaai Hospital, {string}")
    assert left.startswith("Kaai Hospital")
    assert not {"@", "kaai.example", "0097"} & set(left.split())
    assert "one" not in left.lower().split("hospital")[1]


@pytest.mark.parametrize(("written", "words"), [
    ("K.U.Leuven", "ku leuven"), ("Москва", "moscow"), ("جامعة", "university"), ("الملك", "king"), ("تبریز", "tabriz"),
    ("上海大学", "shanghai university"), ("第一附属医院", "first affiliated hospital"), ("", ""),
    ("安徽医科大学", "anhui medical university"), ("北海道大学", "hokkaido university"),
])
def test_words_of_other_writing_are_told_in_english(written, words):
    assert " ".join(spoken(written)) == words


@given(st.text(max_size=200))
def test_any_text_can_be_taken_apart(text):
    found = split(text)
    assert len(found.countries_of) == len(found.segments)
    assert all(word.folded and word.segment < len(found.segments) for word in found.words)
    assert len(found.text) <= 4 * LONGEST
