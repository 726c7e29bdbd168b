"""Countries as people write them."""

import pytest

from openvalley.resolve.countries import country_code


@pytest.mark.parametrize(("text", "code"), [
    ("BE", "BE"), ("be", "BE"), (" BEL ", "BE"), ("Belgium", "BE"), ("BELGIUM", "BE"), ("EL", "GR"), ("GR", "GR"),
    ("UK", "GB"), ("GB", "GB"), ("United Kingdom", "GB"), ("Namibia", "NA"), ("NA", "NA"),
    ("", None), ("  ", None), ("Atlantis", None), ("XX", None), ("B", None), ("🇧🇪", "BE"), ("x" * 5000, None),
])
def test_a_country_is_known_by_code_or_name(text, code):
    assert country_code(text) == code
