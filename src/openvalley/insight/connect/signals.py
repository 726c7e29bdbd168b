"""Signals: what the past says of an asker and every other participant, as columns that a ranker reads.

Paths lead from the asker over its projects to its partners and over their projects to others: weighed by the size and
age of projects, and by how common the partner between is (Adamic and Adar 2003, Social Networks 25, 211-230; resource
allocation: Zhou, Lue and Zhang 2009, European Physical Journal B 71, 623-630; random walk with restart).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse, stats

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.connect.naming import Naming
from openvalley.insight.connect.past import Floats, Past, Whole
from openvalley.insight.connect.profiles import Profiles, yardstick
from openvalley.insight.connect.trees import Ranker, plain_ranker

#: Candidates that each generator brings: chosen so that half of all later partners are among them.
_BROUGHT = {"AA": 400, "W/s5t2": 400, "c2t": 200, "pp": 200, "ppr": 200, "W/u": 200}
_POPULAR = 200
#: The place whose score a column is divided by in its relative form.
_YARDSTICK = 20
_RELATIVE = ("AA", "W/s5t2", "pp", "ppr", "c2t", "W/u", "ppa", "Wp", "Ws")
_ASKER = ("np_all", "alln", "first", "size", "moneymean", "rate", "deg", "gain")
#: Steps of the random walk, and the share of each step that goes on.
_STEPS, _GOES_ON = 4, 0.7
_TINY = 1e-9


@dataclass(frozen=True)
class Scores:
    """Columns over all participants for one asker, and the numbers of those it has worked with."""

    columns: Mapping[str, Floats]
    partners: Whole


class Signals:
    """Signals of one past; making it takes about a second, asking it milliseconds."""

    def __init__(self, past: Past) -> None:
        """Prepare what is the same for every asker."""
        self.past = past
        self.number = {pic: place for place, pic in enumerate(past.pics)}
        taking_part = past.together
        self._by_project = taking_part.T.tocsr()
        shared = (taking_part @ self._by_project).tocsr()
        shared.setdiag(0)
        shared.eliminate_zeros()
        shared.data[:] = 1
        self.shared = shared
        self.degree = np.diff(shared.indptr).astype(float)
        self.rare = 1 / np.log(np.maximum(self.degree, 2))
        age, size = past.project_age(), past.size
        others = np.maximum(size - 1, 1)
        weights = {"u": np.ones(len(size)), "s5t2": others**-0.5 * np.exp(-age / 2), "s1": 1 / others}
        self._weight_names = tuple(weights)
        self._weights = np.stack(list(weights.values()), axis=1)
        self._own = taking_part @ self._weights
        total = taking_part @ (self._weights * (size - 1)[:, None])
        self._damping: Mapping[str, Floats | None] = {
            "": None, "/": 1 / np.sqrt(np.maximum(total, 1e-6)), "//": 1 / np.maximum(total, 1e-6)}
        self._age = age
        self._walk = np.maximum(taking_part @ np.exp(-age / 2), _TINY)
        self._busy = 1 / np.sqrt(np.maximum(total[:, 1], 1e-6))
        self._lasting, self._fresh = (np.exp(-age / years) / np.sqrt(others) for years in (2, 0.75))
        self._profiles, self._naming = Profiles(past), Naming(past)
        self._habits()
        self.nodes = self._described()

    @property
    def ranker(self) -> Ranker:
        """The trees that read these signals."""
        return plain_ranker()

    def _habits(self) -> None:
        """Keep how much oftener than by chance two countries, or two types of participant, work together."""
        past, count = self.past, len(self.past.pics)

        def of(group: Whole) -> sparse.csr_matrix:
            return sparse.csr_matrix((np.ones(count), (np.arange(count), group)), (count, int(group.max()) + 1))

        def met(members: sparse.csr_matrix, prior: float) -> Floats:
            pairs = (members.T @ self.shared @ members).toarray() + 1.0
            chance = pairs.sum(axis=1, keepdims=True) @ pairs.sum(axis=0, keepdims=True) / pairs.sum()
            ratio: Floats = np.log((pairs + prior) / (chance + prior))
            return ratio

        self._countries = met(of(past.country), 5.0)
        types = of(past.activity)
        self._types = met(types, 0.0)
        self._partner_types = (self.shared @ types).toarray() / np.maximum(self.degree, 1)[:, None]

    def _described(self) -> dict[str, Floats]:
        """Return what is known of each participant by itself."""
        past, count = self.past, len(self.past.pics)
        joint, age, who = past.joint(), past.age, past.row_pic

        def amount(weights: npt.NDArray[np.generic]) -> Floats:
            found: Floats = np.bincount(who, weights * joint, count).astype(float)
            return found

        together = amount(np.ones(len(age)))
        last, first = np.full(count, 99.0), np.zeros(count)
        np.minimum.at(last, who[joint], age[joint])
        np.maximum.at(first, who, age)
        before = past.together @ sparse.diags((self._age > 1).astype(float))
        then = (before @ before.T).tocsr()
        then.setdiag(0)
        then.eliminate_zeros()
        least_one = np.maximum(together, 1)
        lately = amount(np.exp(-age))
        return {
            "np_all": together, "alln": np.bincount(who, minlength=count).astype(float),
            "np_2y": amount(age <= 2), "np_t1": lately,  # noqa: PLR2004 - the column's name
            "np_t3": amount(np.exp(-age / 3)),
            "live": amount(past.open), "coord_t3": amount(past.coordinates * np.exp(-age / 3)), "last": last,
            "first": first, "size": amount(np.log(past.size[past.row_project])) / np.maximum(together, _TINY),
            "moneymean": np.log1p(amount(past.money) / least_one), "rate": amount(past.rate) / least_one,
            "deg": self.degree, "rank": stats.rankdata(lately) / count,
            "gain": self.degree - np.diff(then.indptr),
        }

    def scores(self, asker: int) -> Scores:
        """Return the columns of one asker over all participants."""
        past = self.past
        partners = self.partners_of(asker)
        own = past.together.indices[past.together.indptr[asker]:past.together.indptr[asker + 1]]
        start = np.zeros_like(self._weights)
        start[own] = self._weights[own]
        reached = past.together @ start
        reached[asker] = 0
        columns: dict[str, Floats] = {}
        for sign, damping in self._damping.items():
            going = reached if damping is None else reached * damping
            arrived = past.together @ ((self._by_project @ going) * self._weights) - going * self._own
            columns |= {f"W{sign}{name}": arrived[:, place] for place, name in enumerate(self._weight_names)}
        between = self.shared[partners]
        common = between.T @ np.stack([np.ones(len(partners)), self.rare[partners],
                                       1 / np.sqrt(np.maximum(self.degree[partners], 1))], axis=1)
        columns |= {"CN": common[:, 0], "AA": common[:, 1], "RA": common[:, 2]}
        known = np.zeros(len(past.pics))
        known[partners] = 1
        of_known = self._by_project @ known
        of_known[own] = 0
        columns["c2t"] = past.together @ (of_known**2 / past.size * np.exp(-self._age / 1.5))
        columns["c15"] = past.together @ (of_known**1.5 / np.sqrt(past.size) * np.exp(-self._age / 2))
        columns["ppr"] = self._walked(asker)
        columns |= self._fitting(asker, own)
        columns |= self._profiles.columns(asker)
        return Scores(columns, partners)

    def _fitting(self, asker: int, own: Whole) -> dict[str, Floats]:
        """Return paths over projects that fit the asker's experience (Wp), and over those that are new (Ws)."""
        past = self.past
        start = np.zeros(len(past.projects))
        start[own] = np.exp(-self._age[own] / 3) / np.sqrt(np.maximum(past.size[own] - 1, 1))
        reached = past.together @ start
        reached[asker] = 0
        arrived = self._by_project @ (reached * self._busy)
        arrived[own] = 0
        fit = (past.programme @ self._profiles.particular(asker)) * self._lasting
        return {"Wp": past.together @ (arrived * fit), "Ws": past.together @ (arrived * self._fresh)}

    def paths_over(self, asker: int, weights: Floats) -> dict[str, Floats]:
        """Return how well an asker's partners lead to each participant over projects of some weight (0 to 1)."""
        past, partners = self.past, self.partners_of(asker)
        own = past.together.indices[past.together.indptr[asker]:past.together.indptr[asker + 1]]
        start = np.zeros(len(past.projects))
        start[own] = np.exp(-self._age[own] / 2) / np.sqrt(np.maximum(past.size[own] - 1, 1))
        reached = past.together @ start
        reached[asker] = 0
        others = weights * np.exp(-self._age / 2) / np.sqrt(np.maximum(past.size - 1, 1))
        known = np.zeros(len(past.pics))
        known[partners] = 1
        of_known = self._by_project @ known
        others[own] = of_known[own] = 0
        return {"Wq": past.together @ ((self._by_project @ reached) * others),
                "c2q": past.together @ (weights * of_known**2 / past.size * np.exp(-self._age / 1.5))}

    def partners_of(self, asker: int) -> Whole:
        """Return the numbers of those an asker has worked with."""
        found: Whole = self.shared.indices[self.shared.indptr[asker]:self.shared.indptr[asker + 1]]
        return found

    def common(self, asker: int, weights: Floats) -> Floats:
        """Return the summed weight of the partners that an asker has in common with each participant."""
        partners = self.partners_of(asker)
        found: Floats = self.shared[partners].T @ weights[partners]
        return found

    def programme_counts(self) -> Floats:
        """Return how much each participant took part in each programme part, over all years alike."""
        found: Floats = (self.past.together @ self.past.programme).toarray()
        return found

    def _walked(self, asker: int) -> Floats:
        """Return how often a walk from the asker over projects comes by each participant."""
        at, met = np.zeros(len(self.past.pics)), np.zeros(len(self.past.pics))
        at[asker] = 1
        for step in range(_STEPS):
            at = self.past.together @ ((self._by_project @ (at / self._walk)) * np.exp(-self._age / 2)
                                       / np.maximum(self.past.size, 1))
            met += _GOES_ON**step * at
        return met

    def candidates(self, asker: int, scores: Scores, among: npt.NDArray[np.bool_] | None = None) -> Whole:
        """Return the numbers of those worth ranking: never the asker, never somebody it has worked with.

        Args:
            asker: number of the asker.
            scores: its columns.
            among: whom it may be, by number; everybody when None.

        """
        known = np.append(scores.partners, asker)
        barred = known if among is None else np.append(known, np.flatnonzero(~among))
        return brought([*((scores.columns[name], most) for name, most in _BROUGHT.items()),
                        (self.nodes["np_t1"], _POPULAR)], barred)

    def table(self, asker: int, scores: Scores, chosen: Whole) -> dict[str, Floats]:
        """Return the ranker's columns for an asker and these candidates."""
        columns = {name: column[chosen] for name, column in scores.columns.items()}
        for name in _RELATIVE:
            whole = scores.columns[name]
            columns[f"r_{name}"] = whole[chosen] / max(yardstick(whole, whole[chosen], _YARDSTICK), _TINY)
        columns |= {f"b_{name}": column[chosen] for name, column in self.nodes.items()}
        columns |= {f"a_{name}": np.full(len(chosen), self.nodes[name][asker]) for name in _ASKER}
        degree = np.maximum(self.degree, 1)
        columns |= self._naming.columns(asker, chosen)
        columns["jac"] = columns["CN"] / (degree[asker] + degree[chosen] - columns["CN"])
        country, activity = self.past.country, self.past.activity
        columns["clift"] = self._countries[country[asker], country[chosen]]
        columns["tlift"] = self._types[activity[asker], activity[chosen]]
        columns["pt_ab"] = self._partner_types[asker, activity[chosen]]
        columns["pt_ba"] = self._partner_types[chosen, activity[asker]]
        columns["act_a"] = np.full(len(chosen), float(activity[asker]))
        columns["act_b"] = activity[chosen].astype(float)
        return columns


def brought(columns: Sequence[tuple[Floats, int]], barred: Whole) -> Whole:
    """Return the numbers of the best of each column (so many of each, above 0), without those barred."""
    keep = np.zeros(len(columns[0][0]), bool)
    for column, most in columns:
        values = column.copy()
        values[barred] = 0
        found = np.flatnonzero(values > 0)
        if len(found) > most:
            found = found[np.argpartition(-values[found], most - 1)[:most]]
        keep[found] = True
    return np.flatnonzero(keep)


def signals(atlas: Atlas, past: Past) -> Signals:
    """Return the signals of a past of an atlas, made once."""
    return remembered(atlas, ("connect.signals", past.cut), lambda: Signals(past))
