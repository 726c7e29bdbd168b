"""Measures: what each indicator is in each region, over how many heads and events, and of which year.

Only evidence that all regions have enters: registers of Europe and the world, never a region pack.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import rustworkx
from numpy.typing import NDArray

from openvalley.atlas.reader import Atlas
from openvalley.vocabulary.terms import Vocabulary, terms

Floats = NDArray[np.float64]

#: Eurostat's tables: population of countries and of NUTS 2 regions, patent applications per million (EPO, NUTS 2).
_POPULATION = {0: "tps00001", 2: "tgs00096"}
_PATENTS = "tgs00040"
#: Participations below which a share of coordinators says nothing.
_FEWEST_PARTICIPATIONS = 20
_MILLION = 1e6
#: Phases that count as early.
EARLY = ("EARLY_PHASE1", "PHASE1")


@dataclass(frozen=True)
class Measured:
    """Regions by indicators, in the order of `Vocabulary.RANKING_INDICATOR`.

    Attributes:
        codes: the regions (NUTS codes; ``EL`` and ``UK`` as Eurostat writes them).
        names: what each is called.
        countries: ISO 3166-1 code of each one's country.
        heads: inhabitants.
        values: regions x indicators, in the indicator's unit; NaN where nothing is known.
        events: regions x indicators, how many events are behind a value; NaN where it is a published figure.
        years: the middle year of what is behind each indicator; None where there is nothing.

    """

    codes: Sequence[str]
    names: Sequence[str]
    countries: Sequence[str]
    heads: Floats
    values: Floats
    events: Floats
    years: Mapping[str, int | None]


def measured(atlas: Atlas, level: int) -> Measured:
    """Return the measures of all regions of a NUTS level that have a known population.

    Args:
        atlas: the atlas that is asked.
        level: 0 (countries) or 2.

    """
    regions = atlas.rows(_REGIONS, [level, _POPULATION[level]])
    grid = _Grid({row["code"]: row["heads"] for row in regions})
    where = _PLACE[level]
    for row in atlas.rows(_RESEARCH.format(place=where)):
        grid.put("health-money", row["here"], row["money"] or 0.0, row["participations"])
        grid.put_per_million("organisations", row["here"], row["organisations"])
        if row["participations"] >= _FEWEST_PARTICIPATIONS:
            grid.put_whole("coordinator-share", row["here"], row["coordinated"] / row["participations"],
                           row["participations"])
    for code, (value, projects) in _centrality(atlas, where).items():
        grid.put("centrality", code, value, projects)
    grid.scale_to_mean("centrality")
    for row in atlas.rows(_TRIALS[level], [list(EARLY)]):
        grid.put_per_million("trials", row["code"], row["trials"])
        grid.put_per_million("early-trials", row["code"], row["early"])
    for row in atlas.rows(_PATENTS_OF[level], [_PATENTS, _POPULATION[2]] if level == 0 else [_PATENTS]):
        grid.put_whole("patents", row["code"], row["value"], np.nan)
    grid.forget_what_nobody_has()
    return Measured(grid.codes, [row["name"] for row in regions], [row["country"] for row in regions], grid.heads,
                    grid.values, grid.events, _years(atlas))


class _Grid:
    """Values and events, regions by indicators, while they are filled; nought where nothing is put."""

    def __init__(self, heads: Mapping[str, float]) -> None:
        self.codes = list(heads)
        self.heads = np.array(list(heads.values()), np.float64)
        self._rows = {code: at for at, code in enumerate(self.codes)}
        self._columns = {name: at for at, name in enumerate(terms(Vocabulary.RANKING_INDICATOR))}
        never_nought = [self._columns[name] for name in ("coordinator-share", "patents")]
        self.values = np.zeros((len(self.codes), len(self._columns)))
        self.values[:, never_nought] = np.nan
        self.events = self.values.copy()

    def put_whole(self, name: str, code: str, value: float, events: float) -> None:
        """Put a value that is not per head; regions that are not measured are passed over."""
        if code in self._rows:
            self.values[self._rows[code], self._columns[name]] = value
            self.events[self._rows[code], self._columns[name]] = events

    def put(self, name: str, code: str, amount: float, events: float) -> None:
        """Put an amount, as so much per head."""
        if code in self._rows:
            self.put_whole(name, code, amount / float(self.heads[self._rows[code]]), events)

    def put_per_million(self, name: str, code: str, events: int) -> None:
        """Put how many there are, as so many per million heads."""
        self.put(name, code, events * _MILLION, events)

    def scale_to_mean(self, name: str) -> None:
        """Express a column as a multiple of its mean."""
        column = self.values[:, self._columns[name]]
        if column.any():
            column /= column.mean()

    def forget_what_nobody_has(self) -> None:
        """Take an indicator that is nought everywhere for unknown: its register is not in the atlas."""
        empty = ~(np.nan_to_num(self.values) != 0).any(axis=0)
        self.values[:, empty] = np.nan
        self.events[:, empty] = np.nan


def _centrality(atlas: Atlas, where: str) -> dict[str, tuple[float, int]]:
    """Return the eigenvector centrality of places in the network of health projects, and each one's projects.

    A project joins each two of its places with a weight of 1 over its other places (Newman 2001, Phys. Rev. E 64,
    016132), times its life-science weight; inside one place nothing is joined.
    """
    rows = atlas.rows(_JOINED.format(place=where))
    names = sorted({row[side] for row in rows for side in ("one", "other")})
    at = {name: number for number, name in enumerate(names)}
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(names)
    graph.add_edges_from([(at[row["one"]], at[row["other"]], row["weight"]) for row in rows])
    if not rows:
        return {}
    central = rustworkx.eigenvector_centrality(graph, weight_fn=float, max_iter=1000, tol=1e-9)
    projects = {row["here"]: row["projects"] for row in atlas.rows(_PROJECTS.format(place=where))}
    return {name: (central[number], projects[name]) for name, number in at.items()}


def _years(atlas: Atlas) -> dict[str, int | None]:
    """Return the year before and after which half of what is behind each indicator lies: registers have stragglers."""
    research, trials, patents = (atlas.rows(query)[0]["year"] for query in _YEARS)
    of_source = {"trials": trials, "early-trials": trials, "patents": patents}
    return {name: of_source.get(name, research) for name in terms(Vocabulary.RANKING_INDICATOR)}


#: Where an organisation is, at each level: the code of its country as Eurostat writes it, or of its NUTS 2 region.
_PLACE = {0: "CASE o.country WHEN 'GR' THEN 'EL' WHEN 'GB' THEN 'UK' ELSE o.country END",
          2: "CASE WHEN length(o.nuts) >= 4 THEN left(o.nuts, 4) END"}
_REGIONS = """
SELECT r.id AS code, coalesce(r.latin_name, r.name, r.id) AS name, r.country,
    arg_max(i.value, i.year) AS heads
