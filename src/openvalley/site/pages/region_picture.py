"""The small map of a region: its area inside its country, drawn on the server once an atlas.

It is made as the map of the home page is (`openvalley.site.pages.picture`), and carries no link: the list of the parts
beside it says the same.
"""

import re
from html import escape

import altair as alt
import vl_convert
from django.utils.safestring import SafeString, mark_safe

from openvalley.atlas.reader import Atlas
from openvalley.atlas.regional import Region
from openvalley.atlas.remembering import remembered
from openvalley.site.pages.borders import Surroundings, surroundings
from openvalley.site.pages.picture import short_path

#: Size of the drawing in CSS pixels; it scales with the page.
_WIDTH, _HEIGHT = 400, 340
#: Pixels below which a region is hard to find: it gets a ring of this radius.
_SMALL, _RING = 16, 16
_PATH = re.compile(r'<path transform="[^"]*" d="([^"]+)"')
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def inline_region(atlas: Atlas, region: Region, label: str) -> SafeString:
    """Return a region's map as SVG to stand in the page, its label saying what it shows; empty without a boundary."""
    drawn = remembered(atlas, ("picture of a region", region.code), lambda: _drawn(surroundings(atlas, region)))
    if not drawn:
        return mark_safe("")
    return mark_safe(  # noqa: S308 - numbers drawn here, and a label that is escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map region" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' aria-label="{escape(label)}">{drawn}</svg>')


def _drawn(found: Surroundings | None) -> str:
    """Return the paths of a map, each with its class."""
    if found is None:
        return ""
    chart = alt.Chart(alt.InlineData(values=list(found.features))).mark_geoshape(filled=False).project("mercator")
    sized = chart.properties(width=_WIDTH, height=_HEIGHT, padding=1)
    paths = [short_path(path) for path in _PATH.findall(vl_convert.vegalite_to_svg(sized.to_dict()))]
    shapes = [f'<path class="{name}" d="{path}"/>' for name, path in zip(found.classes, paths, strict=True)]
    return "".join([*shapes, _ring(paths[found.classes.index("here")])])


def _ring(path: str) -> str:
    """Return a ring around a region that is drawn too small to be seen, else nothing."""
    numbers = [float(number) for number in _NUMBER.findall(path)]
    across, down = numbers[::2], numbers[1::2]
    if max(max(across) - min(across), max(down) - min(down)) >= _SMALL:
        return ""
    x, y = (min(across) + max(across)) / 2, (min(down) + max(down)) / 2
    return f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{_RING}"/>'
