"""Text of the search index in the form in which it is compared, and rows of the atlas one batch after another."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import tantivy

from openvalley.resolve.normalise import fold

_ROWS_AT_A_TIME = 5_000
#: Words of what something is about that are kept beside it, to compare a query with.
_MOST_WORDS_ABOUT = 200
#: Longer words of texts are noise (sequences, addresses).
_LONGEST_WORD = 40


def stemmer() -> tantivy.TextAnalyzer:
    """Return the analyser of longer texts: words in lower-case ASCII, by their English stems."""
    return (tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.remove_long(_LONGEST_WORD))
            .filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())
            .filter(tantivy.Filter.stemmer("english")).build())


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[dict[str, Any]]:
    """Yield rows batch by batch: the index takes documents one at a time."""
    for batch in connection.execute(query).to_arrow_reader(_ROWS_AT_A_TIME):
        yield from batch.to_pylist()


def shown(of_document: Mapping[str, Any]) -> bytes:
    """Return what a list shows of a document, as the index keeps it."""
    return json.dumps(of_document, ensure_ascii=False).encode()


def add_facets(document: tantivy.Document, facets: Mapping[str, Any]) -> None:
    """Add facet values to a document: by facet a list of them, or nothing."""
    for facet, values in facets.items():
        for value in values or ():
            document.add_text(facet, value)


def about_words(texts: list[str]) -> list[str]:
    """Return texts as they are compared with a query: each its distinct words, in all the first `_MOST_WORDS_ABOUT`."""
    kept: list[str] = []
    left = _MOST_WORDS_ABOUT
    for text in dict.fromkeys(map(fold, texts)):
        words = list(dict.fromkeys(text.split()))[:left]
        left -= len(words)
        if words:
            kept.append(" ".join(words))
    return kept
