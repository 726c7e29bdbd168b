"""About: which trials are about a condition, by their conditions, keywords and titles."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.test.conditions import Condition

#: A text as `fold` makes it, near enough for matching: small letters without accents, anything else a space.
FOLDED = "trim(regexp_replace(strip_accents(lower({0})), '[^a-z0-9]+', ' ', 'g'))"
_TEXTS = f"""
    SELECT trial_id AS id, {FOLDED.format('term')} AS text FROM trial_term WHERE kind IN ('condition', 'keyword')
    UNION ALL SELECT id, {FOLDED.format('title')} FROM trial WHERE title IS NOT NULL
"""


def about(atlas: Atlas, condition: Condition) -> Sequence[str]:
    """Return the ids of the trials of an atlas that are about a condition.

    The texts are folded once an atlas; folding them is what takes most of the time.
    """
    ids, places, texts = remembered(atlas, "test.texts", lambda: _texts(atlas))
    fits = pc.match_substring_regex(texts, condition.pattern)
    found: list[str] = pc.unique(ids.filter(fits.take(places))).to_pylist()
    return found


def _texts(atlas: Atlas) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return the trial of each text, the place of the text among the different ones, and these."""
    read = atlas.table(_TEXTS).combine_chunks()
    told = read["text"].combine_chunks().dictionary_encode()
    return read["id"].combine_chunks(), told.indices, told.dictionary
