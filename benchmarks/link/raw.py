"""Linking of raw affiliations on all labelled lists, beside exact names and published figures, in one run.

Ours stands twice: as trees that have not seen the fold of a string (five folds; strings of one organisation together)
would link it, which is what to expect of new strings, and as the trees that are delivered do, which have learnt from
these very strings.
"""

import argparse
import json
import os
import resource
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "tools"))

import train_raw

from openvalley.atlas.evaluate_raw import exact_names, set_scores
from openvalley.atlas.raw_linking import raw_index
from openvalley.atlas.reader import open_atlas
from openvalley.resolve.linker.scorecard import logistic
from openvalley.resolve.raw.choosing import MATCH
from openvalley.resolve.raw.linking import RawLinker

sys.path.insert(0, str(Path(__file__).parent.parent))
from written import wide_console

_BARS = Path(__file__).parent / "raw_bars.toml"
_UNSEEN, _DELIVERED, _EXACT = "openvalley, unseen strings", "openvalley, as delivered", "exact names"
_METRICS = ("precision", "recall", "f1", "f1_by_row", "none_recall")
_HEADINGS = ("list", "strings", "who", "P", "R", "F1", "F1 by string", "none recall", "published F1 by string")
_HEAD = """# How good linking of raw affiliations is

This page is written by `make bench-raw BENCH_RAW_ARGS="--page FILE"`; do not edit it.

Of each labelled string the set of organisations that are said is held against the set that its list gives; an id's
predecessor or successor is as right as itself. P, R and F1 are over all ids of a list, *F1 by string* is the mean of
each string's own, which is how the published figures are made; those are for whole lists, of which ours are halves.

- **openvalley, unseen strings**: each string linked by trees that have not learnt from it (five folds; all strings of
  one organisation in one). This is what to expect of your own strings, but a little less where they are Chinese,
  Japanese, Arabic or Persian: terms were added to the list of translated words after a look at the multilingual list.
- **openvalley, as delivered**: the trees that `link --raw` uses. They have learnt from these very strings.
- **exact names**: what stands between commas and is, but for case, the name of one organisation of the string's
  country.
"""


def main() -> None:
    """Measure, and print or write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="a home folder with an atlas of the mirror")
    parser.add_argument("--mirror", type=Path, required=True, help="data mirror; its folder gold holds the lists")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--page", type=Path, help="write the page of the documentation to this file")
    given = parser.parse_args()
    found = measured(given.home, given.mirror / "gold")
    if given.page:
        given.page.write_text(page(found), encoding="utf-8")
    if given.json:
        print(json.dumps(found))
        return
    console = wide_console()
    table = Table(*_HEADINGS, box=None, header_style="bold")
    for row in rows(found):
        table.add_row(*row)
    console.print(table)
    console.print(speed(found), found["source"]["text"], found["source"]["address"], sep="\n")


def measured(home: Path, gold: Path) -> dict[str, Any]:
    """Return everything that is measured, list by list."""
    files = [gold / name for name in train_raw.LISTS if (gold / name).is_file()]
    if not files:
        raise SystemExit(f"There is no list of raw affiliations in {gold}; name a mirror: make bench-raw MIRROR=DIR")
    atlas = open_atlas(home)
    linker = RawLinker(raw_index(atlas))
    print("linking", file=sys.stderr)
    told = train_raw.labelled(atlas, linker, files)
    print("training without each fold", file=sys.stderr)
    unseen = train_raw.by_list(told, logistic(train_raw.cross_validated(told)), MATCH)
    strings = [one.text for one in told.questions]
    begun, spent = perf_counter(), process_time()
    said = [[one.id for one in found if one.probability >= MATCH] for found in linker.named(strings)]
    seconds, cpu = perf_counter() - begun, process_time() - spent
    exact = exact_names(atlas)
    bars = tomllib.loads(_BARS.read_text(encoding="utf-8"))
    published = {bar["list"]: bar["f1_by_row"] for bar in bars["bar"]}
    lists = {}
    for file in files:
        numbers = [number for number, name in enumerate(told.lists) if name == file.name]
        questions = [told.questions[number] for number in numbers]
        lists[file.stem] = {"n": len(numbers), "published_f1_by_row": published.get(file.stem), "ways": {
            _UNSEEN: {metric: unseen[file.name][metric] for metric in _METRICS},
            _DELIVERED: set_scores(questions, [said[number] for number in numbers]),
            _EXACT: set_scores(questions, [list(exact(one.text)) for one in questions])}}
    return {"task": "bench-raw", "atlas_version": atlas.version, "match": MATCH, "lists": lists, "speed": {
        "strings": len(strings), "strings_per_second": len(strings) / seconds,
        "strings_per_core_second": len(strings) / cpu, "cores": os.cpu_count(),
        "peak_gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9}, "source": bars["source"]}


def rows(found: Mapping[str, Any]) -> list[list[str]]:
    """Return the lines of the table: each list, each way."""
    lines = []
    for name, one in found["lists"].items():
        for way, scores in one["ways"].items():
            best = one["published_f1_by_row"]
            lines.append([name.removeprefix("affiliations-").removesuffix("-dev"), f"{one['n']:,}", way,
                          *(f"{scores[metric]:.3f}" for metric in _METRICS), f"{best:.3f}" if best else "-"])
    return lines


def speed(found: Mapping[str, Any]) -> str:
    """Return how fast it is, as a sentence."""
    took = found["speed"]
    return (f"{took['strings']:,} strings, loading apart: {took['strings_per_second']:,.0f} a second, "
            f"{took['strings_per_core_second']:,.0f} a second of processor time; at most "
            f"{took['peak_gigabytes']:.1f} GB with training. A match from a probability of {found['match']} on.")


def page(found: Mapping[str, Any]) -> str:
    """Return the page as Markdown."""
    lines = ["| " + " | ".join(cells) + " |" for cells in (_HEADINGS, ["---"] * len(_HEADINGS), *rows(found))]
    source = found["source"]
    return "\n".join((_HEAD, *lines, "", speed(found), "", f"Published: {source['text']}: <{source['address']}>", ""))



if __name__ == "__main__":
    main()
