"""What build joins: rows of other registers with organisations of ROR, by certain ways alone and with likeness.

    python benchmarks/link/joins.py --home HOME --mirror MIRROR

Reads a published atlas of the whole mirror and the labelled lists. A row of a list is a row of a register here: by its
PIC where the list has one, else by its very name in its country. Right is a row that became a part of one of the list's
organisations (a predecessor or successor is as right), wrong one that became a part of another of ROR, open the rest.
"""

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from openvalley.atlas.evaluate import lineage
from openvalley.atlas.link_scoring import read_questions
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.resolve.clusters import Clusters
from openvalley.resolve.evidence import Rule
from openvalley.resolve.judgement import Decision
from openvalley.resolve.normalise import name_key
from openvalley.vocabulary.identifiers import ROR_PREFIX

sys.path.insert(0, str(Path(__file__).parent.parent))
from written import wide_console

_LISTS = ("organisations-pic-dev", "organisations-cordis-dev", "organisations-belgium-dev")


@dataclass(frozen=True)
class Labelled:
    """A row of a register, and the ROR ids that a list calls right; none where it says that ROR has none."""

    record: str
    right: frozenset[str]


def main() -> None:
    """Print how rows came out, list by list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home folder with an atlas of the whole mirror")
    parser.add_argument("--mirror", type=Path, required=True, help="data mirror; its folder gold holds the lists")
    parser.add_argument("--wrong", action="store_true", help="also print the wrong rows")
    given = parser.parse_args()
    atlas, console = open_atlas(given.home), wide_console()
    whole = {row["record"]: row["id"] for row in atlas.rows("SELECT record, id FROM identity")}
    certain = _certain(atlas, whole)
    table = Table("list", "rows", "joined by", "right", "wrong", "open", "precision", "of those by likeness")
    for name in _LISTS:
        rows = list(_labelled(atlas, given.mirror / "gold" / f"{name}.csv"))
        by_likeness = [row for row in rows if _ror(whole[row.record]) != _ror(certain[row.record])]
        for title, ids in (("certain ways", certain), ("and likeness", whole)):
            right, wrong = _counted(rows, ids)
            new = _counted(by_likeness, ids) if ids is whole else (0, 0)
            table.add_row(name, str(len(rows)), title, str(right), str(wrong), str(len(rows) - right - wrong),
                          f"{right / max(1, right + wrong):.4f}", f"{new[0]} right, {new[1]} wrong" if any(new) else "")
        for row in by_likeness if given.wrong else ():
            if whole[row.record] not in row.right:
                console.print(row.record, whole[row.record], "but the list says", *sorted(row.right) or ["none"])
    console.print(table)
    console.print(*_totals(atlas), sep="\n")


def _certain(atlas: Atlas, whole: Mapping[str, str]) -> dict[str, str]:
    """Return the ROR id of every row by what is certain and what people said; empty where it has none."""
    clusters = Clusters({record: record for record in whole if record.startswith(f"ror/{ROR_PREFIX}")})
    for row in atlas.rows("SELECT * FROM decision WHERE decision = ? AND rule <> ?", [Decision.SAME, Rule.LIKENESS]):
        clusters.join(row["left"], row["right"])
    # The anchor of two that people joined is the first: the id that both have is asked for instead.
    return {record: whole[anchor] if (anchor := clusters.anchor(record)) else "" for record in whole}


def _ror(id_: str) -> str:
    return id_ if id_.startswith(ROR_PREFIX) else ""


def _counted(rows: Sequence[Labelled], ids: Mapping[str, str]) -> tuple[int, int]:
    """Return how many rows are right and wrong."""
    joined = [row for row in rows if _ror(ids[row.record])]
    right = sum(ids[row.record] in row.right for row in joined)
    return right, len(joined) - right


def _labelled(atlas: Atlas, gold: Path) -> Iterator[Labelled]:
    """Yield the rows of registers that a list labels, each once."""
    with gold.open(encoding="utf-8-sig", newline="") as stream:
        numbers = [row.get("pic") for row in csv.DictReader(stream)]
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in atlas.rows("""
            SELECT n.source || '/' || n.source_id AS record, n.value, c.value AS country FROM claim AS n JOIN claim AS c
            USING (source, source_id) WHERE n.property = 'name' AND c.property = 'country' AND n.source <> 'ror'"""):
        named[name_key(row["value"]), row["country"]].add(row["record"])
    known = {row["record"] for row in atlas.rows("SELECT record FROM identity WHERE source <> 'ror'")}
    done: set[str] = set()
    for question, pic in zip(read_questions(gold, lineage(atlas)), numbers, strict=True):
        records = {f"cordis/{pic}"} if pic else named[name_key(question.cells["name"]), question.country]
        for record in sorted(records & known - done):
            done.add(record)
            yield Labelled(record, question.right)


def _totals(atlas: Atlas) -> Iterator[str]:
    """Yield what likeness made of all rows."""
    for row in atlas.rows("SELECT decision, count(*) AS n FROM decision WHERE rule = ? GROUP BY ALL ORDER BY ALL DESC",
                          [Rule.LIKENESS]):
        yield f"{row['n']:,} pairs of rows by likeness: {row['decision']}"
    for row in atlas.rows("SELECT count(*) AS n FROM probable_link WHERE kind = 'record'"):
        yield f"{row['n']:,} rows probably another organisation"


if __name__ == "__main__":
    main()
