"""What every contestant does alike: read the same rows, answer them against the clock, write what it says and costs.

Only the standard library is used here: a contestant runs in whatever environment its library asks for.
"""

import argparse
import csv
import json
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Protocol

#: Tables of the material: ROR's names, and what stands for a list.
NAMES = "names.csv"
MEASURED = "measured.json"


@dataclass(frozen=True)
class Row:
    """A row of a list: as it came, and folded (lower case, without accents and signs); the country as ISO 3166-1."""

    name: str
    city: str
    country: str
    folded_name: str
    folded_city: str


@dataclass(frozen=True)
class Name:
    """A name of an organisation of ROR, and where that is."""

    id: str
    name: str
    acronym: bool
    city: str
    country: str
    folded_name: str
    folded_city: str


@dataclass(frozen=True)
class Said:
    """What a contestant says of a row: the nearest organisation or none, how near it is, and its own decision.

    Who decides nothing leaves the decision empty: the threshold is then chosen in its favour.
    """

    id: str
    score: float
    decision: str = ""


class Contestant(Protocol):
    """A way of linking."""

    #: Name and version of the library that does it.
    version: str

    def get_ready(self, rows: Sequence[Row]) -> None:
        """Load, index or train what these rows ask for: all lists together, before the clock runs."""

    def answer(self, rows: Sequence[Row]) -> Sequence[Said]:
        """Return what it says of each row, in the same order."""


def compete(enter: Callable[[Path, Path], Contestant]) -> None:
    """Run a contestant from the command line: ``enter`` makes it from the material's folder and the home folder."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--material", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("lists", nargs="+")
    given = parser.parse_args()
    lists = {name: read_rows(given.material / f"{name}.csv") for name in given.lists}
    begun, begun_cpu = perf_counter(), process_time()
    contestant = enter(given.material, given.home)
    contestant.get_ready([row for rows in lists.values() for row in rows])
    measured = {"version": contestant.version, "loading_seconds": perf_counter() - begun,
                "loading_cpu_seconds": process_time() - begun_cpu, "lists": {}}
    for name, rows in lists.items():
        begun, begun_cpu = perf_counter(), process_time()
        said = contestant.answer(rows)
        measured["lists"][name] = {"rows": len(rows), "seconds": perf_counter() - begun,
                                   "cpu_seconds": process_time() - begun_cpu}
        write_table(given.out / f"{name}.csv", said)
    measured["peak_bytes"] = peak_bytes()
    (given.out / MEASURED).write_text(json.dumps(measured), encoding="utf-8")


def read_rows(path: Path) -> list[Row]:
    """Read a list."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [Row(**row) for row in csv.DictReader(stream)]


def read_names(material: Path) -> list[Name]:
    """Read ROR's names."""
    with (material / NAMES).open(encoding="utf-8", newline="") as stream:
        return [Name(**row | {"acronym": row["acronym"] == "True"}) for row in csv.DictReader(stream)]


def read_said(path: Path) -> list[Said]:
    """Read a contestant's answers to a list."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [Said(row["id"], float(row["score"]), row["decision"]) for row in csv.DictReader(stream)]


def write_table(path: Path, entries: Sequence[Row] | Sequence[Name] | Sequence[Said]) -> None:
    """Write rows, names or answers, one line each."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        if entries:
            writer = csv.DictWriter(stream, list(asdict(entries[0])))
            writer.writeheader()
            writer.writerows(asdict(one) for one in entries)


def peak_bytes() -> int:
    """Return the most memory that this process has held.

    Linux counts for a program also what the process held that started it, in ``ru_maxrss``; its own high-water mark
    stands in /proc (proc_pid_status(5)).
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
