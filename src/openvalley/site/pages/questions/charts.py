"""Charts that several questions share: bars, stacked bars, ranges and days, each with its table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10
from typing import Any

from babel.numbers import format_decimal

from openvalley.site.pages import wording
from openvalley.site.pages.drawing import ACCENT, INK, LINE, ORIGIN, PAPER, QUIET, SHADES, Picture, chart, short
from openvalley.site.pages.templatetags.openvalley import day as written_day

#: Pixels of a row, and the width of a drawing without the names beside it.
ROW, WIDTH = 24, 420
#: Marks that one picture holds at most: more cannot be read; its table holds all.
_MOST = 30


@dataclass(frozen=True)
class Row:
    """A row of a chart: its name, its numbers, and where it leads (nowhere when empty)."""

    name: str
    numbers: Sequence[float]
    url: str = ""


@dataclass(frozen=True)
class Titled:
    """What a picture says of itself: key in addresses, title, headings of its table, how it is read."""

    key: str
    title: str
    columns: Sequence[str]
    note: str = ""


def by_name(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the place of rows under their names, in their order."""
    return {"field": "name", "type": "nominal", "sort": list(dict.fromkeys(row["name"] for row in rows)), "title": None}


def apart(names: Sequence[str]) -> list[str]:
    """Return names that have room beside an axis; one that would be like another when shortened stays whole."""
    counted = Counter(map(short, dict.fromkeys(names)))
    return [short(name) if counted[short(name)] == 1 else name for name in names]


