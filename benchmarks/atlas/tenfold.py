"""The growth benchmark: sync and build over the data mirror as it is, and with N times the rows, beside the bar."""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table
from run import Run, run, yes
from tenfold_mirror import multiply

from openvalley.atlas.reader import open_atlas

sys.path.insert(0, str(Path(__file__).parent.parent))
from written import wide_console

#: Bar: ten times the rows take at most twelve times the time.
TIMES, MOST_TIMES_THE_TIME = 10, 12
#: Registers whose rows are multiplied.
GROWING = ("ror", "cordis", "clinicaltrials", "ctis", "euctr", "calls")

#: How alike the copies are to what grew: names that more than one organisation of a country bears, records of several
#: sources that became one organisation, sites of trials and sponsors that were linked.
_LIKENESS = {
    "names of more than one organisation of a country": """
        SELECT avg((bearers > 1)::INT) FROM (
            SELECT count(DISTINCT id) AS bearers FROM organisation_name JOIN organisation USING (id)
            WHERE organisation_name.kind <> 'acronym' AND length(key) >= 5 GROUP BY country, key)""",
    "CORDIS records of an organisation that ROR has": """
        SELECT avg((id LIKE 'https://ror.org/%')::INT) FROM identity WHERE source = 'cordis'""",
    "sites of trials that are linked": "SELECT avg((organisation_id IS NOT NULL)::INT) FROM trial_site",
    "sponsors of trials that are linked": "SELECT avg((organisation_id IS NOT NULL)::INT) FROM trial_party",
}


@dataclass(frozen=True)
class Measured:
    """What was measured with so many times the rows: rows of the growing registers, runs, shares of `_LIKENESS`."""

    rows: int
    sync: Run
    build: Run
    likeness: dict[str, float]


def main() -> None:
    """Measure both sizes in one run and print them side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--times", type=int, default=TIMES, help="how many times the rows; 2 or more")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, help="folder for temporary files, some 2 GB for each time")
    given = parser.parse_args()
    mirror = given.mirror.resolve()
    if not mirror.is_dir():
        raise SystemExit(f"There is no data mirror in {mirror}; name one with: make bench-tenfold MIRROR=FOLDER")
    if given.times <= 1:
        raise SystemExit("--times must be 2 or more; the mirror as it is is measured beside it.")
    console = wide_console()
    with tempfile.TemporaryDirectory(prefix="openvalley-tenfold-", dir=given.work) as folder:
        work = Path(folder)
        begun = perf_counter()
        multiply(mirror, work / "mirror", given.times, given.seed)
        console.print(f"A mirror with {given.times} times the rows was written in {perf_counter() - begun:.0f} s.")
        once = measured(work / "once", mirror)
        again = run("build", "--home", str(work / "once"))
        many = measured(work / "many", work / "mirror")
    same = again.answer["content_hash"] == once.build.answer["content_hash"]
    show(console, once, many, given.times)
    console.print(f"The content hash is the same in two builds of the mirror as it is: {yes(same)}")


def measured(home: Path, mirror: Path) -> Measured:
    """Sync and build from a mirror."""
    sync = run("sync", "--mirror", str(mirror), "--home", str(home))
    failed = [source["source"] for source in sync.answer["sources"] if source["outcome"] == "failed"]
    if failed:
        raise SystemExit(f"sync failed for {', '.join(failed)}: {sync.answer}")
    build = run("build", "--home", str(home))
    atlas = open_atlas(home)
    likeness = {what: next(iter(atlas.rows(query)[0].values())) for what, query in _LIKENESS.items()}
    atlas.close()
    rows = sum(sum(source["rows"].values()) for source in sync.answer["sources"] if source["source"] in GROWING)
    return Measured(rows, sync, build, likeness)


def show(console: Console, once: Measured, many: Measured, times: int) -> None:
    """Print time, memory and their ratios beside the bar, and how alike the two atlases are."""
    bar = times * MOST_TIMES_THE_TIME / TIMES
    table = Table("step", "rows in", "seconds", "CPU s", "peak GB", f"rows in x{times}", "seconds", "CPU s", "peak GB",
                  "ratio", "CPU ratio", "bar", "met", title=f"{times} times the rows")
    for step, one, more in (("sync", once.sync, many.sync), ("build", once.build, many.build)):
        ratio = more.seconds / one.seconds
        table.add_row(
            step, f"{once.rows:,}", f"{one.seconds:.1f}", f"{one.cpu:.1f}", f"{one.memory:.2f}",
            f"{many.rows:,}", f"{more.seconds:.1f}", f"{more.cpu:.1f}", f"{more.memory:.2f}",
            f"{ratio:.1f}", f"{more.cpu / one.cpu:.1f}", f"{bar:.1f}", yes(ratio <= bar))
    console.print(table)
    alike = Table("share", "as it is", f"x{times}", title="How alike the two are")
    for what, share in once.likeness.items():
        alike.add_row(what, f"{share:.2%}", f"{many.likeness[what]:.2%}")
    console.print(alike)


if __name__ == "__main__":
    main()
