"""Pictures of the value chain: a heat map (stage x platform) and a flow (stage to place), as Vega-Lite.

The specifications are drawn on the server (`drawn`): no script runs at the reader's. Colours of the stages are those of
the vocabulary, the same everywhere.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import vl_convert

from openvalley.errors import BadInput
from openvalley.insight.answer import Answer
from openvalley.vocabulary.terms import Vocabulary, label, terms
from openvalley.vocabulary.typography import colon

_CELL, _FLOW_HEIGHT, _FLOW_WIDTH = 34, 420, 640
#: Where a band leaves and reaches its edge level: shares of the width.
_BEND = (0.0, 0.12, 0.88, 1.0)
#: Room between two names on an edge of the flow, as a share of its height.
_GAP = 0.02
_INK, _FILLED = "#1a2326", "#0b5563"
#: How opaque a cell without anybody, and the fullest one, are: the numbers on both can be read, light and dark.
_OPAQUE = (0.03, 0.45)
_FONT = "sans-serif"
#: Pixels of a PNG for each of the drawing: sharp on paper and on dense screens.
_SCALE = 2.0
_TITLES = {
    "heat": {"en": "Organisations by stage and platform", "nl": "Organisaties per fase en technologie",
             "fr": "Organisations par stade et technologie", "de": "Organisationen nach Stufe und Technologie"},
    "flow": {"en": "Organisations by stage and region (NUTS 2)", "nl": "Organisaties per fase en regio (NUTS 2)",
             "fr": "Organisations par stade et région (NUTS 2)", "de": "Organisationen nach Stufe und Region (NUTS 2)"},
}
PICTURES = tuple(_TITLES)
FORMS = ("svg", "png")
#: Gives the address that a mark leads to, from the row of the answer's figures that it stands for.
Link = Callable[[Mapping[str, Any]], str]


def heat_map(answer: Answer, language: str, link: Link | None = None) -> dict[str, Any]:
    """Return the heat map of an answer's cells: a square each, its number in it; nought is left white and says 0.

    Args:
        answer: of `openvalley.insight.chain.chain`.
        language: of the words in it.
        link: gives the address of what a cell counts; without it no mark is a link.

    """
    rows = [{"stage": label(Vocabulary.STAGE, cell["stage"], language),
             "platform": label(Vocabulary.PLATFORM, cell["platform"], language), "n": cell["organisations"],
             "text": str(cell["organisations"]), "href": link(cell) if link else ""}
            for cell in answer.figures["cells"]]
    for row in rows:
        row["name"] = f"{row['stage']} · {row['platform']}{colon(language)} {row['text']}"
    linked: dict[str, Any] = {"href": {"field": "href"}, "description": {"field": "name"}} if link else {}
    stages = list(dict.fromkeys(row["stage"] for row in rows))
    platforms = list(dict.fromkeys(row["platform"] for row in rows))
    most = max((row["n"] for row in rows), default=1)
    place: dict[str, Any] = {"y": {"field": "platform", "type": "nominal", "sort": platforms, "title": None},
             "x": {"field": "stage", "type": "nominal", "sort": stages, "title": None,
                   "axis": {"orient": "top", "labelAngle": -30}}}
    return _chart("heat", language, rows, {
        "width": {"step": _CELL * 2}, "height": {"step": _CELL},
        "layer": [
            {"mark": {"type": "rect", "stroke": "#ffffff", "fill": _FILLED}, "encoding": {**place, **linked,
             "fillOpacity": {"field": "n", "type": "quantitative", "legend": None,
                             "scale": {"domain": [0, most], "range": list(_OPAQUE)}}}},
            {"mark": {"type": "text", "aria": False, "font": _FONT, "fontSize": 12, "color": _INK},
             "encoding": {**place, "text": {"field": "text"}}},
        ]})


def flow(answer: Answer, language: str, link: Link | None = None) -> dict[str, Any]:
    """Return the flow of an answer: from each stage a band to each place, as wide as the organisations are many.

    Args:
        answer: of `openvalley.insight.chain.chain`.
        language: of the words in it.
        link: gives the address of a stage (a row with stage) or a place (a row with nuts); without it none is a link.

    """
    order = list(terms(Vocabulary.STAGE))
    cells = sorted(answer.figures["places"], key=lambda cell: (order.index(cell["stage"]), cell["nuts"]))
    stages = list(dict.fromkeys(cell["stage"] for cell in cells))
    places = {cell["nuts"]: cell["names"][language] for cell in sorted(cells, key=lambda cell: str(cell["nuts"]))}
    left, right = _Stack(cells, "stage", stages), _Stack(cells, "nuts", list(places))
    rows: list[dict[str, Any]] = []
    for number, cell in enumerate(cells):
        start, end = left.band(number), right.band(number)
        rows += [{"band": number, "x": x, "low": low, "high": high, "stage": cell["stage"]}
                 for x, (low, high) in zip(_BEND, (start, start, end, end), strict=True)]
    names = [{"x": 0.0, "at": at, "text": label(Vocabulary.STAGE, name, language), "side": "right",
              "href": link({"stage": name}) if link else ""} for name, at in left.middles.items()]
    names += [{"x": 1.0, "at": at, "text": places[code], "side": "left", "href": link({"nuts": code}) if link else ""}
              for code, at in right.middles.items()]
    linked: dict[str, Any] = {"href": {"field": "href"}, "description": {"field": "text"}} if link else {}
    colours = terms(Vocabulary.STAGE)
    across: dict[str, Any] = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1]}}
    up = {"type": "quantitative", "axis": None, "scale": {"domain": [0, 1], "reverse": True}}
    placed: dict[str, Any] = {"x": across, "y": {"field": "at", **up}, "text": {"field": "text"}, **linked}
    texts = [{"transform": [{"filter": f"datum.side == '{side}'"}], "data": {"values": names},
              "mark": {"type": "text", "align": side, "dx": -8 if side == "right" else 8, "font": _FONT,
                       "fontSize": 12, "color": _INK},
              "encoding": placed}
             for side in ("right", "left")]
    bands = {"mark": {"type": "area", "interpolate": "monotone", "opacity": 0.55, "line": False},
             "encoding": {"x": across, "y": {"field": "low", **up}, "y2": {"field": "high"},
                          "detail": {"field": "band"}, "color": {
                              "field": "stage", "type": "nominal", "legend": None,
                              "scale": {"domain": stages,
                                        "range": [colours[stage].attributes["colour"] for stage in stages]}}}}
    return _chart("flow", language, rows, {"width": _FLOW_WIDTH, "height": _FLOW_HEIGHT, "layer": [bands, *texts]})


def drawn(specification: Mapping[str, Any], form: str) -> bytes:
    """Draw a specification as ``svg`` or ``png``.

    Raises:
        BadInput: another form.

    """
    if form not in FORMS:
        raise BadInput(f"A picture cannot be written as {form[:10]!r}.", hint=f"Forms: {', '.join(FORMS)}, or csv.")
    text = json.dumps(specification)
    if form == "svg":
        return str(vl_convert.vegalite_to_svg(text)).encode()
    return bytes(vl_convert.vegalite_to_png(text, scale=_SCALE))


class _Stack:
    """The sides of bands on one edge of the flow, stacked in the order of the names; heights are shares of 1."""

    def __init__(self, cells: Sequence[Mapping[str, Any]], side: str, names: Sequence[str]) -> None:
        whole = sum(cell["organisations"] for cell in cells) or 1
        room = 1 - _GAP * max(len(names) - 1, 0)
        self._bands: dict[int, tuple[float, float]] = {}
        self.middles: dict[str, float] = {}
        at = 0.0
        for name in names:
            start = at
            for number, cell in enumerate(cells):
                if cell[side] == name:
                    self._bands[number] = (at, at + cell["organisations"] / whole * room)
                    at = self._bands[number][1]
            self.middles[name] = (start + at) / 2
            at += _GAP

    def band(self, number: int) -> tuple[float, float]:
        return self._bands[number]


def _chart(kind: str, language: str, rows: Sequence[Mapping[str, Any]], parts: Mapping[str, Any]) -> dict[str, Any]:
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "background": "#ffffff",
            "title": {"text": _TITLES[kind][language], "anchor": "start", "font": _FONT, "color": _INK},
            "data": {"values": list(rows)}, "config": {"view": {"stroke": None}, "axis": {
                "labelFont": _FONT, "labelFontSize": 12, "labelColor": _INK, "labelLimit": 0, "domain": False,
                "ticks": False}}, **parts}