FROM region AS r JOIN indicator AS i ON i.region = r.id
WHERE r.level = ? AND i.indicator = ? AND i.value > 0 GROUP BY ALL ORDER BY r.id
"""
_HEALTH = """
participation AS p JOIN life_science_project AS l USING (project_id) JOIN organisation AS o ON o.id = p.organisation_id
"""
_RESEARCH = f"""
SELECT {{place}} AS here, sum(p.eu_contribution * l.weight) AS money, count(*) AS participations,
    count(*) FILTER (p.role = 'coordinator') AS coordinated, count(DISTINCT o.id) AS organisations
FROM {_HEALTH} WHERE here IS NOT NULL GROUP BY here ORDER BY here
"""
_PROJECTS = f"""
SELECT {{place}} AS here, count(DISTINCT p.project_id) AS projects FROM {_HEALTH} WHERE here IS NOT NULL GROUP BY here
"""
_JOINED = f"""
WITH placed AS (SELECT DISTINCT p.project_id, l.weight, {{place}} AS here FROM {_HEALTH}),
sized AS (SELECT project_id, count(*) AS places FROM placed WHERE here IS NOT NULL GROUP BY project_id)
SELECT a.here AS one, b.here AS other, sum(a.weight / (s.places - 1)) AS weight
FROM placed AS a JOIN placed AS b USING (project_id) JOIN sized AS s USING (project_id)
WHERE a.here < b.here AND s.places > 1 GROUP BY ALL ORDER BY one, other
"""
_COUNTED_TRIALS = """
    count(DISTINCT s.trial_id) AS trials, count(DISTINCT s.trial_id) FILTER (list_has_any(t.phases, ?)) AS early"""
_TRIALS = {
    0: f"""SELECT r.id AS code, {_COUNTED_TRIALS} FROM trial_site AS s JOIN trial AS t ON t.id = s.trial_id
           JOIN region AS r ON r.level = 0 AND r.country = s.country GROUP BY ALL""",
    2: f"""SELECT left(o.nuts, 4) AS code, {_COUNTED_TRIALS} FROM trial_site AS s JOIN trial AS t ON t.id = s.trial_id
           JOIN organisation AS o ON o.id = s.organisation_id WHERE length(o.nuts) >= 4 GROUP BY ALL""",
}
_YEARS = (
    f"SELECT year(quantile_disc(j.start_date, 0.5)) AS year FROM {_HEALTH} JOIN project AS j ON j.id = p.project_id",
    """SELECT year(quantile_disc(coalesce(start_date, first_posted), 0.5)) AS year FROM trial
       WHERE id IN (SELECT trial_id FROM trial_site)""",
    f"SELECT max(year) AS year FROM indicator WHERE indicator = '{_PATENTS}'",
)
_PATENTS_OF = {
    # A country's figure is that of its NUTS 2 regions, weighed by their inhabitants.
    0: """
        SELECT left(p.region, 2) AS code, sum(p.value * h.value) / sum(h.value) AS value
        FROM (SELECT region, arg_max(value, year) AS value FROM indicator WHERE indicator = ? GROUP BY region) AS p
        JOIN (SELECT region, arg_max(value, year) AS value FROM indicator WHERE indicator = ? GROUP BY region) AS h
            USING (region) WHERE length(p.region) = 4 GROUP BY ALL""",
    2: "SELECT region AS code, arg_max(value, year) AS value FROM indicator WHERE indicator = ? GROUP BY region",
}
