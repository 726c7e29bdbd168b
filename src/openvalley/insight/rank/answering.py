"""The ranking as an answer: regions with their interval, what moves each, and what open data cannot see."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.errors import BadInput
from openvalley.insight.answer import Answer, Citation, Item, Statement
from openvalley.insight.places import Names, names_of
from openvalley.insight.rank.composite import DRAWS, LEAST_KNOWN, Ranks, ranks
from openvalley.insight.rank.measures import Measured, measured
from openvalley.insight.rank.request import LEVELS, RankRequest
from openvalley.vocabulary.identifiers import REGION_PREFIX
from openvalley.vocabulary.terms import Vocabulary, terms

METHOD = "composite-1"
_SHARE = "SHARE"
#: With fewer indicators younger than this the order is called indicative (the issue of the ranking says so).
_FEWEST_YOUNG, _YOUNG_YEARS = 5, 3
#: Trials with a site below which regions are not ranked by trials with any confidence.
_FEWEST_TRIALS = 200
#: The source of each indicator, and the property under which its rows stand.
_SOURCES = {"health-money": "cordis", "coordinator-share": "cordis", "centrality": "cordis", "organisations": "cordis",
            "trials": "clinicaltrials", "early-trials": "clinicaltrials", "patents": "eurostat"}


def rank(atlas: Atlas, request: RankRequest) -> Answer:
    """Rank regions by the open composite, with a 90 % interval of each rank.

    Each item's ``values`` are ``rank``, ``low`` and ``high`` (the interval), ``score``, ``in_top_five`` (share of
    draws), ``inhabitants``, ``indicators`` (value, standardised score and events of each; null where not known) and
    ``moves`` (places gained by each indicator alone, were the region among the best tenth in it).

    Raises:
        BadInput: an unknown level or indicator, weights that do not sum to 1, or a day before the figures.

    """
    level, weights = request.nuts_level(), request.weighing()
    as_of = request.as_of or datetime.now(UTC).date()
    asked = {"level": request.level, "weights": weights, "limit": request.limit, "as_of": as_of.isoformat()}
    found = remembered(atlas, ("rank.measured", level), lambda: measured(atlas, level))
    _check_day(found, as_of)
    ranked = _ranks(atlas, level, found, weights)
    if not len(ranked.ranked):
        return Answer("rank", asked, METHOD, atlas.version, cannot_tell=Statement("rank.nothing_to_rank"))
    home = atlas.manifest["region"]["countries"]
    names = names_of(atlas, found.codes)
    items = [_item(found, ranked, at, names) for at in range(len(ranked.ranked))]
    own = [item for item, row in zip(items, ranked.ranked.tolist(), strict=True) if found.countries[row] in home]
    listed = [*items[:request.limit], *(item for item in own if item not in items[:request.limit])]
    young = _young(found, as_of)
    return Answer(
        "rank", asked, METHOD, atlas.version, items=listed, total=len(items),
        summary=_summary(own, len(items), young), score_means=Statement("rank.score_means", {"draws": DRAWS}),
        caveats=_caveats(found, ranked, level, young), figures={"indicators": _figures(found)})


def _ranks(atlas: Atlas, level: int, found: Measured, weights: dict[str, float]) -> Ranks:
    """Return the ranks; under the usual weights they are drawn once, as that takes a second or two."""
    if weights != RankRequest().weighing():
        return ranks(found, weights)
    return remembered(atlas, ("rank.ranks", level), lambda: ranks(found, weights))


def _check_day(found: Measured, as_of: date) -> None:
    """Refuse a day on which the figures did not exist yet: nothing here is counted as it stood then."""
    newest = max((year for year in found.years.values() if year is not None), default=None)
    if newest is not None and as_of.year < newest:
        raise BadInput(f"The figures of this atlas are of years up to {newest}; {as_of.isoformat()} is before them.",
                       hint=f"Ask of a day from {newest} on: nothing is counted as it stood before.",
                       field="as_of", why="too-early")


def _item(found: Measured, ranked: Ranks, at: int, called: Sequence[Names]) -> Item:
    row = int(ranked.ranked[at])
    names = list(terms(Vocabulary.RANKING_INDICATOR))
    place, low, high = (int(of[at]) for of in (ranked.rank, ranked.low, ranked.high))
    told_of = {name: {"value": _rounded(found.values[row, column]), "score": _rounded(ranked.scores[at, column]),
                      "events": _whole(found.events[row, column])} for column, name in enumerate(names)}
    values: dict[str, Any] = {
        "rank": place, "low": low, "high": high, "in_top_five": round(float(ranked.in_top_five[at]), 3),
        "score": round(float(ranked.score[at]), 4), "inhabitants": int(found.heads[row]),
        "country": found.countries[row], "indicators": told_of,
        "moves": dict(zip(names, ranked.moves[at].tolist(), strict=True)),
    }
    evidence = [Statement("rank.interval", {"rank": place, "low": low, "high": high})]
    told = [(name, column) for column, name in enumerate(names) if not np.isnan(ranked.scores[at, column])]
    for name, column in sorted(told, key=lambda pair: -abs(ranked.scores[at, pair[1]])):
        evidence.append(_compared(found, name, (row, column), above=bool(ranked.scores[at, column] >= 0)))
    best = max(names, key=lambda name: values["moves"][name])
    if values["moves"][best] > 0:
        evidence.insert(1, Statement("rank.move", {"indicator": best, "places": values["moves"][best]}))
    return Item(REGION_PREFIX + found.codes[row], "region", called[row]["en"], values["score"], evidence, values,
                called[row])


def _compared(found: Measured, name: str, at: tuple[int, int], *, above: bool) -> Statement:
    """Say what an indicator is in a region, and on which side of the mean."""
    unit = terms(Vocabulary.RANKING_INDICATOR)[name].attributes["unit"]
    code = f"rank.{'share_' if unit == _SHARE else ''}{'above' if above else 'below'}"
    return Statement(code, {"indicator": name, "value": float(found.values[at]), "unit": unit},
                     [Citation(REGION_PREFIX + found.codes[at[0]], _SOURCES[name])])


def _summary(own: list[Item], total: int, young: int) -> list[Statement]:
    summary = [
        Statement("rank.home_country" if _whole_country(item) else "rank.home", {
            "name": item.name, "where": [item.names], "country": item.values["country"], "rank": item.values["rank"],
            "low": item.values["low"], "high": item.values["high"], "total": total,
            "chance": item.values["in_top_five"]})
        for item in own]
    if young < _FEWEST_YOUNG:
        summary.append(Statement("rank.indicative" if young else "rank.indicative_old",
                                 {"young": young, "years": _YOUNG_YEARS}))
    return summary


def _whole_country(item: Item) -> bool:
    """Tell whether an item is a country: it is named in the reader's language, a smaller region as it calls itself."""
    return len(item.id.removeprefix(REGION_PREFIX)) == len("BE")


