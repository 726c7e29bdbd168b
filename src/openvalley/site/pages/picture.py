"""The map of the region: a circle a town, made on the server once for each atlas and language.

Altair writes the specification, vl-convert draws it. Colours are given by style.css through classes, so that the same
picture serves light and dark; the file that is downloaded carries its own, and no borders: they may not be passed on.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape, unescape
from math import ceil, floor, hypot, log, pi, radians, sqrt, tan
from typing import Any

import altair as alt
import vl_convert
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from openvalley.atlas.pages import Town
from openvalley.site.pages import addresses, drawing, wording
from openvalley.site.pages.borders import Borders

Filters = Mapping[str, str | Sequence[str]]
#: Size of the drawing in CSS pixels; it scales with the page.
_WIDTH, _HEIGHT = 640, 500
#: Towns that carry their name: the largest, as many as can be read beside one another.
_NAMED = 12
#: Size of a name on a wide page, and on a phone, where the whole drawing shrinks: in pixels of the drawing (as
#: style.css says).
_FONT, _FONT_ON_PHONE = 13, 24
#: The width of a letter and the height of a line, in shares of the size; a name's distance from its circle, in pixels.
_LETTER, _LINE_HEIGHT, _ABOVE = 0.62, 1.3, 7
#: So many times less counts a circle that another town's name may lie on.
_FAR_LESS = 3
#: Areas of a circle for nobody and for the largest town, in square pixels.
_SMALLEST, _LARGEST = 60, 2400
#: Degrees between two lines of the grid.
_GRID = 0.5
#: vl-convert makes links absolute; with this stand-in they are made relative again.
_ORIGIN = "https://site.invalid"
_ACCENT, _INK, _LINE = "#0b5563", "#1c2528", "#d5dbd7"


@dataclass(frozen=True)
class _Mark:
    """A circle: its town, its title, and where it leads."""

    town: Town
    title: str
    url: str


def _marks(towns: Sequence[Town], filters: Filters | None = None) -> tuple[_Mark, ...]:
    return tuple(_Mark(town, _title(town), town_url(town, filters)) for town in towns if town.latitude is not None)


def _specification(marks: Sequence[_Mark], borders: Borders | None, *, linked: bool) -> dict[str, Any]:
    named = named_towns([mark.town for mark in marks], borders)
    rows = [{
        "lon": mark.town.longitude, "lat": mark.town.latitude, "n": mark.town.organisations, "title": mark.title,
        "name": mark.town.name if mark.town in named else "", "href": _ORIGIN + mark.url,
        "above": -_ABOVE - _radius(mark.town, marks[0].town),
    } for mark in marks]
    base = alt.Chart(alt.InlineData(values=rows)).encode(longitude="lon:Q", latitude="lat:Q")
    links = {"href": "href:N"} if linked else {}
    circles = base.mark_circle(color=_ACCENT, opacity=0.62, stroke="#ffffff", strokeWidth=1).encode(
        size=alt.Size("n:Q", legend=None, scale=alt.Scale(range=[_SMALLEST, _LARGEST], zero=True)),
        description="title:N", order=alt.Order("n:Q", sort="descending"), **links)
    names = base.mark_text(color=_INK, fontSize=_FONT, font="sans-serif",
                           dy=alt.ExprRef("datum.above")).encode(text="name:N")
    ground: Any = alt.graticule(step=[_GRID, _GRID], extent=_extent([mark.town for mark in marks]))
    if borders:
        ground = alt.InlineData(values=[{"type": "Feature", "properties": {}, "geometry": json.loads(lines)}
                                        for lines in borders.lines])
    lines = alt.Chart(ground).mark_geoshape(filled=False, stroke=_LINE, strokeWidth=1)
    chart = (lines + circles + names).project("mercator").properties(width=_WIDTH, height=_HEIGHT)
    return dict(chart.configure_view(stroke=None).to_dict())


def _extent(towns: Sequence[Town]) -> list[list[float]]:
    """Return the corners (west and south, east and north, in degrees) of the lines around all towns."""
    points = [(town.longitude or 0.0, town.latitude or 0.0) for town in towns]
    lowest = [floor(min(axis) / _GRID) * _GRID for axis in zip(*points, strict=True)]
    highest = [ceil(max(axis) / _GRID) * _GRID for axis in zip(*points, strict=True)]
    # d3 leaves out a line that lies on the far end itself.
    return [lowest, [edge + _GRID / 100 for edge in highest]]


def _radius(town: Town, largest: Town) -> float:
    """Return a circle's radius in pixels: its area runs with the count, as the size scale says."""
    share = town.organisations / largest.organisations
    return sqrt((_SMALLEST + (_LARGEST - _SMALLEST) * share) / pi)


