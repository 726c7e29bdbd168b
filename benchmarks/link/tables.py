"""The tables of a contest, as a terminal shows them."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from judging import ALL
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent.parent))
from written import wide_console

#: Columns of a list: metric, heading.
METRICS = (("precision", "P"), ("recall", "R"), ("f1", "F1"), ("none_recall", "none recall"),
           ("review_share", "review"))


def rows_of(contest: Mapping[str, Any], name: str, *, belgian: bool = False) -> list[list[str]]:
    """Return the lines of a list's table, or of its Belgian rows: each contestant with its metrics.

    Ours on unseen organisations stands first, where it was measured. Below a contestant that answered a sample of the
    rows stands what ours is worth on the same rows.
    """
    lines = []
    if contest["unseen"]:
        unseen = contest["unseen"][name]
        lines += [_line(UNSEEN, shown, "its own") for shown in (unseen["belgian"] if belgian else unseen,) if shown]
    for one in contest["contestants"]:
        found = one["lists"][name] if "lists" in one else None
        shown = found["belgian"] if found and belgian else found
        if shown:
            threshold = "its own" if one["decides"] else f"{found['threshold']:.2f}" if "threshold" in found else "each"
            lines.append(_line(_called(one, shown["n"]), shown, threshold))
            if "sample" in one:
                ours = one["ours_on_sample"][name]
                lines.append(_line("openvalley, these rows", ours["belgian"] if belgian else ours, "its own"))
    return lines


def _line(called: str, shown: Mapping[str, Any], threshold: str) -> list[str]:
    return [called, *(_share(shown[metric]) for metric, _ in METRICS), threshold]


def cost_rows(contest: Mapping[str, Any]) -> list[list[str]]:
    """Return what each contestant costs on the labelled lists, or why it did not take part."""
    return [[_called(one), one["version"], f"{one['rows_per_core_second']:,.0f}", f"{one['rows_per_second']:,.0f}",
             f"{one['loading_cpu_seconds']:.1f}", f"{one['peak_gigabytes']:.2f}"] if "lists" in one
            else [one["name"], f"did not take part: {one['problem']}", *[""] * 4] for one in contest["contestants"]]


def _called(one: Mapping[str, Any], rows: int | None = None) -> str:
    """Return a contestant's name, and how many rows were drawn for it where it answered a sample."""
    return f"{one['name']}, {rows or one['sample']} rows drawn" if "sample" in one else str(one["name"])


def speed_rows(contest: Mapping[str, Any]) -> list[list[str]]:
    """Return how fast our linker is on each list of many rows."""
    return [[name, f"{one['rows']:,}", f"{one['different']:,}", f"{one['rows_per_core_second']:,.0f}",
             f"{one['rows_per_second']:,.0f}", f"{one['loading_cpu_seconds']:.1f}", f"{one['peak_gigabytes']:.2f}"]
            for name, one in contest["speed"].items()]


def bar_rows(contest: Mapping[str, Any]) -> list[list[str]]:
    """Return each bar with what is published, ours, and whether it is met."""
    met = {True: "met", False: "missed", None: "not measured"}
    return [[bar["what"], bar["published"] or "-", f">= {bar['least']:,}" if "least" in bar else f"<= {bar['most']:,}",
             *("-" if bar[way] is None else _figure(bar[way]) for way in ("unseen", "ours")), met[bar["met"]]]
            for bar in contest["bars"]]


def undisputed_rows(contest: Mapping[str, Any]) -> list[list[str]]:
    """Return what ours is worth on the rows that ROR's own names do not contradict."""
    return [[name, f"{one['n']:,}", *(_share(one[metric]) for metric, _ in METRICS)]
            for name, one in contest["undisputed"].items()]


def chance_rows(contest: Mapping[str, Any]) -> list[list[str]]:
    """Return the calibration error of each list beside what chance alone would make of as many answers."""
    return [[name, f"{one['n']:,}", *(_share(one[part]) for part in ("ece", "mean", "most"))]
            for name, one in contest["chance"].items()]


def error_rows(contest: Mapping[str, Any]) -> list[list[str]]:
    """Return what goes wrong, by class."""
    return [[one["class"], str(one["missed"]), str(one["wrong"]), one["example"].replace("|", "/")]
            for one in contest["errors"]]


#: What ours is called where scorecards had not learnt from an organisation.
UNSEEN = "openvalley, unseen organisations"
#: Headings of `rows_of`, `cost_rows`, `speed_rows`, `bar_rows`, `error_rows`, `undisputed_rows`, `chance_rows`.
LIST_HEADINGS = ("", *(heading for _, heading in METRICS), "threshold")
COST_HEADINGS = ("", "with", "rows a second and core", "rows a second", "loading, CPU seconds", "peak GB")
SPEED_HEADINGS = ("list", "rows", "different", *COST_HEADINGS[2:])
BAR_HEADINGS = ("what", "published", "bar", "ours, unseen", "as delivered", "")
UNDISPUTED_HEADINGS = ("list", "rows", *(heading for _, heading in METRICS))
CHANCE_HEADINGS = ("list", "answers", "error", "by chance, on average", "by chance, 19 times in 20 below")

ERROR_HEADINGS = ("what goes wrong", "missed", "linked wrongly", "for example")


def print_contest(contest: Mapping[str, Any]) -> None:
    """Print everything."""
    console = wide_console()
    for name, described in contest["lists"].items():
        title = f"{name}: {described['n']:,} rows, {described['without_id']:,} of them without a ROR record"
        _print(console, title, LIST_HEADINGS, rows_of(contest, name))
    _print(console, "All lists", LIST_HEADINGS, rows_of(contest, ALL))
    _print(console, "Belgian rows of all lists", LIST_HEADINGS, rows_of(contest, ALL, belgian=True))
    _print(console, "What it takes, on the labelled lists", COST_HEADINGS, cost_rows(contest))
    _print(console, "Our speed on long lists, index loading apart", SPEED_HEADINGS, speed_rows(contest))
    _print(console, "What goes wrong, all lists", ERROR_HEADINGS, error_rows(contest))
    _print(console, "Ours without rows that ROR's names contradict", UNDISPUTED_HEADINGS, undisputed_rows(contest))
    _print(console, "Calibration error beside chance", CHANCE_HEADINGS, chance_rows(contest))
    _print(console, "Held against the bars", BAR_HEADINGS, bar_rows(contest))
    for source in contest["sources"]:
        console.print(f"[{source['number']}] {source['text']}: {source['address']}", markup=False)
    ours = contest["contestants"][0]["lists"]
    by_row = ", ".join(f"{name} {_share((contest['unseen'] or ours)[name]['f1_by_row'])}" for name in contest["lists"])
    console.print(f"Ours, averaged over rows like the published F1: {by_row}")
    console.print("Who decides nothing itself gets the threshold that is best on each very list: a favour.")


def _print(console: Console, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if rows:
        table = Table(*headings, title=title)
        for row in rows:
            table.add_row(*row)
        console.print(table)


def _share(figure: float) -> str:
    return f"{figure:.3f}"


def _figure(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 10 else f"{figure:.3f}"  # noqa: PLR2004 - rates whole, shares in thousandths