def linked(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the encoding of links and their names, where any row has one."""
    return {"href": {"field": "href"}, "description": {"field": "title"}} if any(row["href"] for row in rows) else {}


def bars(titled: Titled, found: Sequence[Row], *, decimals: int = 0) -> Picture:
    """Return horizontal bars of one number each, written with so many decimals."""
    rows = [{"name": name, "n": row.numbers[0], "text": text, "href": ORIGIN + row.url if row.url else None,
             "title": _said(row.name, text)}
            for name, row in _named(found) for text in [_written(row.numbers[0], decimals)]]
    x = {"field": "n", "type": "quantitative", "title": titled.columns[1],
         "axis": {"grid": True, **({} if decimals else {"tickMinStep": 1, "format": "d"})}}
    spec = chart(rows, {"width": WIDTH, "height": {"step": ROW}, "layer": [
        {"mark": {"type": "bar", "color": ACCENT, "height": {"band": 0.7}},
         "encoding": {"y": by_name(rows), "x": x, **linked(rows)}},
        {"mark": {"type": "text", "align": "left", "dx": 5, "color": INK},
         "encoding": {"y": by_name(rows), "x": x, "text": {"field": "text"}}},
    ]})
    return _pictured(titled, spec, [[row.name, round(row.numbers[0], 4)] for row in found], found)


def _written(value: float, decimals: int) -> str:
    """Return a number with so many decimals, as the language that is spoken writes it."""
    return str(format_decimal(value, f"#,##0{'.' if decimals else ''}{'0' * decimals}", locale=wording.language()))


def _plain(value: float) -> str:
    """Return a number with two decimals at most, likewise."""
    return str(format_decimal(value, "#,##0.##", locale=wording.language()))


def _said(name: str, what: str) -> str:
    """Return what a mark is called: a name, and what is said of it."""
    return f"{name}{wording.colon()} {what}"


def stacked(titled: Titled, found: Sequence[Row]) -> Picture:
    """Return bars of two or three parts, whose names are the headings behind the first."""
    parts = list(titled.columns[1:])
    rows = [{"name": name, "part": part, "order": order, "n": number,
             "href": ORIGIN + row.url if row.url else None, "title": _said(f"{row.name}, {part}", _plain(number))}
            for name, row in _named(found) for order, (part, number) in enumerate(zip(parts, row.numbers, strict=True))]
    spec = chart(rows, {"width": WIDTH, "height": {"step": ROW}, "mark": {
        "type": "bar", "height": {"band": 0.7}}, "encoding": {
        "y": by_name(rows), "order": {"field": "order"},
        "x": {"field": "n", "type": "quantitative", "title": None,
              "axis": {"grid": True, "tickMinStep": 1, "format": "d"}},
        "color": {"field": "part", "type": "nominal", "sort": parts,
                  "scale": {"domain": parts, "range": list(SHADES[:len(parts)])},
                  "legend": {"orient": "top", "title": None, "symbolType": "square", "labelLimit": 300}},
        **linked(rows)}})
    return _pictured(titled, spec, [[row.name, *row.numbers] for row in found], found)


def columns(titled: Titled, found: Sequence[Row]) -> Picture:
    """Return upright bars in the order given, such as of years."""
    rows = [{"name": row.name, "n": row.numbers[0], "href": ORIGIN + row.url if row.url else None,
             "title": _said(row.name, _plain(row.numbers[0]))} for row in found]
    spec = chart(rows, {"width": {"step": ROW + 8}, "height": 180, "mark": {"type": "bar", "color": ACCENT},
                        "encoding": {
        "x": {**by_name(rows), "axis": {"labelAngle": 0}},
        "y": {"field": "n", "type": "quantitative", "title": titled.columns[1],
              "axis": {"grid": True, "tickMinStep": 1, "format": "d"}}, **linked(rows)}})
    return _pictured(titled, spec, [[row.name, *row.numbers] for row in found], found)


def ranges(titled: Titled, found: Sequence[Row]) -> Picture:
    """Return lines from a lowest to a highest number on a scale on which each step is ten times the one before."""
    rows = [{"name": name, "low": row.numbers[0], "high": row.numbers[1],
             "href": ORIGIN + row.url if row.url else None,
             "title": _said(row.name, f"{_written(row.numbers[0], 0)} - {_written(row.numbers[1], 0)}")}
            for name, row in _named(found)]
    numbers = [number for row in found[:_MOST] for number in row.numbers]
    steps = [10**power for power in range(floor(log10(min(numbers))), ceil(log10(max(numbers))) + 1)]
    x = {"type": "quantitative", "title": titled.note, "scale": {"type": "log", "domain": [steps[0], steps[-1]]},
         "axis": {"grid": True, "format": "~s", "values": steps}}
    spec = chart(rows, {"width": WIDTH, "height": {"step": ROW}, "layer": [
        {"mark": {"type": "rule", "strokeWidth": 7, "color": ACCENT, "opacity": 0.5, "strokeCap": "round"},
         "encoding": {"y": by_name(rows), "x": {"field": "low", **x}, "x2": {"field": "high"}}},
        {"mark": {"type": "circle", "size": 90, "color": ACCENT, "opacity": 1},
         "encoding": {"y": by_name(rows), "x": {"field": "high", **x}, **linked(rows)}},
    ]})
    return _pictured(titled, spec, [[row.name, *row.numbers] for row in found], found)


def days(titled: Titled, found: Sequence[tuple[str, date, str]], today: date) -> Picture:
    """Return days on a line of time, with today; each is a name, a day and an address."""
    drawn = found[:_MOST]
    rows = [{"name": short_name, "day": day.isoformat(), "today": today.isoformat(),
             "title": _said(name, written_day(day)), "href": ORIGIN + url if url else None}
            for short_name, (name, day, url) in zip(apart([name for name, _, _ in drawn]), drawn, strict=True)]
    x = {"field": "day", "type": "temporal", "title": None, "axis": {"grid": True, "format": "%Y-%m", "tickCount": 8}}
    spec = chart(rows, {"width": WIDTH, "height": {"step": ROW}, "layer": [
        {"data": {"values": [{"day": today.isoformat()}]}, "mark": {"type": "rule", "color": QUIET},
         "encoding": {"x": {"field": "day", "type": "temporal"}}},
        {"mark": {"type": "rule", "color": LINE}, "encoding": {
            "y": by_name(rows), "x": {"field": "today", "type": "temporal"}, "x2": {"field": "day"}}},
        {"mark": {"type": "circle", "size": 120, "color": ACCENT, "opacity": 1, "stroke": PAPER},
         "encoding": {"y": by_name(rows), "x": x, **linked(rows)}},
    ]})
    return Picture(titled.key, titled.title, spec, titled.columns, [[name, day.isoformat()] for name, day, _ in found],
                   [url for _, _, url in found], titled.note)


def _named(found: Sequence[Row]) -> list[tuple[str, Row]]:
    """Return the rows that are drawn, each with the name that is drawn."""
    return list(zip(apart([row.name for row in found[:_MOST]]), found[:_MOST], strict=True))


def _pictured(titled: Titled, spec: dict[str, Any], table: Sequence[Sequence[object]], found: Sequence[Row]) -> Picture:
    return Picture(titled.key, titled.title, spec, titled.columns, table, [row.url for row in found], titled.note)
