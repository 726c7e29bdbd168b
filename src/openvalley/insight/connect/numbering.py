"""Numbering: what the order in which a register gave its numbers says of who and what belongs together.

CORDIS numbers projects as they come in, call by call: projects of one programme part that stand side by side are mostly
of one call, which the register need not name. PICs were given as participants registered, those of one proposal often
together, those of earlier framework programmes first. Both are signs of kinship, and no more.
"""

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy import sparse

from openvalley.insight.connect.past import LEAST, MOST, Floats, Past, Whole

#: Numbers apart after which kinship of two projects falls to 1/e: those of one topic, and those of one call.
_REACHES = {"topic": 8, "call": 60}
#: Projects that are looked at on either side of one, in times of the reach, and kinship below which nothing counts.
_FARTHEST, _LEAST_KINSHIP = 2.5, 1e-3
_TINY = 1e-9


class Numbering:
    """Neighbours by number: of projects within a programme part, and of participants."""

    def __init__(self, past: Past) -> None:
        """Prepare what is the same for every asker."""
        self._past = past
        self._numbers = _numbers(past.projects)
        self._kin = {name: self._kinship(reach) for name, reach in _REACHES.items()}
        self._lasting = np.exp(-past.project_age() / 3) / np.sqrt(np.maximum(past.size - 1, 1))

    def _kinship(self, reach: int) -> sparse.csr_matrix:
        """Return project x project: nearness of numbers times likeness (cosine) of programme parts."""
        past = self._past
        tells = (past.size >= LEAST) & (past.size <= MOST) & (self._numbers >= 0)
        order = np.flatnonzero(tells)[np.argsort(self._numbers[tells], kind="stable")]
        length = np.sqrt(np.asarray(past.programme.multiply(past.programme).sum(axis=1)).ravel())
        direction = (sparse.diags(1 / np.maximum(length, _TINY)) @ past.programme).tocsr()
        found: list[npt.NDArray[np.float64]] = []
        for step in range(1, min(int(_FARTHEST * reach), len(order) - 1) + 1):
            one, other = order[:-step], order[step:]
            near = np.exp((self._numbers[one] - self._numbers[other]) / reach)
            one, other, near = (part[near > _LEAST_KINSHIP] for part in (one, other, near))
            near *= np.asarray(direction[one].multiply(direction[other]).sum(axis=1)).ravel()
            found.append(np.stack([one, other, near])[:, near > _LEAST_KINSHIP])
        one, other, near = np.concatenate(found, axis=1) if found else np.zeros((3, 0))
        rows, columns = np.concatenate([one, other]).astype(int), np.concatenate([other, one]).astype(int)
        count = len(past.projects)
        return sparse.csr_matrix((np.concatenate([near, near]), (rows, columns)), (count, count))

    def paths(self, start: Floats, inside: Floats | float = 1.0) -> Mapping[str, Floats]:
        """Return who took part in projects that are kin to those of an asker, over all participants.

        Args:
            start: weight of each project of the asker, 0 for others.
            inside: weight of each project by itself, where only some count.

        """
        others = np.where(start > 0, 0, self._lasting * inside)
        reached = np.stack([(kin @ (start * inside)) * others for kin in self._kin.values()], axis=1)
        found = self._past.together @ reached
        return {f"K{name}": found[:, at] for at, name in enumerate(self._kin)}

    def columns(self, asker: int, chosen: Whole) -> Mapping[str, Floats]:
        """Return where the PICs of an asker and of some participants stand: numbers of a past follow them.

        ``reg_near`` is nearness of the two, ``a_reg`` and ``b_reg`` (0 to 1) are the places themselves.
        """
        count = len(self._past.pics)
        return {"reg_near": -np.log1p(np.abs(chosen - asker)),
                "a_reg": np.full(len(chosen), asker / count), "b_reg": chosen / count}


def _numbers(projects: npt.NDArray[np.str_]) -> Whole:
    """Return the number of each project in its register; -1 where it has none."""
    found = [re.search(r"\d{1,15}$", project) for project in projects.tolist()]
    return np.array([int(number.group()) if number else -1 for number in found], np.int64)
