"""Programmes: codes lead to the parts of the framework programmes, and what is unknown is refused with suggestions."""

import pytest

from openvalley.errors import BadInput
from openvalley.vocabulary.programmes import part_of, parts_of
from openvalley.vocabulary.terms import Vocabulary, terms


@pytest.mark.parametrize(("code", "parts"), [
    ("SC1", ("H2020-EU.3.1.",)), ("sc1 ", ("H2020-EU.3.1.",)), ("LEIT", ("H2020-EU.2.1.",)),
    ("HEALTH", ("H2020-EU.3.1.", "HORIZON.2.1")), ("SC1-BHC-07-2019", ("H2020-EU.3.1.",)),
    ("H2020-EU.3.1.4.", ("H2020-EU.3.1.",)), ("H2020-EU.3.1", ("H2020-EU.3.1.",)), ("HORIZON.2.1.3", ("HORIZON.2.1",)),
    ("HORIZON-HLTH-2024-TOOL-05-06", ("HORIZON.2.1",)), ("H2020-MSCA-ITN-2018", ("H2020-EU.1.3.", "HORIZON.1.2")),
    ("HORIZON.2.7", ("HORIZON.2.7",)), ("EURATOM.1.1.4", ("EURATOM.1",)), ("EURATOM2027", ("EURATOM.1",)),
    ("EURATOM", ("H2020-Euratom", "EURATOM.1")),
])
def test_a_code_stands_for_its_parts(code, parts):
    assert parts_of(code) == parts


@pytest.mark.parametrize(("code", "near"), [("SC11", "SC1"), ("HELTH", "HEALTH"), ("LIET", "LEIT"), ("", "SC1")])
def test_an_unknown_code_is_refused_with_the_nearest(code, near):
    with pytest.raises(BadInput) as caught:
        parts_of(code)
    assert near in caught.value.hint


def test_a_longer_number_is_no_part_of_a_shorter_one():
    assert part_of("H2020-EU.3.10.") is None
    assert part_of("HORIZON.2.11") is None


def test_every_part_has_a_code_and_is_found_by_itself():
    for part, term in terms(Vocabulary.PROGRAMME_PART).items():
        assert term.attributes["codes"]
        assert parts_of(part) == (part,)
        assert all(part in parts_of(code) for code in term.attributes["codes"])
