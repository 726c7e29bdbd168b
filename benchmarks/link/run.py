"""The linking benchmark: our linker beside what one would use instead, on the same rows, held against its bars."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from contest import ENTRIES, OURS, Entry, Place, answers_of, run
from contestants.competing import Row, read_names, write_table
from errors import by_id, classes, undisputed
from judging import bars, by_chance, calibration, judged, sources
from material import (
    participants,
    repeated,
    sampled,
    sites,
    spaced,
    without_country,
    write_names,
    write_questions,
    write_sample,
)
from page import page
from picture import reliability_plot
from tables import print_contest
from unseen import answered

import openvalley
from openvalley.atlas.evaluate import lineage
from openvalley.atlas.link_scoring import Question, read_questions
from openvalley.atlas.reader import open_atlas
from openvalley.settings import settings_from

#: Rows of the longest list; of the lists without countries, which take much longer a row, one in so many.
_ROWS, _WITHOUT = 200_000, 40


def main() -> None:
    """Run the contest, and print, draw and write what is asked for."""
    given = _arguments()
    mirror = given.mirror.resolve()
    if not (mirror / "gold").is_dir():
        raise SystemExit(f"There is no {mirror / 'gold'}; name a data mirror with: make bench-link MIRROR=FOLDER")
    cache = settings_from(os.environ).home / "cache" / "bench-link"
    with tempfile.TemporaryDirectory(prefix="openvalley-bench-") as folder:
        place = Place(Path(folder) / "material", given.home or Path(folder) / "home", Path(folder) / "answers", cache)
        place.material.mkdir()
        if given.home is None:
            _built(place.home, mirror)
        found = contest(place, mirror, [one for one in ENTRIES if one.name in given.contestants], given.rows)
    plot = given.plot or (given.page.with_suffix(".svg") if given.page else None)
    if plot:
        plot.write_text(reliability_plot(found["reliability"]), encoding="utf-8")
    if given.page:
        given.page.write_text(page(found, os.path.relpath(plot, given.page.parent)), encoding="utf-8")
    if given.json:
        print(json.dumps(found))
    else:
        print_contest(found)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirror", type=Path, required=True, help="data mirror; its folder gold holds the lists")
    parser.add_argument("--home", type=Path, help="a home folder with an atlas; else one is built")
    parser.add_argument("--contestants", nargs="+", choices=[one.name for one in ENTRIES],
                        default=[one.name for one in ENTRIES], help="who takes part; openvalley always does")
    parser.add_argument("--rows", type=int, default=_ROWS, help="rows of the longest list that speed is measured on")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--plot", type=Path, help="write the reliability plot to this SVG file")
    parser.add_argument("--page", type=Path,
                        help="write the page of the documentation to this file, and the plot beside it")
    given = parser.parse_args()
    given.contestants = {OURS.name, *given.contestants}
    return given


def contest(place: Place, mirror: Path, entries: Sequence[Entry], rows: int) -> dict[str, Any]:
    """Return everything that is measured."""
    atlas = open_atlas(place.home)
    kin = lineage(atlas)
    lists = {path.stem: read_questions(path, kin) for path in sorted((mirror / "gold").glob("organisations-*.csv"))}
    names = write_names(atlas, place.material)
    for name, questions in lists.items():
        write_questions(questions, place.material / f"{name}.csv")
    version = atlas.version
    atlas.close()
    contestants = [_entered(entry, lists, place) for entry in entries]
    unseen = place.answers / "unseen"
    print("training without each fold", file=sys.stderr)
    learnt = not answered(place.home, mirror / "gold", list(lists), unseen)
    told = answers_of(OURS, place) if learnt else unseen
    names_of = by_id(read_names(place.material))
    kept = undisputed(lists, names_of)
    found: dict[str, Any] = {
        "task": "bench-link", "measured_on": date.today().isoformat(),  # noqa: DTZ011 - the day on this machine's wall
        "openvalley": openvalley.__version__, "atlas_version": version, "names": names,
        "machine": {"system": platform.system(), "processor": platform.machine(), "cores": os.cpu_count(),
                    "python": platform.python_version()},
        "lists": {name: {"n": len(questions), "without_id": sum(not one.given for one in questions)}
                  for name, questions in lists.items()},
        "contestants": contestants, "unseen": None if learnt else judged(lists, unseen, decides=True),
        "speed": speed(place, rows), "reliability": calibration(lists, told), "chance": by_chance(lists, told),
        "sources": sources(), "errors": classes(lists, told, names_of),
        "undisputed": judged(
            {name: [lists[name][row] for row in rows] for name, rows in kept.items()}, told, decides=True, chosen=kept),
    }
    return found | {"bars": bars(found)}


def _entered(entry: Entry, lists: Mapping[str, Sequence[Question]], place: Place) -> dict[str, Any]:
    """Return what a contestant is worth and takes; beside one that answers a sample, what ours is worth on it."""
    print(f"measuring {entry.name}", file=sys.stderr)
    beside: dict[str, Any] = {}
    if entry.sample is not None:
        chosen = {name: sampled(len(questions), entry.sample) for name, questions in lists.items()}
        lists = {name: [lists[name][row] for row in rows] for name, rows in chosen.items()}
        beside = {"sample": sum(map(len, lists.values())), "ours_on_sample": judged(
            lists, answers_of(OURS, place), decides=OURS.decides, chosen=chosen)}
        place = replace(place, material=write_sample(lists, place.material))
    measured = run(entry, list(lists), place)
    if "problem" in measured:
        return {"name": entry.name, "problem": measured["problem"]}
    spent = measured["lists"].values()
    return {
        "name": entry.name, "version": measured["version"], "loading_cpu_seconds": measured["loading_cpu_seconds"],
        "peak_gigabytes": measured["peak_bytes"] / 1e9,
        "rows_per_core_second": sum(one["rows"] for one in spent) / sum(one["cpu_seconds"] for one in spent),
        "rows_per_second": sum(one["rows"] for one in spent) / sum(one["seconds"] for one in spent),
        "decides": entry.decides, "lists": judged(lists, answers_of(entry, place), decides=entry.decides), **beside,
    }


def speed(place: Place, rows: int) -> dict[str, Any]:
    """Return how fast our linker is, and in how much memory, on lists of many rows; each in a process of its own."""
    records = place.home / "records"
    taking_part = participants(records)
    once = list(dict.fromkeys(taking_part))
    measured_on = {
        **{f"participants-{rows // part}": repeated(taking_part, rows // part) for part in (200, 20)},
        "participants": repeated(taking_part, rows), "participants-once": once, "sites-once": sites(records),
        "participants-without-country": without_country(spaced(once, max(1, rows // _WITHOUT))),
    }
    return {name: _timed(name, asked, place) for name, asked in measured_on.items() if asked}


def _timed(name: str, rows: Sequence[Row], place: Place) -> dict[str, Any]:
    print(f"measuring speed on {name}", file=sys.stderr)
    write_table(place.material / f"{name}.csv", rows)
    measured = run(OURS, [name], place)
    spent = measured["lists"][name]
    return {
        "rows": len(rows), "different": len(set(rows)),
        "seconds": spent["seconds"], "cpu_seconds": spent["cpu_seconds"],
        "rows_per_second": len(rows) / spent["seconds"], "rows_per_core_second": len(rows) / spent["cpu_seconds"],
        "loading_seconds": measured["loading_seconds"], "loading_cpu_seconds": measured["loading_cpu_seconds"],
        "peak_gigabytes": measured["peak_bytes"] / 1e9,
    }


def _built(home: Path, mirror: Path) -> None:
    """Publish an atlas of a mirror."""
    for words in (("sync", "--mirror", str(mirror)), ("build",)):
        print(f"openvalley {words[0]}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "openvalley.cli.main", *words, "--home", str(home), "--json"], check=True,
                       stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
