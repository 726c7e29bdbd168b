"""The map of the region: a circle a town, made on the server once for each atlas and language.

Altair writes the specification, vl-convert draws it. Colours are given by style.css through classes, so that the same
picture serves light and dark; the file that is downloaded carries its own, and no borders: they may not be passed on.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from math import ceil, floor, pi, sqrt
from typing import Any

import altair as alt
import vl_convert
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from openvalley.atlas.pages import COUNTED, Town
from openvalley.site.pages import addresses
from openvalley.site.pages.borders import Borders

#: Size of the drawing in CSS pixels; it scales with the page.
_WIDTH, _HEIGHT = 640, 500
#: Towns that carry their name: the largest, as many as can be read beside one another.
_NAMED = 12
#: Height of a name, the width of its letters, and its distance from the circle, in pixels.
_FONT, _LETTER, _ABOVE = 13, 8, 7
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


def _marks(towns: Sequence[Town]) -> tuple[_Mark, ...]:
    return tuple(_Mark(town, _title(town), town_url(town)) for town in towns if town.latitude is not None)


def _specification(marks: Sequence[_Mark], borders: Borders | None, *, linked: bool) -> dict[str, Any]:
    named = _named([mark.town for mark in marks], borders)
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


def _named(towns: Sequence[Town], borders: Borders | None) -> list[Town]:
    """Return the largest towns whose names, each above its circle, do not cover one another."""
    (west, _), (east, _) = _extent(towns)
    if borders:
        west, east = min(west, borders.bounds[0]), max(east, borders.bounds[2])
    pixel = (east - west) / _WIDTH
    chosen: list[Town] = []
    for town in towns:
        clear = all(
            abs((town.longitude or 0) - (other.longitude or 0)) * 2 > pixel * _LETTER * len(town.name + other.name)
            or abs((town.latitude or 0) - (other.latitude or 0)) > pixel * _FONT for other in chosen)
        if clear and len(chosen) < _NAMED:
            chosen.append(town)
    return chosen


def town_url(town: Town) -> str:
    """Return the address of the search that lists exactly a town's circle."""
    return addresses.search_url(type="organisation", **{name: list(values) for name, values in COUNTED.items()},
                                town=town.key)


def _title(town: Town) -> str:
    count = ngettext("%(n)s organisation", "%(n)s organisations", town.organisations) % {"n": town.organisations}
    return f"{town.name}: {count}"


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
    drawn = re.sub(r'<text [^>]*?(transform="[^"]*")[^>]*>',
                   r'<text class="town-name" text-anchor="middle" aria-hidden="true" \1>', drawn)
    drawn = re.sub(r'<g class="[^"]*layer_0_marks"[^>]*>(.*?)</g>', lambda group: _lines(group[1], borders), drawn,
                   count=1)
    return re.sub(r' role="graphics[^"]*"| aria-roledescription="[^"]*"', "", drawn)


def _lines(group: str, borders: Borders | None) -> str:
    """Return the lines below the circles: of borders, the widest first, or of the grid."""
    paths = [short_path(path) for path in re.findall(r' d="([^"]*)"', group)]
    classes = ["line", *["line fine"] * (len(paths) - 1)] if borders else ["line grid"] * len(paths)
    drawn = "".join(f'<path class="{name}" d="{path}"/>' for name, path in zip(classes, paths, strict=True))
    return f'<g aria-hidden="true" class="lines">{drawn}</g>'


def short_path(path: str) -> str:
    """Return what a path draws with its numbers to a tenth of a pixel: half the size, and nobody sees more."""
    return re.sub(r"([0-9]\.[0-9])[0-9]+", r"\1", path)


def inline_map(towns: Sequence[Town], borders: Borders | None, label: str) -> SafeString:
    """Return the map as SVG to stand in the page, its label saying what it shows; empty where no town has a place."""
    if not _marks(towns):
        return mark_safe("")
    return mark_safe(_inline(_marks(towns), borders, label))  # noqa: S308 - drawn here, texts escaped by Vega


def map_file(towns: Sequence[Town], form: str) -> bytes:
    """Return the map as a file: svg or png."""
    specification = {**_specification(_marks(towns), None, linked=False), "background": "#ffffff"}
    if form == "svg":
        return vl_convert.vegalite_to_svg(specification).encode()
    return bytes(vl_convert.vegalite_to_png(specification, scale=2))
