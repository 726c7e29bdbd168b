"""The map of the region: a circle a town, made on the server once for each atlas and language.

Altair writes the specification, vl-convert draws it. Colours are given by style.css through classes, so that the same
picture serves light and dark; the file that is downloaded carries its own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import altair
import vl_convert
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from openvalley.atlas.pages import COUNTED, Town
from openvalley.site.pages import addresses

#: Size of the drawing in CSS pixels; it scales with the page.
_WIDTH, _HEIGHT = 640, 500
#: Towns that carry their name: the largest, as many as can be read beside one another.
_NAMED = 12
#: Degrees apart (longitude, latitude) from which two names do not overlap.
_APART = (0.42, 0.075)
#: Area of the largest circle, in square pixels.
_LARGEST = 1500
#: vl-convert makes links absolute; with this stand-in they are made relative again.
_ORIGIN = "https://site.invalid"
_ACCENT, _INK = "#0b5563", "#1c2528"


@dataclass(frozen=True)
class _Mark:
    """A circle: its town, its title, and where it leads."""

    town: Town
    title: str
    url: str


def _marks(towns: Sequence[Town]) -> tuple[_Mark, ...]:
    return tuple(_Mark(town, _title(town), town_url(town)) for town in towns if town.latitude is not None)


def _specification(marks: Sequence[_Mark], *, linked: bool) -> dict[str, Any]:
    named = _named([mark.town for mark in marks])
    rows = [{
        "lon": mark.town.longitude, "lat": mark.town.latitude, "n": mark.town.organisations, "title": mark.title,
        "name": mark.town.name if mark.town in named else "", "href": _ORIGIN + mark.url,
    } for mark in marks]
    base = altair.Chart(altair.Data(values=rows)).encode(longitude="lon:Q", latitude="lat:Q")
    links = {"href": "href:N"} if linked else {}
    circles = base.mark_circle(color=_ACCENT, opacity=0.62, stroke="#ffffff", strokeWidth=1).encode(
        size=altair.Size("n:Q", legend=None, scale=altair.Scale(range=[40, _LARGEST], zero=True)),
        description="title:N", order=altair.Order("n:Q", sort="descending"), **links)
    names = base.mark_text(color=_INK, fontSize=13, align="left", dx=9, dy=-7, font="sans-serif").encode(text="name:N")
    chart = (circles + names).project("mercator").properties(width=_WIDTH, height=_HEIGHT)
    return dict(chart.configure(background=None).configure_view(stroke=None).to_dict())


def _named(towns: Sequence[Town]) -> list[Town]:
    """Return the largest towns whose names do not cover one another's."""
    chosen: list[Town] = []
    for town in towns:
        clear = all(abs((town.longitude or 0) - (other.longitude or 0)) > _APART[0]
                    or abs((town.latitude or 0) - (other.latitude or 0)) > _APART[1] for other in chosen)
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
def _inline(marks: tuple[_Mark, ...], label: str) -> str:
    drawn = vl_convert.vegalite_to_svg(_specification(marks, linked=True))
    drawn = drawn.replace("xlink:href", "href").replace(_ORIGIN, "").replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    drawn = re.sub(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>',
                   f'<svg xmlns="http://www.w3.org/2000/svg" class="map" viewBox="0 0 \\1 \\2" role="group"'
                   f' aria-label="{escape(label)}">', drawn, count=1)
    # Titles for the mouse, names for the keyboard; the rest of Vega's ARIA repeats what the list beside says.
    drawn = re.sub(r'<a href="([^"]*)"><path aria-label="([^"]*)"[^>]*?(transform="[^"]*" d="[^"]*")[^>]*/></a>',
                   r'<a href="\1" aria-label="\2"><path class="town" \3><title>\2</title></path></a>', drawn)
    drawn = re.sub(r'<text [^>]*?(transform="[^"]*")[^>]*>', r'<text class="town-name" aria-hidden="true" x="0" \1>', drawn)
    drawn = re.sub(r' (role|aria-roledescription)="graphics[^"]*"| aria-roledescription="[^"]*"', "", drawn)
    return re.sub(r"<rect [^>]*/>|<text[^>]*></text>", "", drawn)


def inline_map(towns: Sequence[Town], label: str) -> SafeString:
    """Return the map as SVG to stand in the page; its label says what it shows."""
    return mark_safe(_inline(_marks(towns), label))  # noqa: S308 - drawn here, texts escaped by Vega


def map_file(towns: Sequence[Town], form: str) -> bytes:
    """Return the map as a file: svg or png."""
    specification = {**_specification(_marks(towns), linked=False), "background": "#ffffff"}
    if form == "svg":
        return vl_convert.vegalite_to_svg(specification).encode()
    return bytes(vl_convert.vegalite_to_png(specification, scale=2))
