"""Normal forms: what two spellings of one name have in common, whoever typed them."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvalley.resolve.normalise import fold, key_names, legal_forms, likeness_words, name_key

#: Names as people write them, and texts made of what normalisation takes away.
_TEXT = st.text(max_size=60) | st.lists(
    st.sampled_from([
        "The", "of", "de", "la", "NV", "S.A.", "s. p. a.", "GmbH & Co. KG", "(BE)", "[x", ")", "K.U.", "Leuven", "É",
        "ß", "&", "'", "-", "7", "x", "stichting", "Stichting", "holding", "sp. z o.o.", "🧬", "Ω", "и",
    ]), max_size=8).map(" ".join)


@given(_TEXT)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(_TEXT)
def test_a_key_is_its_own_key(text):
    assert name_key(name_key(text)) == name_key(text)


@given(_TEXT)
def test_what_is_folded_is_plain_words(text):
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert folded.isascii()
    assert folded == "".join(letter for letter in folded.lower() if letter.isalnum() or letter == " ")


@given(_TEXT)
def test_a_name_with_a_letter_or_digit_always_has_a_key(text):
    assert bool(name_key(text)) == bool(fold(text))


@given(_TEXT, st.sampled_from(["lower", "upper", "title"]))
def test_case_never_matters_in_plain_letters(text, change):
    plain = fold(text)
    assert name_key(getattr(plain, change)()) == name_key(plain)


@pytest.mark.parametrize(("one", "other"), [
    ("Universiteit Gent", "UNIVERSITEIT GENT"), ("Université de Liège", "Universite de Liege"),
    ("Université de Liège", "UNIVERSITÉ  DE   LIÈGE"), ("K.U. Leuven", "KU Leuven"), ("K. U. Leuven", "KU Leuven"),
    ("KU Leuven", "K.U.Leuven"), ("U.Z. Gent", "UZ Gent"), ("Schelde Biotech NV", "Schelde Biotech"),
    ("Schelde Biotech N.V.", "Schelde Biotech"), ("Schelde Biotech SA/NV", "Schelde Biotech"),
    ("Schelde Biotech (NV)", "SCHELDE BIOTECH"), ("Schelde Biotech BVBA", "Schelde Biotech SPRL"),
    ("NV Schelde Biotech", "Schelde Biotech"), ("Stichting Delta", "Delta"), ("VZW Delta", "Delta asbl"),
    ("Rhein Zellen GmbH & Co. KG", "Rhein Zellen"), ("Vistula Sp. z o.o.", "Vistula"), ("Arno S.p.A.", "Arno"),
    ("Schelde & Leie", "Schelde and Leie"), ("Schelde et Leie", "Schelde en Leie"),
    ("Free University of Brussels (VUB)", "Free University of Brussels"), ("L'Escaut", "Escaut"),
    ("Sint-Jan Ziekenhuis", "Sint Jan Ziekenhuis"), ("The University of Ghent", "University Ghent"),
    ("Ångström Lab", "Angstrom Lab"), ("Łódź Cells", "Lodz Cells"), ("Schelde\u00a0Biotech", "Schelde Biotech"),
    ("Schelde\nBiotech", "Schelde Biotech"), ("ﬁne cells", "fine cells"),
])
def test_spellings_of_one_name_share_a_key(one, other):
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(("one", "other"), [
    ("Schelde Biotech", "Schelde Biotechnology"), ("University of Gent", "University of Genk"),
    ("Institute 1", "Institute 2"), ("AZ Sint-Jan", "AZ Sint-Lucas"), ("Delta", "Delta Pharma"),
])
def test_other_names_have_other_keys(one, other):
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(("name", "key"), [
    ("NV", "nv"), ("N.V.", "nv"), ("The", "the"), ("S.A.", "sa"), ("GmbH & Co. KG", "gmbh"), ("(UZ)", "uz"),
    ("de la", "de la"), ("Stichting", "stichting"), ("NV SA", None), ("asbl vzw", None), ("3", "3"),
])
def test_a_name_of_nothing_but_forms_keeps_something(name, key):
    assert name_key(name) if key is None else name_key(name) == key


@pytest.mark.parametrize("name", ["", " ", "\t\n", "!!!", "---", "()", "[ ]", "…", "\u200b", "\u0000"])
def test_a_name_without_letters_has_no_key(name):
    assert name_key(name) == ""


@pytest.mark.parametrize(("name", "key"), [
    ("Αθήνα", "athina"), ("Москва", "moskva"), ("Большой", "bolshoy"), ("Българска академия", "balgarska akademiya"),
])
def test_other_scripts_are_written_in_latin_letters(name, key):
    assert name_key(name) == key


@pytest.mark.parametrize("name", ["الجامعة", "東京大学", "서울대학교", "אוניברסיטה", "มหาวิทยาลัย"])
def test_every_script_has_a_key(name):
    assert name_key(name).isascii()
    assert name_key(name)


def test_emoji_do_no_harm():
    assert "schelde biotech" in name_key("🧬 Schelde Biotech")
    assert name_key("🧬")


@pytest.mark.parametrize("unit", ["Schelde ", "x", "(", "a.", "é", "NV ", "& "])
def test_a_very_long_name_is_keyed_by_its_beginning(unit):
    name = unit * (5000 // len(unit))
    assert len(name_key(name)) <= 4000
    assert name_key(name) == name_key(name + " and its tail")


@given(st.sampled_from(sorted(legal_forms())), st.sampled_from(["Delta Cells", "Kaai 19", "Ostrea"]))
def test_every_legal_form_is_dropped_from_an_end(form, name):
    assert name_key(f"{name} {form}") == name_key(name)


@pytest.mark.parametrize(("one", "other"), [
    ("Université de Liège", "University of Liege"), ("Universiteit Gent", "University of Ghent NV Gent"),
    ("Nvidia (United States)", "NVIDIA GmbH"), ("Sint-Pieters Ziekenhuis", "St Pieters Hospital"),
    ("Institut Escaut", "Instituut Escaut"), ("Katholieke Hogeschool Kaai", "Université Catholique Kaai"),
])
def test_generic_words_are_alike_in_every_language(one, other):
    assert set(likeness_words(one)) & set(likeness_words(other))
    assert likeness_words(one)[0] == likeness_words(other)[0] or one.startswith("Katholieke")


@pytest.mark.parametrize(("one", "other"), [
    ("Université de Liège", "University of Liege"), ("Nvidia (United States)", "NVIDIA GmbH"),
    ("Sint-Pieters Ziekenhuis", "Saint Pieters Hospital"),
])
def test_translations_have_the_same_words(one, other):
    assert likeness_words(one) == likeness_words(other)


@pytest.mark.parametrize("text", ["", "!", " . "])
def test_no_words_in_no_text(text):
    assert likeness_words(text) == []


@given(st.lists(_TEXT | st.none(), min_size=1, max_size=8))
def test_the_kernel_keeps_each_name_in_its_row(names):
    batch = pa.RecordBatch.from_arrays([pa.array(names, pa.string())], ["name"])
    keyed = key_names(batch).to_pylist()
    assert [row["name"] for row in keyed] == names
    assert [row["key"] for row in keyed] == [name_key(name or "") for name in names]
