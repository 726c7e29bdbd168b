"""Remembers who was in the cohorts that were answered, and finds a new one that differs from one of them by few.

Two answers whose cohorts differ by fewer persons than the minimum would tell of these few. Source: D. Dobkin,
A. Jones, R. Lipton: Secure databases: protection against user influence, ACM TODS 4(1), 1979 (control of overlap).
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalley.healthdata.cdm.engines import Persons

Bits = NDArray[np.uint8]


@dataclass
class History:
    """Cohorts that were answered, as one bit a person of the database.

    Attributes:
        everybody: person_id of the whole database, ascending.
        margin: cohorts that differ by fewer persons are too near.

    """

    everybody: Persons
    margin: int
    _bits: list[Bits] = field(default_factory=list)
    _sizes: list[int] = field(default_factory=list)
    _families: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Remember everybody: how many there are is told to all."""
        self.remember(self.everybody)

    def __len__(self) -> int:
        """Return how many cohorts are remembered, everybody not counted."""
        return len(self._sizes) - 1

    def remember(self, persons: Persons, family: str = "") -> None:
        """Keep a cohort that was answered; months of one series are a family."""
        self._bits.append(self._packed(persons))
        self._sizes.append(len(persons))
        self._families.append(family)

    def too_near(self, persons: Persons, family: str = "") -> bool:
        """Tell whether a new cohort equals an answered one, or differs from it by fewer than the margin.

        Equal ones count: a refusal must not tell an equal cohort from one that differs by one person. Two cohorts
        below the margin are not compared: the answer to both is that they are below it. Months of one series are not
        compared with each other: nobody can choose how they differ, and who is cared for every month is in all.
        """
        number, bits = len(persons), self._packed(persons)
        sizes = np.array(self._sizes)
        # Cohorts differ at least by as many persons as their sizes do.
        near = (np.abs(sizes - number) < self.margin) & (np.maximum(sizes, number) >= self.margin)
        return any(int(np.bitwise_count(bits ^ self._bits[place]).sum(dtype=np.int64)) < self.margin
                   for place in np.flatnonzero(near) if not family or self._families[place] != family)

    def _packed(self, persons: Persons) -> Bits:
        flags: NDArray[Any] = np.zeros(len(self.everybody), dtype=bool)
        flags[np.searchsorted(self.everybody, persons)] = True
        return np.packbits(flags)
