"""Pictures of answers: for each question those that help to read it, each with the same as a table."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from openvalley.insight.answer import Answer, Item
from openvalley.insight.chain import pictures as of_chain
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.drawing import ACCENT, ORIGIN, PAPER, QUIET, Picture, chart
from openvalley.site.pages.questions import words
from openvalley.site.pages.questions.charts import (
    ROW,
    WIDTH,
    Row,
    Titled,
    apart,
    bars,
    by_name,
    columns,
    days,
    ranges,
    stacked,
)
from openvalley.site.pages.questions.told import called
from openvalley.vocabulary.programmes import part_of
from openvalley.vocabulary.terms import Vocabulary, label, terms

#: With fewer amounts than this there is nothing to compare.
_FEWEST = 2

Maker = Callable[[Answer], Picture | None]


def pictures(answer: Answer) -> list[Picture]:
    """Return the pictures of an answer, the most telling first; none where there is nothing to draw."""
    if answer.cannot_tell is not None:
        return []
    return [made for make in _MAKERS.get(answer.question, ()) if (made := make(answer)) is not None]


def _stage(code: str) -> str:
    return label(Vocabulary.STAGE, code, wording.language())


def _heat(answer: Answer) -> Picture | None:
    cells = answer.figures["cells"]
    if not cells:
        return None
    title = _("Organisations by stage and technology")
    drawn = of_chain.heat_map(answer, wording.language(), lambda cell: ORIGIN + addresses.counted_url(
        stage=str(cell["stage"]), platform=str(cell["platform"])))
    stages = list(dict.fromkeys(str(cell["stage"]) for cell in cells))
    platforms = list(dict.fromkeys(str(cell["platform"]) for cell in cells))
    counted = {(cell["stage"], cell["platform"]): cell["organisations"] for cell in cells}
    rows = [[label(Vocabulary.PLATFORM, platform, wording.language()),
             *(counted[stage, platform] for stage in stages)] for platform in platforms]
    return Picture(
        "heat", title, _untitled(drawn), [_("Technology platform"), *map(_stage, stages)], rows,
        [addresses.counted_url(platform=platform) for platform in platforms],
        _("A cell says how many organisations stand at a stage with a technology; the darker, the more. An "
          "organisation may stand in several."))


def _flow(answer: Answer) -> Picture | None:
    cells = answer.figures["places"]
    if not cells:
        return None

    def link(row: Mapping[str, Any]) -> str:
        url = addresses.counted_url(stage=row["stage"]) if "stage" in row else addresses.counted_url(nuts=row["nuts"])
        return ORIGIN + url

    drawn = of_chain.flow(answer, wording.language(), link)
    rows = [[str(cell["names"][wording.language()]), _stage(str(cell["stage"])), cell["organisations"]]
            for cell in sorted(cells, key=lambda cell: (str(cell["nuts"]), -int(cell["organisations"])))]
    urls = [addresses.region_url(str(cell["nuts"])) for cell in sorted(
        cells, key=lambda cell: (str(cell["nuts"]), -int(cell["organisations"])))]
    return Picture("flow", _("Organisations by stage and region"), _untitled(drawn),
                   [_("Region"), _("Stage of the value chain"), _("Organisations")], rows, urls,
                   _("A band is as wide as the organisations of a stage in a region are many."))


def _intervals(answer: Answer) -> Picture | None:
    if not answer.items:
        return None
    home = {told.values["name"] for told in answer.summary if "rank" in told.values}
    names = apart([called(item) for item in answer.items])
    rows = [{"name": name, "rank": item.values["rank"], "low": item.values["low"],
             "high": item.values["high"], "home": item.name in home,
             "href": ORIGIN + addresses.region_url(item.id)}
            for name, item in zip(names, answer.items, strict=True)]
    for row in rows:
        row["title"] = _("%(name)s: place %(rank)s, between %(low)s and %(high)s") % row
    order = [row["name"] for row in rows]
    y = {"field": "name", "type": "nominal", "sort": order, "title": None}
    colour = {"condition": {"test": "datum.home", "value": ACCENT}, "value": QUIET}
    across = {"type": "quantitative", "title": _("Place (1 is the best)"), "scale": {"zero": False, "nice": False},
              "axis": {"grid": True, "format": "d", "tickMinStep": 1}}
    spec = chart(rows, {"width": WIDTH, "height": {"step": ROW}, "layer": [
        {"mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.55},
         "encoding": {"y": y, "x": {"field": "low", **across}, "x2": {"field": "high"}, "color": colour}},
        {"mark": {"type": "circle", "size": 110, "opacity": 1, "stroke": PAPER},
         "encoding": {"y": y, "x": {"field": "rank", **across}, "color": colour, "href": {"field": "href"},
                      "description": {"field": "title"}}},
    ]})
    table = [[row["name"], row["rank"], row["low"], row["high"]] for row in rows]
    return Picture("intervals", _("Places with their 90 % intervals"), spec,
                   [_("Region"), _("Place"), _("From"), _("To")], table,
                   [addresses.region_url(item.id) for item in answer.items],
                   _("A dot is the place of a region, the line its 90 % interval. Where lines overlap, the order is "
                     "not certain. The own region is in colour."))


def _untitled(specification: Mapping[str, Any]) -> dict[str, Any]:
    """Return a specification without its title and ground: the page, or the file, gives its own."""
    return {**{name: part for name, part in specification.items() if name != "title"}, "background": None}


def _quotients(answer: Answer) -> Picture | None:
    """Return how specialised the compared regions are: a dot on its interval for each kind of evidence."""
    known = [row for row in answer.figures.get("quotients", ()) if row["quotient"] is not None]
    if not known:
        return None
    rows = []
    for row in sorted(known, key=lambda row: str(row["evidence"])):
        region = str(row["region"])
        name = wording.country(region) if len(region) == len("BE") else region
        rows.append({"name": f"{words.EVIDENCE[str(row['evidence'])]} · {name}", "n": round(row["quotient"], 2),
                     "low": round(row["low"], 2), "high": round(row["high"], 2)})
    y = by_name(rows)
    x = {"type": "quantitative", "title": _("Location quotient (1: as in all regions)"), "scale": {"zero": True},
         "axis": {"grid": True}}
    spec = chart(rows, {"width": WIDTH, "height": {"step": ROW}, "layer": [
        {"data": {"values": [{"one": 1}]}, "mark": {"type": "rule", "color": QUIET},
         "encoding": {"x": {"field": "one", "type": "quantitative"}}},
        {"mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.55, "color": ACCENT},
         "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}}},
        {"mark": {"type": "circle", "size": 110, "opacity": 1, "color": ACCENT, "stroke": PAPER},
         "encoding": {"y": y, "x": {"field": "n", **x}}},
    ]})
    return Picture("quotients", _("How specialised the regions are"), spec,
                   [_("Evidence and region"), _("Location quotient"), _("From"), _("To")],
                   [[row["name"], row["n"], row["low"], row["high"]] for row in rows], (),
                   _("A dot is a location quotient, the line its 95 % interval. What registers know of all regions is "
                     "compared, no more."))


def _partners(answer: Answer) -> Picture | None:
    return _by_score(answer, Titled("score", _("The first by their score"), [_("Partner"), _("Score")]))


def _nearness(answer: Answer) -> Picture | None:
    """Return the index of research organisations; of results the years in which they began."""
    if answer.items and "with_companies" in answer.items[0].values:
        return _by_score(answer, Titled("nearness", _("Research organisations by nearness to the market"),
                                        [_("Organisation"), _("Index of nearness")]))
    years = Counter(str(year) for item in answer.items if (year := _year(item)))
    if not years:
        return None
    first, last = int(min(years)), int(max(years))
    found = [Row(str(year), [years[str(year)]]) for year in range(first, last + 1)]
    return columns(Titled("years", _("The listed results by year"), [_("Year"), _("Results")],
                          _("The year in which a project or trial began, or a spin-off was founded.")), found[-30:])


def _growth(answer: Answer) -> Picture | None:
    by_part: dict[str, list[float]] = {}
    for row in answer.figures.get("growing", ()):
        code = str(row["code"])
        name = label(Vocabulary.PROGRAMME_PART, part_of(code) or code, wording.language())
        counted = by_part.setdefault(name, [0, 0])
        counted[0], counted[1] = counted[0] + row["before"], counted[1] + row["lately"]
    found = [Row(name, counted) for name, counted in by_part.items()]
    if not found or not answer.items or "with_companies" not in answer.items[0].values:
        return None
    return stacked(Titled("growth", _("Parts of programmes that grow"),
                          [_("Part of a programme"), _("the three years before"), _("the last three years")],
                          _("Projects with a participant from the region, by the year in which they began.")), found)


def _year(item: Item) -> int | None:
    day = item.values.get("day")
    if isinstance(day, date):
        return day.year
    return int(item.values["year"]) if item.values.get("year") else None


def _gaps(answer: Answer) -> Picture | None:
    order = list(terms(Vocabulary.STAGE))
    rows = sorted(answer.figures.get("stages", ()), key=lambda row: order.index(str(row["stage"])))
    if not rows:
        return None
    found = [Row(_stage(str(row["stage"])), [row["without_programme"], row["occupations"] - row["without_programme"]],
                 addresses.question_url("educate", f"stage={row['stage']}")) for row in rows]
    return stacked(Titled("gaps", _("Occupations in shortage by stage"),
                          [_("Stage of the value chain"), _("no programme is known"), _("a programme is known")],
                          _("An occupation that works at several stages counts at each.")), found)


def _experience(answer: Answer) -> Picture | None:
    if not answer.items:
        return None
    found = []
    for item in answer.items:
        others = item.values["trials"] - item.values["same"]
        apart_from = [others, 0] if item.values["experienced"] else [0, others]
        found.append(Row(called(item), [item.values["same"], *apart_from], addresses.organisation_url(item.id)))
    return stacked(Titled("experience", _("Trials by site"), [
        _("Site"), _("of this condition"), _("of others"), _("of others, and none of this condition is known")],
                          _("Trials in which registers name the site, as far as it could be linked.")), found)


def _outcomes(answer: Answer) -> Picture | None:
    """Return how many offers passed, wait for a fact, or failed; lists of members have none of these."""
    found = [Row(str(words.TYPES[str(row["type"])]), [row["kept"], row["open"], row["excluded"]])
             for row in answer.figures.get("outcomes", ())]
    if not found:
        return None
    return stacked(Titled("conditions", _("What offers ask, and what was left out"),
                          [_("Type"), _("meets every condition"), _("a fact is not known"), _("fails a condition")],
                          _("All of them are counted, also those that are not listed here.")), found)


def _amounts(answer: Answer) -> Picture | None:
    found = []
    for item in answer.items:
        low, high = item.values.get("amount") or (None, None)
        if low or high:
            found.append(Row(called(item), [float(low or high or 0), float(high or low or 0)],
                             addresses.followable(str(item.values.get("page") or "")) or ""))
    if len(found) < _FEWEST:
        return None
    return ranges(Titled("amounts", _("How much can be asked for"), [_("Offer"), _("Euro, lowest"), _("Euro, highest")],
                         _("In euro; each step of the scale is ten times the one before.")), found)


def _deadlines(answer: Answer) -> Picture | None:
    found = [(called(item), day, addresses.call_url(item.id))
             for item in answer.items if item.type == "call" and isinstance(day := item.values.get("deadline"), date)]
    if not found:
        return None
    asked = date.fromisoformat(str(answer.asked["as_of"]))
    return days(Titled("deadlines", _("Next deadlines"), [_("Call"), _("Deadline")]),
                sorted(found, key=lambda entry: entry[1]), asked)


def _by_score(answer: Answer, titled: Titled) -> Picture | None:
    found = [Row(called(item), [item.score], addresses.organisation_url(item.id))
             for item in answer.items if item.score is not None]
    return bars(titled, found, decimals=2) if found else None


_MAKERS: Mapping[str, Sequence[Maker]] = {
    "chain": (_heat, _quotients, _flow),
    "connect": (_partners,),
    "discover": (_nearness, _growth),
    "educate": (_gaps,),
    "fund": (_deadlines, _amounts, _outcomes),
    "rank": (_intervals,),
    "test": (_experience,),
}
