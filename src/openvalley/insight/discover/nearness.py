"""Nearness: an index of how near the research of an organisation is to the market, from what it did up to a year.

The index rests on who it works with and under which parts of the programmes, not on texts: most projects of the
register have none. Projects in the life sciences count whole, those of other fields for a part: somebody who works near
the market of chips is not yet near that of medicines. Its weights are declared here;
`openvalley.insight.discover.backtest` says how often it comes true.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalley.atlas.reader import Atlas

Floats = NDArray[np.float64]

#: Parts of the programmes that pay for innovation in industry and small companies.
INDUSTRIAL = r"^(H2020-EU\.2\.[13]|HORIZON\.2\.4|HORIZON\.3\.)"
#: Parts that pay for work on the problems of society: nearer to use than the frontier of research.
APPLIED = r"^(H2020-EU\.3\.|HORIZON\.2\.)"
#: Weights of the logarithms of the counts, of the share of companies among partners, and of the money in 100,000 euro.
WEIGHTS = {"recent": 1.0, "with_companies": 0.8, "applied": 0.8, "partners": 0.3, "money": 0.5}
COMPANY_SHARE = 0.8
#: What the points of projects outside the life sciences count beside those of projects in them.
ELSEWHERE = 0.3
#: Years that count as recent, the last one included.
RECENT_YEARS = 2
_MONEY_UNIT = 1e5
#: Points that make an index of 1: a little more than any research organisation of Horizon 2020 has.
_FULL = 24.0


@dataclass(frozen=True)
class Work:
    """Projects of one organisation in some field, one project once.

    Attributes:
        projects, recent: projects that began, in all and in the last years.
        with_companies: of them with a company.
        company_share: mean share of companies among their participants, 0 to 1.
        applied, industrial: under applied and under industrial parts.
        partners: places beside its own in all of them.
        money: EU contribution, euro.
        newest: year of the newest project; None without any.

    """

    projects: int = 0
    recent: int = 0
    with_companies: int = 0
    company_share: float = 0.0
    applied: int = 0
    industrial: int = 0
    partners: int = 0
    money: float = 0.0
    newest: int | None = None


@dataclass(frozen=True)
class Researcher:
    """A research organisation (university, institute, hospital), and what it did up to a year.

    Attributes:
        id: public id.
        living: its projects in the life sciences.
        others: its other projects.

    """

    id: str
    living: Work
    others: Work

    @property
    def projects(self) -> int:
        """All its projects."""
        return self.living.projects + self.others.projects


def researchers(atlas: Atlas, until: int | None = None) -> list[Researcher]:
    """Return every research organisation with a project that began up to a year (None: the newest in the atlas)."""
    (row,) = atlas.rows("SELECT year(max(start_date)) AS year FROM project")
    last = (row["year"] or 0) if until is None else until
    found: dict[str, dict[bool, Work]] = {}
    for entry in atlas.rows(_RESEARCHERS, [recent_since(atlas, until), last]):
        found.setdefault(entry["id"], {})[entry["living"]] = _work(entry)
    return [Researcher(who, works.get(True, Work()), works.get(False, Work())) for who, works in found.items()]


def _work(entry: dict[str, Any]) -> Work:
    return Work(**{field.name: entry[field.name] for field in fields(Work)})


def recent_since(atlas: Atlas, until: int | None = None) -> int:
    """Return the first year that counts as recent: a register's last year is the one up to which nearly all began."""
    return (newest_year(atlas) if until is None else until) - RECENT_YEARS + 1


def newest_year(atlas: Atlas) -> int:
    """Return the year up to which 99 of 100 projects began: the few after it are stragglers of another extract."""
    (row,) = atlas.rows("SELECT year(quantile_disc(start_date, 0.99)) AS year FROM project")
    return row["year"] or 0


def index(found: Sequence[Researcher]) -> Floats:
    """Return the index of each, 0 (far) to 1 (near)."""
    return np.clip(points(found) / _FULL, 0.0, 1.0)


def points(found: Sequence[Researcher], elsewhere: float = ELSEWHERE) -> Floats:
    """Return what speaks for each, 0 or more.

    Args:
        found: the organisations.
        elsewhere: what projects outside the life sciences count beside those in them.

    """
    return _points([one.living for one in found]) + elsewhere * _points([one.others for one in found])


def _points(works: Sequence[Work]) -> Floats:
    points = np.array([one.company_share for one in works], float) * COMPANY_SHARE
    for name, weight in WEIGHTS.items():
        amount = np.array([float(getattr(one, name)) for one in works])
        points = points + weight * np.log1p(amount / _MONEY_UNIT if name == "money" else amount)
    return points


_RESEARCHERS = f"""
WITH part AS (
    SELECT p.organisation_id AS id, p.project_id, year(j.start_date) AS began, p.activity_type, p.eu_contribution
    FROM participation AS p JOIN project AS j ON j.id = p.project_id
    WHERE j.start_date IS NOT NULL AND p.organisation_id IS NOT NULL
), codes AS (
    SELECT project_id, bool_or(regexp_matches(code, '{INDUSTRIAL}')) AS industrial,
        bool_or(regexp_matches(code, '{APPLIED}')) AS applied
    FROM project_code WHERE scheme = 'legal_basis' GROUP BY project_id
), whole AS (
    SELECT project_id, count(*) AS places, count(*) FILTER (activity_type = 'PRC') AS companies FROM part GROUP BY ALL
), research AS (SELECT id FROM part GROUP BY id HAVING mode(activity_type) IN ('HES', 'REC')),
own AS (
    SELECT id, project_id, min(began) AS began, sum(eu_contribution) AS money FROM part GROUP BY ALL
)
SELECT o.id, l.project_id IS NOT NULL AS living, count(*) AS projects, count(*) FILTER (o.began >= ?) AS recent,
    count(*) FILTER (w.companies > 0) AS with_companies, avg(w.companies / w.places) AS company_share,
    count(*) FILTER (coalesce(c.applied, false)) AS applied,
    count(*) FILTER (coalesce(c.industrial, false)) AS industrial, sum(w.places - 1) AS partners,
    coalesce(sum(o.money), 0) AS money, max(o.began) AS newest
FROM own AS o JOIN research USING (id) JOIN whole AS w USING (project_id) LEFT JOIN codes AS c USING (project_id)
LEFT JOIN life_science_project AS l USING (project_id)
WHERE o.began <= ? GROUP BY ALL ORDER BY o.id, living
"""
