"""The education benchmark: does a title of a shortage list mean the occupation that a person says it means?

``judged.csv`` holds titles judged by hand against ISCO-08 and ESCO, before the table of `educate` was measured: by the
digest of region and title (the lists may not be passed on), with what the title means in other words. An empty group
means that the title has no place of its own in the value chain.
"""

import argparse
import csv
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rapidfuzz import fuzz, process
from rich.table import Table

from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.insight.educate.titles import group_of, phrases
from openvalley.resolve.normalise import fold

sys.path.insert(0, str(Path(__file__).parent.parent))
from written import wide_console, write_table

#: What a reader types to write the table of the method's page anew.
COMMAND = 'make bench-educate EDUCATE_ARGS="--page docs/methods/educate.md"'
HEADINGS = ("way", "titles", "right", "share", "bar")
_JUDGED = Path(__file__).parent / "judged.csv"
#: Titles that must be judged, and share of them that the table should get right.
TITLES, RIGHT = 60, 0.95


def digest(region: str, title: str) -> str:
    """Return by what a title is known in judged.csv."""
    return hashlib.sha256(f"{region}|{title}".encode()).hexdigest()[:16]


def nearest_label(atlas: Atlas) -> Callable[[str, str], str | None]:
    """Return what one would use instead: the group of the ESCO label that is nearest by letters, if in the chain."""
    labels: dict[str, dict[str, str]] = {"nl": {}, "fr": {}}
    for row in atlas.rows("""
            SELECT o.isco, n.language, n.value FROM occupation AS o JOIN occupation_name AS n USING (id)
            WHERE n.language IN ('nl', 'fr') AND length(o.isco) = 4"""):
        labels[row["language"]][fold(row["value"])] = row["isco"]
    known = {phrase.group for listed in phrases().values() for phrase in listed}

    def nearest(title: str, language: str) -> str | None:
        masculine = fold(title.partition(" / ")[0])
        found = process.extractOne(masculine, labels[language].keys(), scorer=fuzz.token_sort_ratio)
        group = labels[language][found[0]]
        return group if group in known else None

    return nearest


def main() -> None:
    """Build an atlas of the lists and ESCO, and print how many titles each way gets right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--page", type=Path, help="write the table into this page, too")
    given = parser.parse_args()
    mirror, rows = given.mirror, []
    with _JUDGED.open(encoding="utf-8", newline="") as stream:
        judged = {row["digest"]: row["isco"] for row in csv.DictReader(stream)}
    with tempfile.TemporaryDirectory() as home:
        for words in (["sync", "shortages", "esco", "--mirror", str(mirror)], ["build"]):
            subprocess.run([sys.executable, "-m", "openvalley.cli.main", "--home", home, *words, "--json"], check=True,
                           stdout=subprocess.DEVNULL)
        atlas = open_atlas(Path(home))
        titles = [row for row in atlas.rows("SELECT region, title, language FROM shortage ORDER BY region, title")
                  if digest(row["region"], row["title"]) in judged]
        ways = {"the table of educate": group_of, "nearest label of ESCO": nearest_label(atlas)}
        for name, way in ways.items():
            right = sum((way(row["title"], row["language"]) or "") == judged[digest(row["region"], row["title"])]
                        for row in titles)
            share = right / len(titles)
            bar = f">= {RIGHT} of >= {TITLES}: {'met' if share >= RIGHT and len(titles) >= TITLES else 'missed'}"
            rows.append([name, str(len(titles)), str(right), f"{share:.3f}", bar if way is group_of else ""])
        atlas.close()
    table = Table(*HEADINGS)
    for row in rows:
        table.add_row(*row)
    wide_console().print(table)
    if given.page:
        write_table(given.page, COMMAND, HEADINGS, rows)


if __name__ == "__main__":
    main()
