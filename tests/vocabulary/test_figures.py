"""Units and breakdowns of figures, in words."""

import pytest

from openvalley.vocabulary.figures import breakdown, unit


@pytest.mark.parametrize(("code", "language", "words"), [
    ("PC", "en", "%"), ("YR", "fr", "ans"), ("NR", "de", ""), (None, "nl", ""), ("XYZ", "nl", "XYZ"),
])
def test_units(code, language, words):
    assert unit(code, language) == words


@pytest.mark.parametrize(("dimensions", "words"), [
    ("sex=F;age=Y_GE15", "women, aged 15 and over"), ("sex=T;age=TOTAL", ""), ("age=Y25-64", "aged 25 to 64"),
    ("age=Y_LT1", "under one year old"), ("na_item=B6N;direct=BAL", "net disposable income"),
    ("sectperf=Some sector", "Some sector"), ("odd=CODE", "odd CODE"), ("", ""),
])
def test_breakdowns(dimensions, words):
    assert breakdown(dimensions, "en") == words
