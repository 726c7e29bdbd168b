"""Signals with the programme given: what the past says of two participants for a project under one part of it.

Beside the signals of all projects stand those of the projects of that part alone: paths over them, partners in common
among them, and how active a candidate is in them.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.errors import BadInput
from openvalley.insight.connect.past import Floats, Past, Whole
from openvalley.insight.connect.profiles import yardstick
from openvalley.insight.connect.signals import Scores, Signals, brought, signals
from openvalley.insight.connect.trees import Ranker, programme_ranker
from openvalley.vocabulary.programmes import part_of

#: Candidates that each generator brings, and those most active in the part lately and ever.
_BROUGHT = {"Wq": 250, "CNq": 250, "c2q": 100, "W/s5t2": 150, "AA": 100, "ppr": 100}
_ACTIVE = {"q_t1": 250, "q_all": 150}
_YARDSTICK = 20
_TINY = 1e-9


class Given:
    """Signals of one past for projects under some programme parts (those that one code stands for)."""

    def __init__(self, whole: Signals, parts: Sequence[str]) -> None:
        """Prepare what is the same for every asker.

        Raises:
            BadInput: no project of these parts began before the cut.

        """
        past = whole.past
        columns = [at for at, code in enumerate(past.programmes) if part_of(code) in parts]
        inside = np.asarray(past.programme[:, columns].sum(axis=1)).ravel() > 0
        if not inside.any():
            raise BadInput(f"No project under {', '.join(parts)} that this atlas has began before {past.cut}.",
                           hint="Leave the programme out, or take another one.", field="programme", why="other")
        self.whole, self.past, self.number = whole, past, whole.number
        self._inside = inside.astype(float)
        self._age = past.project_age()
        taking_part = (past.together @ sparse.diags(self._inside)).tocsr()
        shared = (taking_part @ taking_part.T).tocsr()
        shared.setdiag(0)
        shared.eliminate_zeros()
        shared.data[:] = 1
        self.shared = shared
        self.nodes = self._described(taking_part)

    @property
    def ranker(self) -> Ranker:
        """The trees that read these signals."""
        return programme_ranker()

    def partners_of(self, asker: int) -> Whole:
        """Return the numbers of those an asker has worked with, under whatever programme."""
        return self.whole.partners_of(asker)

    def _described(self, taking_part: sparse.csr_matrix) -> Mapping[str, Floats]:
        """Return how much each participant does under the part."""
        def amount(weights: Floats) -> Floats:
            found: Floats = np.asarray(taking_part @ weights)
            return found

        past, rows = self.past, self.past.joint()
        leading = np.bincount(past.row_pic, past.coordinates * rows * self._inside[past.row_project], len(past.pics))
        every = amount(np.ones(len(past.projects)))
        return {"q_t1": amount(np.exp(-self._age)), "q_t3": amount(np.exp(-self._age / 3)), "q_all": every,
                "q_share": every / np.maximum(self.whole.nodes["np_all"], 1), "q_coord": leading.astype(float),
                "q_deg": np.diff(self.shared.indptr).astype(float)}

    def scores(self, asker: int) -> Scores:
        """Return the columns of one asker over all participants."""
        found = self.whole.scores(asker)
        columns = dict(found.columns)
        columns |= self.whole.paths_over(asker, self._inside)
        between = self.shared[found.partners]
        columns["CNq"] = between.T @ self.whole.rare[found.partners]
        return Scores(columns, found.partners)

    def candidates(self, asker: int, scores: Scores, among: npt.NDArray[np.bool_] | None = None) -> Whole:
        """Return the numbers of those worth ranking, as `Signals.candidates` does."""
        known = np.append(scores.partners, asker)
        barred = known if among is None else np.append(known, np.flatnonzero(~among))
        return brought([*((scores.columns[name], most) for name, most in _BROUGHT.items()),
                        *((self.nodes[name], most) for name, most in _ACTIVE.items())], barred)

    def table(self, asker: int, scores: Scores, chosen: Whole) -> dict[str, Floats]:
        """Return the ranker's columns for an asker and these candidates."""
        columns = self.whole.table(asker, scores, chosen)
        for name in ("Wq", "CNq", "c2q"):
            whole = scores.columns[name]
            columns[f"r_{name}"] = whole[chosen] / max(yardstick(whole, whole[chosen], _YARDSTICK), _TINY)
        columns |= {f"b_{name}": column[chosen] for name, column in self.nodes.items()}
        columns |= {f"a_{name}": np.full(len(chosen), self.nodes[name][asker]) for name in ("q_all", "q_share")}
        return columns


def given(atlas: Atlas, past: Past, parts: Sequence[str]) -> Given:
    """Return the signals of a past of an atlas with a programme given, made once."""
    return remembered(atlas, ("connect.given", past.cut, tuple(parts)), lambda: Given(signals(atlas, past), parts))


def known_before(past: Past, parts: Sequence[str]) -> bool:
    """Say whether any project of the past falls under these programme parts."""
    columns = [at for at, code in enumerate(past.programmes) if part_of(code) in parts]
    return bool(columns) and past.programme[:, columns].nnz > 0