def _caveats(found: Measured, ranked: Ranks, level: int, young: int) -> list[Statement]:
    names = list(terms(Vocabulary.RANKING_INDICATOR))
    caveats = [Statement("rank.not_seen"), Statement("rank.top_ten_unseen"), Statement("rank.seats")]
    if level == LEVELS["nuts2"]:
        caveats.append(Statement("rank.linked_only"))
    left_out = len(found.codes) - len(ranked.ranked)
    if left_out:
        caveats.append(Statement("rank.left_out", {"regions": left_out, "share": LEAST_KNOWN}))
    trials = float(np.nansum(found.events[:, names.index("trials")]))
    if trials < _FEWEST_TRIALS:
        caveats.append(Statement("rank.few_trials", {"trials": trials}))
    if young < len(names):
        oldest = min((name for name, year in found.years.items() if year is not None),
                     key=lambda name: found.years[name] or 0)
        caveats.append(Statement("rank.old", {"indicator": oldest, "year": found.years[oldest]}))
    return caveats


def _young(found: Measured, as_of: date) -> int:
    """Count the indicators whose middle year is less than three years before a day."""
    return sum(year is not None and as_of.year - year < _YOUNG_YEARS for year in found.years.values())


def _figures(found: Measured) -> list[dict[str, Any]]:
    return [{"indicator": name, "unit": indicator.attributes["unit"], "year": found.years[name],
             "source": _SOURCES[name], "known": int((~np.isnan(found.values[:, column])).sum())}
            for column, (name, indicator) in enumerate(terms(Vocabulary.RANKING_INDICATOR).items())]


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else int(value)
