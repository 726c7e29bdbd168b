"""Texts as rows of sparse matrices: their words and the grams of these, so that products of rows say how near they are.

Columns are `openvalley.resolve.linker.commonness.GRAMS`, then the words of a shelf. Rows have length 1 in their grams,
and in their words, each weighed; so the product of two rows is the sum of two cosines, 0 to 2.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from openvalley.resolve.linker.commonness import GRAMS, counted, gram_weights, grams

Ints = NDArray[np.int32]
Reals = NDArray[np.float32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
#: Texts, each a ``str``: many of them are taken out of an array at once, faster than out of a list.
Strings = NDArray[np.object_]
#: A gram, or a word, that more than this share of all organisations has tells too little to find names by.
_COMMON_GRAM, _COMMON_WORD = 0.08, 0.02


def gram_rows(texts: Sequence[str] | Strings) -> sparse.csr_matrix:
    """Return texts by their grams, weighed and of length 1."""
    number, gram = grams(list(texts))
    rows = sparse.csr_matrix((gram_weights()[gram], (number.astype(np.int32), gram.astype(np.int32))),
                             shape=(len(texts), GRAMS), dtype=np.float32)
    rows.sum_duplicates()
    return _of_length_1(rows, np.zeros(len(texts), np.float32))


def word_rows(tokens: Ints, weights: Reals, words: int) -> sparse.csr_matrix:
    """Return texts by their words, weighed and of length 1; words that the shelf does not know lengthen a text."""
    known = tokens >= 0
    ends = np.concatenate([[0], np.cumsum(known.sum(axis=1))])
    rows = sparse.csr_matrix((weights[known].astype(np.float32), tokens[known], ends),
                             shape=(len(tokens), max(1, words)))
    return _of_length_1(rows, np.where(known, 0, weights**2).sum(axis=1))


def telling_columns(weights: Reals) -> NDArray[np.bool_]:
    """Return which columns are worth finding names by: the grams, then words of these weights."""
    least_gram, least_word = np.log1p(1 / _COMMON_GRAM), np.log1p(1 / _COMMON_WORD) / np.log1p(counted()[0])
    return np.concatenate([gram_weights() > least_gram, weights > least_word])


def _of_length_1(rows: sparse.csr_matrix, more: Reals) -> sparse.csr_matrix:
    """Divide rows by their length, of which ``more`` is the square of what stands in no column."""
    sizes = np.diff(rows.indptr)
    of = np.repeat(np.arange(rows.shape[0]), sizes)
    squares = np.bincount(of, weights=rows.data**2, minlength=rows.shape[0]) + more
    rows.data /= np.sqrt(np.maximum(squares, 1e-9)).astype(np.float32)[of]
    return rows
