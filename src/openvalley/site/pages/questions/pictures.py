"""Pictures of answers: for each question those that help to read it, each with the same as a table."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from openvalley.insight.answer import Answer
from openvalley.insight.chain import pictures as of_chain
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.drawing import ACCENT, INK, ORIGIN, PAPER, QUIET, Picture, chart
from openvalley.vocabulary.terms import Vocabulary, label

#: Pixels of a row, and the width of a drawing without the names beside it.
_ROW, _WIDTH = 24, 420
#: Bars that one picture holds at most.
_MOST_BARS = 30

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
    rows = [[str(cell["place"]), _stage(str(cell["stage"])), cell["organisations"]]
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
    rows = [{"name": item.name_in(wording.language()), "rank": item.values["rank"], "low": item.values["low"],
             "high": item.values["high"], "home": item.name in home,
             "href": ORIGIN + addresses.region_url(item.id)} for item in answer.items]
    for row in rows:
        row["title"] = _("%(name)s: place %(rank)s, between %(low)s and %(high)s") % row
    order = [row["name"] for row in rows]
    y = {"field": "name", "type": "nominal", "sort": order, "title": None}
    colour = {"condition": {"test": "datum.home", "value": ACCENT}, "value": QUIET}
    across = {"type": "quantitative", "title": _("Place (1 is the best)"), "scale": {"zero": False, "nice": False},
              "axis": {"grid": True, "format": "d", "tickMinStep": 1}}
    spec = chart(rows, {"width": _WIDTH, "height": {"step": _ROW}, "layer": [
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


def bars(
    key: str, title: str, columns: Sequence[str], found: Sequence[tuple[str, int, str]], note: str = "",
) -> Picture:
    """Return horizontal bars.

    Args:
        key: of the picture in addresses.
        title: of the picture.
        columns: what the names are, and what is counted.
        found: name, number and address of each bar; an empty address is no link.
        note: how it is read.

    """
    rows = [{"name": name, "n": number, "text": str(number), "href": ORIGIN + url if url else None,
             "title": f"{name}: {number}"} for name, number, url in found[:_MOST_BARS]]
    y = {"field": "name", "type": "nominal", "sort": [row["name"] for row in rows], "title": None}
    x = {"field": "n", "type": "quantitative", "title": columns[1], "axis": {"grid": True, "tickMinStep": 1,
                                                                             "format": "d"}}
    linked = {"href": {"field": "href"}, "description": {"field": "title"}} if any(url for _, _, url in found) else {}
    spec = chart(rows, {"width": _WIDTH, "height": {"step": _ROW}, "layer": [
        {"mark": {"type": "bar", "color": ACCENT, "height": {"band": 0.7}}, "encoding": {"y": y, "x": x, **linked}},
        {"mark": {"type": "text", "align": "left", "dx": 5, "color": INK},
         "encoding": {"y": y, "x": x, "text": {"field": "text"}}},
    ]})
    return Picture(key, title, spec, columns, [[name, number] for name, number, _url in found],
                   [url for _name, _number, url in found], note)


def _untitled(specification: Mapping[str, Any]) -> dict[str, Any]:
    """Return a specification without its title and ground: the page, or the file, gives its own."""
    return {**{name: part for name, part in specification.items() if name != "title"}, "background": None}


_MAKERS: Mapping[str, Sequence[Maker]] = {
    "chain": (_heat, _flow),
    "rank": (_intervals,),
}
