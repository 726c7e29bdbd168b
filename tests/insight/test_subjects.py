"""Which organisation somebody means."""

import pytest

from openvalley.errors import BadInput, UnknownIdentity
from openvalley.insight.subjects import organisation_meant
from worlds import ror_id


@pytest.mark.parametrize("text", [ror_id(1), ror_id(1).rpartition("/")[2], "Schelde University", "schelde universty"])
def test_an_id_or_a_name_with_a_typing_error(atlas, text):
    assert organisation_meant(atlas, text).id == ror_id(1)


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_is_nobody(atlas, text):
    with pytest.raises(BadInput, match="Nothing was given"):
        organisation_meant(atlas, text)


def test_words_that_fit_several_name_them(atlas):
    with pytest.raises(BadInput, match="more than one") as raised:
        organisation_meant(atlas, "hospital")
    assert len(raised.value.context["suggestions"]) > 1


def test_words_that_fit_nothing(atlas):
    with pytest.raises(UnknownIdentity):
        organisation_meant(atlas, "qqqqxxzz")
