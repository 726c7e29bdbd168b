"""Texts: how near each of some texts is to what somebody works on or asks for."""

from collections import Counter
from collections.abc import Sequence
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from openvalley.insight.needs import stems

Floats = NDArray[np.float64]


class Texts:
    """Texts by their stems, weighted by rarity (tf-idf with logarithmic term frequency), each of length 1."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Read the texts."""
        counted = [Counter(stems(text)) for text in texts]
        self._known = {stem: at for at, stem in enumerate(sorted({stem for counts in counted for stem in counts}))}
        holders = Counter(stem for counts in counted for stem in counts)
        total = max(1, len(texts))
        self._weights = np.array([log((1 + total) / (1 + holders[stem])) + 1 for stem in self._known])
        rows = [row for row, counts in enumerate(counted) for _ in counts]
        columns = [self._known[stem] for counts in counted for stem in counts]
        values = [(1 + log(count)) * self._weights[self._known[stem]] for counts in counted
                  for stem, count in counts.items()]
        matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), max(1, len(self._known))))
        lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        self._rows = sparse.diags(1 / np.maximum(lengths, 1e-9)) @ matrix

    def weight(self, stem: str) -> float:
        """Return how rare a stem is among the texts, 1 or more; 0 for one that none has."""
        at = self._known.get(stem)
        return 0.0 if at is None else float(self._weights[at])

    def shared(self, asked: Sequence[str]) -> NDArray[np.int64]:
        """Return how many of some stems each text has."""
        known = sorted({self._known[stem] for stem in asked if stem in self._known})
        return np.asarray((self._rows[:, known] > 0).sum(axis=1), np.int64).ravel()

    def likeness(self, asked: Sequence[str]) -> Floats:
        """Return the cosine of each text with some stems, 0 to 1; words that no text has make the question longer."""
        known = [self._known[stem] for stem in asked if stem in self._known]
        if not known:
            return np.zeros(self._rows.shape[0])
        vector = np.zeros(self._rows.shape[1])
        vector[known] = self._weights[known]
        unknown = (len(asked) - len(known)) * float(self._weights.max()) ** 2
        return np.asarray(self._rows @ vector / np.sqrt(float(vector @ vector) + unknown), np.float64)
