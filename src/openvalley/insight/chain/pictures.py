"""Pictures of the value chain: a heat map (stage x platform) and a flow (stage to place), as Vega-Lite.

The specifications are drawn on the server (`drawn`): no script runs at the reader's. Colours of the stages are those of
the vocabulary, the same everywhere.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import vl_convert

from openvalley.errors import BadInput
from openvalley.insight.answer import Answer
from openvalley.vocabulary.terms import Vocabulary, label, terms

_CELL, _FLOW_HEIGHT, _FLOW_WIDTH = 34, 420, 640
#: Where a band leaves and reaches its edge level: shares of the width.
_BEND = (0.0, 0.12, 0.88, 1.0)
#: Room between two names on an edge of the flow, as a share of its height.
_GAP = 0.02
_INK, _EMPTY = "#1c2528", "#f3f1ec"
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


def heat_map(answer: Answer, language: str) -> dict[str, Any]:
    """Return the heat map of an answer's cells: a square each, its number in it; nought is left white and says 0."""
    rows = [{"stage": label(Vocabulary.STAGE, cell["stage"], language),
             "platform": label(Vocabulary.PLATFORM, cell["platform"], language), "n": cell["organisations"],
             "text": str(cell["organisations"])} for cell in answer.figures["cells"]]
    stages = list(dict.fromkeys(row["stage"] for row in rows))
    platforms = list(dict.fromkeys(row["platform"] for row in rows))
    most = max((row["n"] for row in rows), default=1)
    place = {"y": {"field": "platform", "type": "nominal", "sort": platforms, "title": None},
             "x": {"field": "stage", "type": "nominal", "sort": stages, "title": None,
                   "axis": {"orient": "top", "labelAngle": -30}}}
    return _chart("heat", language, rows, {
        "width": {"step": _CELL * 2}, "height": {"step": _CELL},
        "layer": [
            {"mark": {"type": "rect", "stroke": "#ffffff"}, "encoding": {**place, "color": {
                "field": "n", "type": "quantitative", "legend": None,
                "scale": {"domain": [0, most], "range": [_EMPTY, "#0072B2"]}}}},
            {"mark": {"type": "text", "font": _FONT, "fontSize": 12}, "encoding": {**place, "text": {"field": "text"},
             "color": {"condition": {"test": f"datum.n > {most * 0.6}", "value": "#ffffff"}, "value": _INK}}},
        ]})


def flow(answer: Answer, language: str) -> dict[str, Any]:
    """Return the flow of an answer: from each stage a band to each place, as wide as the organisations are many."""
    order = list(terms(Vocabulary.STAGE))
    cells = sorted(answer.figures["places"], key=lambda cell: (order.index(cell["stage"]), cell["nuts"]))
    stages = list(dict.fromkeys(cell["stage"] for cell in cells))
    places = {cell["nuts"]: cell["place"] for cell in sorted(cells, key=lambda cell: str(cell["nuts"]))}
    left, right = _Stack(cells, "stage", stages), _Stack(cells, "nuts", list(places))
    rows: list[dict[str, Any]] = []
    for number, cell in enumerate(cells):
        start, end = left.band(number), right.band(number)
        rows += [{"band": number, "x": x, "low": low, "high": high, "stage": cell["stage"]}
                 for x, (low, high) in zip(_BEND, (start, start, end, end), strict=True)]
    names = [{"x": 0.0, "at": at, "text": label(Vocabulary.STAGE, name, language), "side": "right"}
             for name, at in left.middles.items()]
    names += [{"x": 1.0, "at": at, "text": places[code], "side": "left"} for code, at in right.middles.items()]
    colours = terms(Vocabulary.STAGE)
    across = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1]}}
    up = {"type": "quantitative", "axis": None, "scale": {"domain": [0, 1], "reverse": True}}
    texts = [{"transform": [{"filter": f"datum.side == '{side}'"}], "data": {"values": names},
              "mark": {"type": "text", "align": side, "dx": -8 if side == "right" else 8, "font": _FONT,
                       "fontSize": 12, "color": _INK},
              "encoding": {"x": across, "y": {"field": "at", **up}, "text": {"field": "text"}}}
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
                "labelFont": _FONT, "labelFontSize": 12, "labelColor": _INK, "labelLimit": 260, "domain": False,
                "ticks": False}}, **parts}
