"""The atlas benchmark: sync, build, open, search and show over a whole data mirror, beside bars and peers."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.table import Table

from openvalley.atlas.reader import open_atlas

sys.path.insert(0, str(Path(__file__).parent.parent))
from written import wide_console

#: Bars for a machine with two cores: seconds, gigabytes, milliseconds, shares.
SYNC_SECONDS, BUILD_SECONDS, MEMORY_GB = 60.0, 60.0, 3.0
OPEN_SECONDS, ANSWER_MS = 0.3, 50.0
HITS_AT_1, HITS_AT_5 = 0.75, 0.92
#: Organisations that the timed `show` looks at, spread over all ids.
SHOWN = 200


@dataclass(frozen=True)
class Run:
    """One run of a command: its answer, wall seconds, and its process's peak memory in gigabytes and CPU seconds."""

    answer: dict[str, Any]
    seconds: float
    memory: float
    cpu: float


def run(*words: str) -> Run:
    """Run a verb in a process of its own and measure it from outside."""
    begun = perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "openvalley.cli.main", *words, "--json"],
                               stdout=subprocess.PIPE, text=True)
    output = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = perf_counter() - begun
    answer = json.loads(output)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"openvalley {' '.join(words)} failed: {answer}")
    return Run(answer, seconds, usage.ru_maxrss / 1e6, usage.ru_utime + usage.ru_stime)


def p95(ask: Callable[[str], object], questions: Sequence[str]) -> float:
    """Return the 95th percentile of the time to answer, in milliseconds."""
    times = []
    for question in questions:
        begun = perf_counter()
        ask(question)
        times.append((perf_counter() - begun) * 1000)
    return quantiles(times, n=20)[-1]


def pandas_seconds(mirror: Path) -> dict[str, float]:
    """Return how long pandas takes to merely read the same files into text columns: the peer of the sync."""
    import pandas as pd  # noqa: PLC0415 - only the peer needs it

    taken = {}
    begun = perf_counter()
    with zipfile.ZipFile(max(mirror.glob("ror/*.zip"))) as packed, packed.open(packed.namelist()[0]) as stream:
        pd.json_normalize(json.load(stream))
    taken["ror"] = perf_counter() - begun
    begun = perf_counter()
    for path in sorted(mirror.glob("cordis/*.zip")):
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                with packed.open(name) as stream:
                    pd.read_csv(stream, sep=";", dtype=str)
    taken["cordis"] = perf_counter() - begun
    return taken


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirror", type=Path, required=True)
    mirror = parser.parse_args().mirror.resolve()
    if not mirror.is_dir():
        raise SystemExit(f"There is no data mirror in {mirror}; name one with: make bench MIRROR=FOLDER")
    console = wide_console()
    with tempfile.TemporaryDirectory(prefix="openvalley-bench-") as folder:
        home = Path(folder)
        measure_pipeline(console, home, mirror)
        measure_answers(console, home, mirror)


def measure_pipeline(console: Console, home: Path, mirror: Path) -> None:
    """Print sync and build: time, memory, rows a second, and whether two builds agree."""
    peers = pandas_seconds(mirror)
    rows = Table("source", "rows", "seconds", "rows a second", "pandas, reading only: seconds", title="Sync, by source")
    for source in ("ror", "cordis"):
        one = run("sync", source, "--mirror", str(mirror), "--home", str(home / "one"))
        count = sum(one.answer["sources"][0]["rows"].values())
        rows.add_row(source, f"{count:,}", f"{one.seconds:.1f}", f"{count / one.seconds:,.0f}", f"{peers[source]:.1f}")
    console.print(rows)
    synced = run("sync", "--mirror", str(mirror), "--home", str(home))
    first = run("build", "--home", str(home))
    second = run("build", "--home", str(home))
    table = Table("step", "seconds", "bar", "peak GB", "bar", "met", title="The whole mirror")
    for name, step, bar in (("sync", synced, SYNC_SECONDS), ("build", first, BUILD_SECONDS),
                            ("build again", second, BUILD_SECONDS)):
        met = step.seconds <= bar and step.memory <= MEMORY_GB
        table.add_row(name, f"{step.seconds:.1f}", f"{bar:.0f}", f"{step.memory:.2f}", f"{MEMORY_GB:.0f}", yes(met))
    console.print(table)
    same = first.answer["content_hash"] == second.answer["content_hash"]
    console.print(f"Content hash {first.answer['content_hash'][:16]}, the same in both builds: {yes(same)}")
    console.print(f"Rows: {json.dumps(first.answer['rows'])}")
    console.print(f"Placed: {first.answer['placed']['region']:.1%} of the region's scope, "
                  f"{first.answer['placed']['all']:.1%} of all")


def measure_answers(console: Console, home: Path, mirror: Path) -> None:
    """Print opening, search and show times, and search quality beside its baselines."""
    begun = perf_counter()
    atlas = open_atlas(home)
    opened = perf_counter() - begun
    ids = [row["id"] for row in atlas.rows(
        "SELECT id FROM organisation WHERE named ORDER BY md5(id) LIMIT ?", [SHOWN])]
    shown = p95(lambda known: (atlas.organisation(known), atlas.claims(known), atlas.participations(known)), ids)
    gold = mirror / "gold" / "organisations-cordis-dev.csv"
    quality = run("evaluate", "search", "--gold", str(gold), "--home", str(home)).answer
    table = Table("answer", "figure", "bar", "met", title="Answers, in process")
    for name, figure, bar, met in (
        ("open an atlas, seconds", f"{opened:.3f}", f"{OPEN_SECONDS}", opened <= OPEN_SECONDS),
        ("search p95, ms", f"{quality['model']['p95_ms']:.1f}", f"{ANSWER_MS:.0f}",
         quality["model"]["p95_ms"] <= ANSWER_MS),
        ("show p95, ms", f"{shown:.1f}", f"{ANSWER_MS:.0f}", shown <= ANSWER_MS),
        ("search hits@1", f"{quality['model']['hits_at_1']:.3f}", f"{HITS_AT_1}",
         quality["model"]["hits_at_1"] >= HITS_AT_1),
        ("search hits@5", f"{quality['model']['hits_at_5']:.3f}", f"{HITS_AT_5}",
         quality["model"]["hits_at_5"] >= HITS_AT_5),
    ):
        table.add_row(name, figure, bar, yes(met))
    console.print(table)
    beside = Table("search", "hits@1", "hits@5", "MRR", "p95 ms", title=f"{quality['n']:,} names of {gold.name}")
    for name, measured in (("openvalley", quality["model"]), *quality["baselines"].items()):
        beside.add_row(name, f"{measured['hits_at_1']:.3f}", f"{measured['hits_at_5']:.3f}", f"{measured['mrr']:.3f}",
                       f"{measured['p95_ms']:.1f}")
    console.print(beside)


def yes(met: bool) -> str:  # noqa: FBT001 - one word for one truth
    """Return yes or no."""
    return "yes" if met else "no"


if __name__ == "__main__":
    main()
