"""The picture of an organisation's network: it in the middle, its nearest partners around, who works together close by.

Places come from springs between those who share projects (Fruchterman and Reingold 1991, rustworkx), from a fixed seed:
the same atlas gives the same picture.
"""

from collections.abc import Sequence
from math import cos, hypot, sin, sqrt
from typing import Any

import rustworkx
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openvalley.atlas.neighbourhood import Neighbour, Neighbourhood
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.drawing import ACCENT, INK, LINE, ORIGIN, PAPER, Picture, chart

_WIDTH, _HEIGHT = 720, 540
_SEED, _ROUNDS = 7, 300
#: Links between partners that are drawn, the strongest first: more hide one another.
_LINKS = 160
#: Names beside circles at most, the width of a letter and the height of a line, in pixels.
_NAMES, _LETTER, _LINE_HEIGHT = 24, 6.2, 15
_LONGEST_NAME = 30
#: Areas of the smallest and the largest circle, in square pixels.
_SMALLEST, _LARGEST = 60, 900
#: The power of a distance from the middle that is drawn.
_SPREAD = 0.6
#: How near to the edge a circle may come, as a share of the picture.
_MARGIN = 0.05
#: How near to the middle, as a share of the picture: the circle there has a name above it.
_NEAREST = 0.13


def network_url(known_id: str) -> str:
    """Return the address of an organisation's network in the current language."""
    return reverse("organisation-network", args=[addresses.key_of(known_id)])


