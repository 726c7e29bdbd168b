"""source.toml: what is wrong in it is named with file and field."""

import pytest

from openvalley.errors import BadInput
from openvalley.sources.catalogue import PACK, sources
from openvalley.sources.specification import load_specification

_WHOLE = """
name = "demo"
title = "Demonstration"
publisher = "Nobody"
homepage = ""
licence = "CC0-1.0"
attribution = "Nobody"
covers = "Nothing"
frequency_days = 30
precedence = 50
"""


def test_a_short_specification_has_sensible_defaults(tmp_path):
    path = tmp_path / "source.toml"
    path.write_text(_WHOLE, encoding="utf-8")
    found = load_specification(path)
    assert (found.exported, found.files, found.expect) == (True, (), {})
    assert found.fetch.requests_per_second <= 1


@pytest.mark.parametrize(("old", "new", "says"), [
    ('name = "demo"', 'name = "De mo"', "field name"), ('name = "demo"\n', "", "field name"),
    ('name = "demo"', 'name = "../demo"', "field name"),
    ("frequency_days = 30", "frequency_days = 0", "field frequency_days"),
    ("precedence = 50", "precedence = -1", "field precedence"),
    ("precedence = 50", "precedence = 50\nprecedance = 50", "field precedance"),
    ("precedence = 50", "precedence = 50\nfetch.attempts = 0", "field fetch.attempts"),
    ("precedence = 50", "precedence = 50\nprecedence_of.vat = 5", "field precedence_of: Value error, vat is not one"),
    ("precedence = 50", "precedence = 50\n[[files]]\nurl = 'x'", "field files.0.name"),
    ("precedence = 50", "precedence = 50\n[expect.project]\nmin = -1", "field expect.project.min"),
    ("precedence = 50", "precedence = 50\nby_hand = 'Ask.'", "field files: Value error, a source that comes by hand"),
    ("precedence = 50", "precedence = 50\nby_hand = 'Ask.'\n[[files]]\nname = 'x'\nmirror = '*.csv'", "field files"),
    ("precedence = 50", "precedence = 50\nrow_url.project = 'https://x/'", "field row_url: Value error, the address"),
    ("precedence = 50", "precedence = 50\nrow_url.project = 'javascript:{row}'", "field row_url"),
    ("precedence = 50", "precedence = ", "not TOML"), ("Nobody", "Nob\udce9dy", "not TOML"),
])
def test_a_wrong_field_is_named(tmp_path, old, new, says):
    path = tmp_path / "source.toml"
    path.write_bytes(_WHOLE.replace(old, new, 1).encode("utf-8", "surrogateescape"))
    with pytest.raises(BadInput) as refused:
        load_specification(path)
    assert says in refused.value.message
    assert str(path) in refused.value.message
    assert refused.value.hint


def test_a_missing_specification_is_named(tmp_path):
    with pytest.raises(BadInput, match="does not exist"):
        load_specification(tmp_path / "source.toml")


def test_our_own_sources_say_what_they_must(home):
    found = [source.specification for source in sources(home).values()] + [load_specification(PACK / "source.toml")]
    for specification in found:
        assert specification.files
        assert all((specification.licence, specification.attribution, specification.covers, specification.held_back))
        assert not specification.by_hand or specification.by_hand.endswith(".")
    assert len({specification.precedence for specification in found}) == len(found)
