"""Names by what they share with others: the same words, or the same letters."""

from collections.abc import Iterable, KeysView, Sequence

import numpy as np

from openvalley.resolve.linker.spaces import Ints


class Namesakes:
    """Numbers of names, by a text that several of them may have in common.

    Attributes:
        group: one number a name in the order in which they came; names with the same text have the same.

    """

    def __init__(self) -> None:
        """No name is known yet."""
        self._numbers: dict[str, int] = {}
        self._names: Ints = np.zeros(0, np.int32)
        self._starts: Ints = np.zeros(1, np.int32)
        self.group: Ints = np.zeros(0, np.int32)

    def __len__(self) -> int:
        """Return how many different texts there are."""
        return len(self._numbers)

    @property
    def texts(self) -> KeysView[str]:
        """The different texts."""
        return self._numbers.keys()

    def put(self, texts: Sequence[str], names: Ints) -> None:
        """Add names with their texts; their numbers are larger than those that came before."""
        known = self._numbers
        came = np.array([known.setdefault(text, len(known)) for text in texts], np.int32)
        self.group = np.concatenate([self.group, came])
        names = np.concatenate([np.sort(self._names), names])
        order = np.argsort(self.group, kind="stable")
        self._names = names[order].astype(np.int32)
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(self.group, minlength=len(known)))]).astype(np.int32)

    def find(self, texts: Iterable[str]) -> tuple[Ints, Ints]:
        """Return pairs (place of a text among those given, name that has it), by place, then by name."""
        known = self._numbers
        asked = np.array([known.get(text, -1) for text in texts], np.int32)
        place = np.flatnonzero(asked >= 0).astype(np.int32)
        starts = self._starts[asked[place]]
        sizes = self._starts[asked[place] + 1] - starts
        within = np.arange(sizes.sum(), dtype=np.int32) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return np.repeat(place, sizes), self._names[np.repeat(starts, sizes) + within]