def picture(name: str, found: Neighbourhood) -> Picture | None:
    """Return the picture of a network with those who are drawn in its table; None where there are none."""
    if not found.neighbours:
        return None
    places = _places(found)
    rows = [_circle(one, place, found) for one, place in zip(found.drawn, places, strict=True)]
    middle = {"x": 0.5, "y": 0.5, "name": _short(name), "title": name}
    spokes = [{"x": 0.5, "y": 0.5, "x2": x, "y2": y} for x, y in places]
    strongest = sorted(found.links.items(), key=lambda link: (-link[1], link[0]))[:_LINKS]
    links = [{"x": places[one][0], "y": places[one][1], "x2": places[other][0], "y2": places[other][1], "n": count}
             for (one, other), count in strongest]
    across = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1]}}
    up = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1]}}
    ends = {"x": across, "y": up, "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    rule = {"type": "rule", "aria": False}
    spec = chart([], {"width": _WIDTH, "height": _HEIGHT, "layer": [
        {"data": {"values": spokes}, "mark": {**rule, "color": LINE, "strokeWidth": 0.7}, "encoding": ends},
        {"data": {"values": links}, "mark": {**rule, "color": ACCENT, "opacity": 0.22}, "encoding": {
            **ends, "strokeWidth": {"field": "n", "type": "quantitative", "legend": None,
                                    "scale": {"range": [0.5, 4]}}}},
        {"data": {"values": rows}, "mark": {"type": "circle", "color": ACCENT, "opacity": 0.85, "stroke": PAPER},
         "encoding": {"x": across, "y": up, "href": {"field": "href"}, "description": {"field": "title"},
                      "size": {"field": "n", "type": "quantitative", "legend": None,
                               "scale": {"range": [_SMALLEST, _LARGEST], "zero": True}}}},
        {"data": {"values": [middle]}, "mark": {"type": "circle", "color": INK, "size": _LARGEST, "opacity": 1},
         "encoding": {"x": across, "y": up}},
        *_texts(rows, {"x": across, "y": up}),
        {"data": {"values": [middle]}, "mark": {"type": "text", "dy": -22, "fontWeight": "bold", "color": INK},
         "encoding": {"x": across, "y": up, "text": {"field": "name"}}},
    ]})
    columns = [_("Organisation"), _("Kind"), _("Country"), _("Shared projects"), _("From"), _("To")]
    table = [[one.name, wording.term("kind", one.kind), wording.country(one.country), one.projects, one.first or "",
              one.last or ""] for one in found.drawn]
    return Picture("network", _("Network of %(name)s") % {"name": name}, spec, columns, table,
                   [network_url(one.id) for one in found.drawn],
                   _("A circle is a partner, its area the projects shared; lines join partners that share them too. "
                     "Follow a circle to go on."))


def _short(name: str) -> str:
    """Return a name that has room beside a circle; what is cut says so."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME - 1].rstrip()}\u2026"


def _circle(one: Neighbour, place: tuple[float, float], found: Neighbourhood) -> dict[str, Any]:
    count = ngettext("%(n)s shared project", "%(n)s shared projects", one.projects) % {"n": one.projects}
    most = max(entry.projects for entry in found.drawn)
    return {"x": place[0], "y": place[1], "n": one.projects, "name": _short(one.name),
            "title": f"{one.name}{wording.colon()} {count}", "href": ORIGIN + network_url(one.id),
            "radius": sqrt((_SMALLEST + (_LARGEST - _SMALLEST) * one.projects / most) / 3.14)}


def _texts(rows: Sequence[dict[str, Any]], place: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the names above circles, as many as touch neither one another nor circles, most projects first."""
    taken = [(0.5 * _WIDTH, 0.5 * _HEIGHT, 90.0, 40.0)]
    taken += [(row["x"] * _WIDTH, (1 - row["y"]) * _HEIGHT, row["radius"], row["radius"]) for row in rows]
    named: list[dict[str, Any]] = []
    for row in rows:
        x, y = row["x"] * _WIDTH, (1 - row["y"]) * _HEIGHT - row["radius"] - _LINE_HEIGHT / 2 - 3
        wide = _LETTER * len(row["name"])
        box = (x, y, wide, float(_LINE_HEIGHT))
        inside = wide / 2 < x < _WIDTH - wide / 2
        if inside and len(named) < _NAMES and not any(_touch(box, other) for other in taken):
            taken.append(box)
            named.append({**row, "above": -row["radius"] - 5})
    mark = {"type": "text", "aria": False, "fontSize": 11, "dy": {"expr": "datum.above"}}
    halo = {"color": PAPER, "stroke": PAPER, "strokeWidth": 3, "opacity": 0.85}
    return [{"data": {"values": named}, "mark": {**mark, **look}, "encoding": {**place, "text": {"field": "name"}}}
            for look in (halo, {"color": INK})]


def _touch(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return (abs(one[0] - other[0]) * 2 < one[2] + other[2] + 8) and (abs(one[1] - other[1]) * 2 < one[3] + other[3])


def _places(found: Neighbourhood) -> list[tuple[float, float]]:
    """Return where the circles stand, shares of the picture from its lower left corner."""
    graph: rustworkx.PyGraph[int, float] = rustworkx.PyGraph()
    graph.add_nodes_from(range(len(found.drawn) + 1))
    middle = len(found.drawn)
    graph.add_edges_from([(middle, at, 0.3 * one.projects) for at, one in enumerate(found.drawn)])
    graph.add_edges_from([(one, other, float(count)) for (one, other), count in found.links.items()])
    spread = rustworkx.spring_layout(graph, seed=_SEED, num_iter=_ROUNDS, weight_fn=lambda weight: weight**0.5,
                                     k=1.6 / sqrt(middle + 1))
    # Partners who all share one project pull together to one side of it: the midst of them is the picture's middle.
    own_x, own_y = (sum(spread[at][axis] for at in range(middle)) / middle for axis in (0, 1))
    away = [(spread[at][0] - own_x, spread[at][1] - own_y) for at in range(middle)]
    # The crowd in the middle is drawn apart: distances from it grow less than they are.
    away = [(x * far**(_SPREAD - 1), y * far**(_SPREAD - 1)) for x, y in away if (far := hypot(x, y) or 1.0)]
    edges = [max((abs(point[axis]) for point in away), default=1) or 1 for axis in (0, 1)]
    return [_beside_the_middle(at, (0.5 - _MARGIN) * x / edges[0], (0.5 - _MARGIN) * y / edges[1])
            for at, (x, y) in enumerate(away)]


def _beside_the_middle(at: int, x: float, y: float) -> tuple[float, float]:
    """Return a place in the picture from its distance to the middle; none lies on the circle there or its name."""
    far = hypot(x, y)
    if far == 0:
        x, y, far = _NEAREST * cos(at), _NEAREST * sin(at), _NEAREST
    out = max(1.0, _NEAREST / far)
    return 0.5 + x * out, 0.5 + y * out
