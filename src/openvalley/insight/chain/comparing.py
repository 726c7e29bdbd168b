"""Comparing: how specialised a region is, on evidence that all regions have.

The pack's roles exist for one region alone, so they compare nothing. What registers know everywhere are organisations
in life-science research projects, companies in them, sites of clinical trials, and hospitals with a ROR record.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.insight.chain.request import country_of

#: The stage of which each kind of evidence speaks; the other stages leave none in the registers of all regions.
EVIDENCE: Mapping[str, str] = {
    "research": "discovery", "companies": "discovery", "trial_sites": "clinical", "hospitals": "care"}
#: The register that each kind of evidence is counted in.
_SOURCES: Mapping[str, str] = {
    "research": "cordis", "companies": "cordis", "trial_sites": "clinicaltrials", "hospitals": "ror"}
#: Two-sided 95 % of a normal distribution.
_WIDTH = 1.96


@dataclass(frozen=True)
class Quotient:
    """A location quotient: a region's share of one kind of evidence over that share in all regions together.

    1 is as everywhere; ``low`` and ``high`` are its 95 % interval; all three are None where a count is nought.
    """

    region: str
    evidence: str
    stage: str
    count: int
    of_all: int
    quotient: float | None
    low: float | None
    high: float | None

    @property
    def source(self) -> str:
        """The register that it is counted in."""
        return _SOURCES[self.evidence]


def compared(atlas: Atlas, regions: Sequence[str]) -> list[Quotient]:
    """Return the location quotients of regions, against all of Europe's regions in the atlas.

    Args:
        atlas: the atlas that is asked.
        regions: country codes or NUTS codes; a country is counted by country, a smaller region by placed organisations.

    """
    counted = atlas.rows(_COUNTS)
    whole = _summed(row for row in counted if row["in_europe"])
    found: list[Quotient] = []
    for code in dict.fromkeys(regions):
        here = _summed(row for row in counted if _within(row, code))
        found += [_quotient(code, name, here, whole) for name in EVIDENCE]
    return found


def _summed(rows: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Return how many there are by kind of evidence; each organisation stands in one country and one region."""
    found: Counter[str] = Counter()
    for row in rows:
        found[row["evidence"]] += row["n"]
    return found


def _within(row: Mapping[str, Any], code: str) -> bool:
    """Tell whether organisations that are counted together lie in a region."""
    if len(code) == 2:  # noqa: PLR2004 - a country's code
        return bool(row["country"] == country_of(code))
    return str(row["nuts"]).startswith(code)


def _quotient(region: str, name: str, counted: Mapping[str, int], whole: Mapping[str, int]) -> Quotient:
    """Return one quotient; its interval is that of a ratio of shares on the logarithmic scale (Katz et al. 1978)."""
    here, here_all = counted.get(name, 0), sum(counted.values())
    there, there_all = whole.get(name, 0), sum(whole.values())
    if not (here and there):
        return Quotient(region, name, EVIDENCE[name], here, here_all, None, None, None)
    quotient = (here / here_all) / (there / there_all)
    spread = _WIDTH * sqrt(max(0.0, 1 / here - 1 / here_all + 1 / there - 1 / there_all))
    return Quotient(region, name, EVIDENCE[name], here, here_all, quotient, exp(log(quotient) - spread),
                    exp(log(quotient) + spread))


#: Countries of the register of regions; without it, those that have organisations in research projects of the EU.
_EUROPE = "(SELECT country FROM region WHERE level = 0 UNION SELECT country FROM organisation WHERE in_region)"
_COUNTS = """
WITH researching AS (
    SELECT o.id, o.country, o.nuts, max(p.activity_type = 'PRC') AS company
    FROM participation AS p JOIN life_science_project USING (project_id)
    JOIN organisation AS o ON o.id = p.organisation_id GROUP BY ALL
), evidence AS (
    SELECT id, country, nuts, 'research' AS evidence FROM researching WHERE NOT coalesce(company, false)
    UNION ALL SELECT id, country, nuts, 'companies' FROM researching WHERE company
    UNION ALL SELECT DISTINCT o.id, o.country, o.nuts, 'trial_sites'
        FROM trial_site AS s JOIN organisation AS o ON o.id = s.organisation_id
    UNION ALL SELECT id, country, nuts, 'hospitals' FROM organisation
        WHERE kind IN ('university-hospital', 'general-hospital', 'care-provider') AND id LIKE 'https://ror.org/%'
)
SELECT evidence, country, coalesce(nuts, '') AS nuts, country IN """ + _EUROPE + """ AS in_europe,
    count(DISTINCT id) AS n
FROM evidence GROUP BY ALL ORDER BY ALL
"""
