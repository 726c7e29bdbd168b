"""Drawing: a Vega-Lite specification as a picture in the page, light and dark, or as a file that is taken along.

In the page colours are the custom properties of style.css: the specification names them by the hexadecimal values
below, which are what a file shows. Links become those of the page, and every mark with a link has a name.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any, Literal

import vl_convert
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe

from openvalley.atlas.reader import Atlas
from openvalley.site.pages import wording
from openvalley.vocabulary.terms import Vocabulary, terms

INK, QUIET, LINE, ACCENT, PAPER = "#1a2326", "#55615f", "#d5dbd7", "#0b5563", "#ffffff"
#: Parts of a whole, the first the fullest.
SHADES = (ACCENT, "#79a3ab", "#c3d7da")
FONT = "sans-serif"
#: vl-convert makes links absolute; with this stand-in they are made relative again.
ORIGIN = "https://site.invalid"
#: The longest name beside an axis, in letters. Vega can cut names too, by measuring them again and again: that takes
#: four times as long as the whole drawing.
_LONGEST_NAME = 38
#: Pictures kept in a process as they stand in pages: some 20 kilobytes each.
_KEPT = 200
#: Pixels of a PNG for each of the drawing: sharp on paper and on dense screens.
_SCALE = 2.0
_PROPERTIES: Mapping[str, str] = {
    INK: "ink", QUIET: "quiet", LINE: "line", ACCENT: "accent", PAPER: "raised",
    SHADES[1]: "accent-half", SHADES[2]: "accent-part",
    **{str(term.attributes["colour"]).lower(): f"stage-{code}" for code, term in terms(Vocabulary.STAGE).items()},
}
_Numbers = Literal["en-US", "nl-NL", "fr-FR", "de-DE"]
#: How numbers are written, by the names that D3 has for it.
_NUMBERS: Mapping[str, _Numbers] = {"en": "en-US", "nl": "nl-NL", "fr": "fr-FR", "de": "de-DE"}
FORMS = {"svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True)
class Picture:
    """A picture: its key in addresses, its title, the specification without one, and the same as a table.

    ``columns`` are the headings of the table; ``rows`` its cells, the first of which may have an address in ``urls``.
    ``note`` says how it is read.
    """

    key: str
    title: str
    specification: Mapping[str, Any]
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    urls: Sequence[str] = ()
    note: str = ""


def chart(rows: Sequence[Mapping[str, Any]], parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return a specification over rows in the look of the site; `parts` are its marks, encodings and sizes."""
    text = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
            "labelColor": INK, "titleColor": QUIET}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json", "background": None,
        "data": {"values": [dict(row) for row in rows]}, **parts,
        "config": {"view": {"stroke": None}, "axis": {
            **text, "labelLimit": 0, "domain": False, "ticks": False, "gridColor": LINE, "labelPadding": 6},
            "legend": text, "text": {"font": FONT, "fontSize": 12, "color": INK}},
    }


def short(name: str) -> str:
    """Return a name that has room beside an axis."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME - 1].rstrip()}\u2026"


def inline(picture: Picture) -> SafeString:
    """Return a picture as SVG to stand in the page, named by its title."""
    return _inline(json.dumps(picture.specification), picture.title, _numbers())


@lru_cache(_KEPT)
def _inline(specification: str, title: str, numbers: _Numbers) -> SafeString:
    """Return the same; the pictures drawn last are kept, as one takes longer than the rest of its page."""
    drawn = str(vl_convert.vegalite_to_svg(specification, format_locale=numbers))
    drawn = drawn.replace("xlink:href", "href").replace(ORIGIN, "")
    drawn = re.sub(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>', lambda found: (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {found[1]} {found[2]}" width="{found[1]}"'
        f' height="{found[2]}" role="group" aria-label="{escape(title)}">'), drawn, count=1)
    # Titles for the mouse, names for the keyboard; the rest of Vega's ARIA repeats what the table says.
    drawn = re.sub(r'<a href="([^"]*)"><(path|text) aria-label="([^"]*)"([^>]*?)(?:/>|>([^<]*)</text>)</a>', _linked,
                   drawn)
    drawn = re.sub(r'<(path|line) aria-label="([^"]*)"([^>]*)/>', r"<\1\3><title>\2</title></\1>", drawn)
    drawn = re.sub(r' role="graphics[^"]*"| aria-roledescription="[^"]*"| aria-label="[XY]-axis[^"]*"', "", drawn)
    drawn = re.sub(r'(<(?:g|text) [^>]*?) aria-label="[^"]*"', r"\1", drawn)
    return mark_safe(_themed(drawn))  # noqa: S308 - drawn here, texts escaped by Vega


def _numbers() -> _Numbers:
    """Return how the language that is spoken writes numbers."""
    return _NUMBERS[wording.language()]


def _linked(found: re.Match[str]) -> str:
    url, tag, name, rest, text = found.groups()
    inside = f"<title>{name}</title>{text or ''}" if tag == "path" else text
    return f'<a href="{url}" aria-label="{name}"><{tag}{rest}>{inside}</{tag}></a>'


def _themed(drawn: str) -> str:
    """Return a drawing whose colours are the site's custom properties."""
    return re.sub(r'(fill|stroke)="(#[0-9a-fA-F]{6})"', lambda found: (
        f'{found[1]}="var(--{_PROPERTIES[found[2].lower()]})"' if found[2].lower() in _PROPERTIES else found[0]),
        drawn)


def answer(request: HttpRequest, atlas: Atlas, picture: Picture, form: str) -> HttpResponse:
    """Answer a picture as a file that names its source: the site, the region, the atlas."""
    origin = request.build_absolute_uri("/").rstrip("/")
    return as_file(file(picture, form, source_of(atlas), origin), picture.key, form)


def as_file(drawn: bytes, name: str, form: str) -> HttpResponse:
    """Answer what was drawn as a file of a form (svg, png): it may stand in pages of other sites, or be kept."""
    answered = HttpResponse(drawn, content_type=FORMS[form])
    answered.headers["Content-Disposition"] = f'inline; filename="{name}.{form}"'
    return answered


def source_of(atlas: Atlas) -> str:
    """Return the line that names the source in a file: the site, the region in the page's language, the atlas."""
    title = atlas.manifest["region"].get("title", {})
    return ", ".join(filter(None, ("OpenValley", title.get(wording.language()) or title.get("en", ""), atlas.version)))


def titled(specification: Mapping[str, Any], title: str, source: str) -> dict[str, Any]:
    """Return a specification on paper, with its title and a line that names its source."""
    heading = {"text": title, "subtitle": source, "anchor": "start", "font": FONT, "subtitleFont": FONT,
               "color": INK, "subtitleColor": QUIET, "fontSize": 15, "offset": 12}
    return {**specification, "background": PAPER, "padding": 12, "title": heading}


def file(picture: Picture, form: str, source: str, origin: str) -> bytes:
    """Return a picture as a file with its title and whence it is.

    Args:
        picture: the picture.
        form: svg or png.
        source: a line that names the source, under the title.
        origin: scheme and host of the site, which links of the file lead to.

    """
    return drawn_file(json.dumps(titled(picture.specification, picture.title, source)).replace(ORIGIN, origin), form)


def drawn_file(specification: str, form: str) -> bytes:
    """Return a specification drawn as a file: svg or png."""
    if form == "svg":
        return str(vl_convert.vegalite_to_svg(specification, format_locale=_numbers())).encode()
    return bytes(vl_convert.vegalite_to_png(specification, scale=_SCALE, format_locale=_numbers()))
