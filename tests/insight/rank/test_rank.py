"""The ranking as an answer: on a small atlas that cannot be ranked, and on what is asked wrongly."""

import pytest

from openvalley.errors import BadInput
from openvalley.insight.answer import as_data
from openvalley.insight.rank import RankRequest, rank
from openvalley.vocabulary.terms import LANGUAGES


@pytest.mark.parametrize(("asked", "says"), [
    ({"level": "nuts5"}, "nuts5"), ({"weights": ("trials=0.5",)}, "sum to 0.5"), ({"weights": ("trials=x",)}, "'x'"),
    ({"weights": ("beauty=1",)}, "beauty"), ({"weights": ("trials=0.5", "trials=0.5")}, "two weights"),
    ({"weights": ("trials=-1",)}, "from 0 to 1"), ({"limit": 0}, "At least one"), ({"weights": ("=",)}, "no indicator"),
])
def test_what_cannot_be_asked(atlas, asked, says):
    with pytest.raises(BadInput, match=says) as raised:
        rank(atlas, RankRequest(**asked))
    assert raised.value.hint


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_atlas_without_inhabitants_cannot_tell(atlas, language):
    told = as_data(rank(atlas, RankRequest()), language)
    assert told["items"] == []
    assert "eurostat" in told["cannot_tell"]["text"]