@dataclass(frozen=True)
class _Box:
    """What a name covers: the middle and the lower edge in pixels (downwards), its width and its height."""

    middle: float
    foot: float
    width: float
    height: float

    def covers(self, other: "_Box") -> bool:
        """Tell whether two names touch."""
        return (abs(self.middle - other.middle) * 2 < self.width + other.width
                and self.foot > other.foot - other.height and other.foot > self.foot - self.height)


def named_towns(towns: Sequence[Town], borders: Borders | None) -> dict[Town, bool]:
    """Return the largest towns whose names do not touch on a wide page; with each, whether it has room on a phone."""
    circles = _circles(towns, borders)
    wide = _apart(towns, _boxes(towns, borders, _FONT), circles)[:_NAMED]
    narrow = _apart(wide, _boxes(towns, borders, _FONT_ON_PHONE), circles)
    return {town: town in narrow for town in wide}


def _apart(towns: Sequence[Town], boxes: Mapping[Town, _Box], circles: Mapping[Town, _Box]) -> list[Town]:
    """Return the towns, earlier ones first, whose names touch neither names before them nor circles like their own.

    A name may lie on circles that count far less than its town: it says more than they do.
    """
    chosen: list[Town] = []
    for town in towns:
        alike = [circles[other] for other in circles
                 if other != town and other.organisations * _FAR_LESS >= town.organisations]
        if not any(boxes[town].covers(other) for other in (*(boxes[named] for named in chosen), *alike)):
            chosen.append(town)
    return chosen


def _circles(towns: Sequence[Town], borders: Borders | None) -> dict[Town, _Box]:
    """Return what the circles of towns cover."""
    points = _pixels(towns, borders)
    sizes = {town: 2 * _radius(town, towns[0]) for town in towns}
    return {town: _Box(points[town][0], points[town][1] + size / 2, size, size) for town, size in sizes.items()}


def _boxes(towns: Sequence[Town], borders: Borders | None, size: int) -> dict[Town, _Box]:
    """Return what the names of towns cover, each above its circle and in letters of this size."""
    points = _pixels(towns, borders)
    return {town: _Box(points[town][0], points[town][1] - _radius(town, towns[0]) - _ABOVE,
                       _LETTER * size * len(town.name), _LINE_HEIGHT * size) for town in towns}


def _pixels(towns: Sequence[Town], borders: Borders | None) -> dict[Town, tuple[float, float]]:
    """Return where towns with a point are drawn, in pixels rightwards and downwards from some corner."""
    (west, south), (east, north) = _extent(towns)
    if borders:
        west, east = min(west, borders.bounds[0]), max(east, borders.bounds[2])
        south, north = min(south, borders.bounds[1]), max(north, borders.bounds[3])
    scale = min(_WIDTH / radians(east - west), _HEIGHT / (_mercator(north) - _mercator(south)))
    return {town: (scale * radians(town.longitude or 0), -scale * _mercator(town.latitude or 0)) for town in towns}


def clusters(towns: Sequence[Town], borders: Borders | None) -> list[tuple[Town, ...]]:
    """Return towns that would cover one another on the map together, each cluster with its largest town first.

    Args:
        towns: the largest first; those without a point are each alone, at the end.
        borders: what is drawn below them.

    """
    placed = [town for town in towns if town.latitude is not None]
    points = _pixels(placed, borders) if placed else {}
    found: list[list[Town]] = []
    for town in placed:
        x, y = points[town]
        near = next((cluster for cluster in found if hypot(points[cluster[0]][0] - x, points[cluster[0]][1] - y)
                     < _radius(cluster[0], placed[0]) + _radius(town, placed[0])), None)
        if near is None:
            found.append([town])
        else:
            near.append(town)
    found.sort(key=lambda cluster: -sum(town.organisations for town in cluster))
    return [*map(tuple, found), *((town,) for town in towns if town.latitude is None)]


def _mercator(latitude: float) -> float:
    """Return how far north a latitude in degrees lies on a map in Mercator's projection, in radians at the equator."""
    return log(tan(pi / 4 + radians(latitude) / 2))


def town_url(town: Town, filters: Filters | None = None) -> str:
    """Return the address of the search that lists exactly a town's circle, with the map's further filters."""
    return addresses.counted_url(**(filters or {}), town=town.key)


def _title(town: Town) -> str:
    count = ngettext("%(n)s organisation", "%(n)s organisations", town.organisations) % {"n": town.organisations}
    return f"{town.name}{wording.colon()} {count}"


