"""Naming: what words of participants' names say of who works with whom - hospitals with hospitals, ports with ports.

A name is the words that enough participants share, weighed by their rarity (tf-idf: Salton and Buckley 1988,
Information Processing and Management 24, 513-523) and brought to length 1; a company is the words of an asker's
partners, the newest and smallest projects counting most. Who has no name stands in the middle of those who have one:
that a register lost a name says nothing of the future.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from openvalley.insight.connect.past import Floats, Past, Whole
from openvalley.resolve.normalise import fold

#: Letters that a word has, and participants that share it, at least; years after which a project counts 1/e.
_LETTERS, _SHARED, _FADES = 3, 6, 2.0
_TINY = 1e-9


class Naming:
    """Words of each participant's name, and of the names of those it worked with, as sparse rows of length 1."""

    def __init__(self, past: Past) -> None:
        """Prepare what is the same for every asker."""
        self._own = _words(past.name)
        self._named = np.diff(self._own.indptr) > 0
        weight = np.exp(-past.project_age() / _FADES) / np.sqrt(np.maximum(past.size - 1, 1))
        taking_part = (past.together @ sparse.diags(weight)).tocsr()
        company = taking_part @ (past.together.T @ self._own)
        alone = sparse.diags(np.asarray(taking_part.sum(axis=1)).ravel()) @ self._own
        self._company = _of_length_one((company - alone).tocsr())

    def columns(self, asker: int, chosen: Whole) -> dict[str, Floats]:
        """Return the likeness (cosine, 0 to 1) of words of an asker and some participants.

        ``nm_own`` compares name with name, ``nm_pt`` the asker's company with their names, ``nm_tp`` its name with
        their company, ``nm_pp`` company with company.
        """
        name, company = (np.asarray(words[asker].todense()).ravel() for words in (self._own, self._company))
        own, theirs = self._own[chosen], self._company[chosen]
        told = self._named[chosen] & self._named[asker]
        columns = {"nm_own": own @ name, "nm_pt": own @ company, "nm_tp": theirs @ name}
        return {**{key: _in_the_middle(column, told) for key, column in columns.items()}, "nm_pp": theirs @ company}


def _in_the_middle(column: Floats, told: npt.NDArray[np.bool_]) -> Floats:
    """Return a column in which what is not told has the mean of what is; 0 where nothing is."""
    found: Floats = np.where(told, column, column[told].mean() if told.any() else 0.0)
    return found


def _words(names: Sequence[str]) -> sparse.csr_matrix:
    found = [sorted({word for word in fold(name).split() if len(word) >= _LETTERS}) for name in names]
    shared = Counter(word for words in found for word in words)
    column = {word: at for at, word in enumerate(sorted(word for word, held in shared.items() if held >= _SHARED))}
    pairs = [(row, column[word]) for row, words in enumerate(found) for word in words if word in column]
    rare = np.log(len(names) / np.array([shared[word] for word in column], float))
    counts = sparse.csr_matrix((np.ones(len(pairs)), ([row for row, _ in pairs], [at for _, at in pairs])),
                               (len(names), len(column)))
    return _of_length_one((counts @ sparse.diags(rare)).tocsr())


def _of_length_one(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (sparse.diags(1 / np.maximum(length, _TINY)) @ matrix).tocsr()