@lru_cache(maxsize=16)
def _inline(marks: tuple[_Mark, ...], borders: Borders | None, label: str) -> str:
    drawn = vl_convert.vegalite_to_svg(_specification(marks, borders, linked=True))
    drawn = re.sub(r"<rect [^>]*/>|<text[^>]*/>|<text[^>]*></text>", "", drawn)
    drawn = drawn.replace("xlink:href", "href").replace(_ORIGIN, "")
    drawn = re.sub(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>',
                   f'<svg xmlns="http://www.w3.org/2000/svg" class="map" viewBox="0 0 \\1 \\2" role="group"'
                   f' aria-label="{escape(label)}">', drawn, count=1)
    # Titles for the mouse, names for the keyboard; the rest of Vega's ARIA repeats what the list beside says.
    drawn = re.sub(r'<a href="([^"]*)"><path aria-label="([^"]*)"[^>]*?(transform="[^"]*" d="[^"]*")[^>]*/></a>',
                   r'<a href="\1" aria-label="\2"><path class="town" \3><title>\2</title></path></a>', drawn)
    named = named_towns([mark.town for mark in marks], borders)
    narrow = {town.name for town, roomy in named.items() if roomy}
    drawn = re.sub(r'<text [^>]*?(transform="[^"]*")[^>]*>([^<]*)', lambda text: _name(text[1], text[2], narrow), drawn)
    drawn = re.sub(r'<g class="[^"]*layer_0_marks"[^>]*>(.*?)</g>', lambda group: _lines(group[1], borders), drawn,
                   count=1)
    return re.sub(r' role="graphics[^"]*"| aria-roledescription="[^"]*"', "", drawn)


def _name(transform: str, name: str, narrow: Collection[str]) -> str:
    """Return the beginning of a town's name as SVG; one that has no room on a phone (not `narrow`) is hidden there."""
    kept = "town-name" if unescape(name) in narrow else "town-name wide"
    return f'<text class="{kept}" text-anchor="middle" aria-hidden="true" {transform}>{name}'


def _lines(group: str, borders: Borders | None) -> str:
    """Return the lines below the circles: of borders, the widest first, or of the grid."""
    paths = [short_path(path) for path in re.findall(r' d="([^"]*)"', group)]
    classes = ["line", *["line fine"] * (len(paths) - 1)] if borders else ["line grid"] * len(paths)
    drawn = "".join(f'<path class="{name}" d="{path}"/>' for name, path in zip(classes, paths, strict=True))
    return f'<g aria-hidden="true" class="lines">{drawn}</g>'


def short_path(path: str) -> str:
    """Return what a path draws with its numbers to a tenth of a pixel: half the size, and nobody sees more."""
    return re.sub(r"([0-9]\.[0-9])[0-9]+", r"\1", path)


def inline_map(
    towns: Sequence[Town], borders: Borders | None, label: str, filters: Filters | None = None,
) -> SafeString:
    """Return the map as SVG to stand in the page; empty where no town has a place.

    Args:
        towns: the circles, the largest first.
        borders: what is drawn below them.
        label: what the map shows, in words.
        filters: which organisations the circles count, beside what the headline figures count.

    """
    marks = _marks(towns, filters)
    if not marks:
        return mark_safe("")
    return mark_safe(_inline(marks, borders, label))  # noqa: S308 - drawn here, texts escaped by Vega


def inline_clusters(
    found: Sequence[tuple[Sequence[Town], str]], borders: Borders | None, label: str,
) -> SafeString:
    """Return the map of clusters as SVG to stand in the page; empty where none has a place.

    Args:
        found: clusters, the largest first, each with where its circle leads.
        borders: what is drawn below them.
        label: what the map shows, in words.

    """
    marks = tuple(_Mark(together, _title(together) if len(cluster) == 1 else _titled(together, len(cluster) - 1), url)
                  for cluster, url in found if (together := _together(cluster)).latitude is not None)
    if not marks:
        return mark_safe("")
    return mark_safe(_inline(marks, borders, label))  # noqa: S308 - drawn here, texts escaped by Vega


def _together(cluster: Sequence[Town]) -> Town:
    """Return a cluster as one circle, where its largest town is."""
    return replace(cluster[0], organisations=sum(town.organisations for town in cluster))


def _titled(together: Town, more: int) -> str:
    name = ngettext("%(name)s and %(n)s town close by", "%(name)s and %(n)s towns close by", more) % {
        "name": together.name, "n": more}
    return _title(replace(together, name=name))


def map_file(towns: Sequence[Town], form: str, title: str, source: str) -> bytes:
    """Return the map as a file (svg or png) with its title and a line that names its source."""
    whole = drawing.titled(_specification(_marks(towns), None, linked=False), title, source)
    return drawing.drawn_file(json.dumps(whole), form)
