"""The page of the documentation that shows a contest; its figures come from a run, never from a hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from judging import ALL
from tables import (
    BAR_HEADINGS,
    CHANCE_HEADINGS,
    COST_HEADINGS,
    ERROR_HEADINGS,
    LIST_HEADINGS,
    SPEED_HEADINGS,
    UNDISPUTED_HEADINGS,
    bar_rows,
    chance_rows,
    cost_rows,
    error_rows,
    rows_of,
    speed_rows,
    undisputed_rows,
)

_HEAD = """# How good linking is, beside others

This page is written by `make bench-link BENCH_LINK_ARGS="--page FILE"`; do not edit it.

`make bench-link` measures in one run, on the same rows and the same machine, our linker and what one would take
instead:

- **exact match**: the one organisation of the country with this name, letter for letter but for case;
- **nearest name**: rapidfuzz's default ratio (WRatio) against every name of the country;
- **text search**: the first hit by BM25 (tantivy) among the organisations of the country;
- **Splink**: a probabilistic model, trained on these lists without labels; name, town and country compared;
- **nomenklatura**: the matcher of OpenSanctions, its index for candidates and its algorithm logic-v2. All rows would
  take it longer than everybody else together, so it answers at most 100 of each list, drawn at random, the same each
  time; below it stands what ours is worth on these very rows.

Each runs in a process of its own. All are given the same names of ROR's organisations, folded alike, with town and
country; each row has a name, and where the list has them a town and a country. What decides nothing itself gets the
threshold with the best F1 on each very list. That is a favour, which ours does not get: a user has no labelled list to
choose it on. Peers that are not installed are put into environments of their own below `cache/` in the home folder; one
that does not install here is left out, with the reason in its place.
"""
_LABELS = """## Right and wrong

A row is right when it is linked to any of the ids that its list gives, to a predecessor or successor of one, or, where
the list gives none, to no ROR record. Only a match claims anything; a row in review does not. How each metric is
defined stands in `openvalley.atlas.link_scoring`; `openvalley evaluate link --gold FILE` measures any list by the same
rules.

The lists are those that our scorecards have learnt from, so ours stands twice. **Unseen organisations** is our claim:
each row answered by scorecards that have learnt from no row of its organisation (five folds, as `tools/train_linker.py`
makes them). **openvalley** is what is delivered; it has learnt from these very rows and does a little better on them
than it will on yours.
"""
_SPEED = """## How fast

Rows a second and core are rows over processor time, so that a busy machine does no harm; loading the index is apart.
*participants* are the participations of CORDIS one after the other, again from the first where there are too few: a
list of participants names large universities many times. *once* has each different row once; trial sites are in no
register, so that few of them are found by their exact name alone. Before the clock runs, the names of all countries of
the list are loaded. Rows that stand in a list more than once are answered once.
"""
_CALIBRATION = """## What a score means

Of answers that name a ROR record, for a match or for review: the mean score of each range, and how many of them are
right; for unseen organisations. The line is perfect calibration; a point is as large as its answers are many.

![Reliability plot: the share of right answers by score, for each list and for all](PLOT)

The expected calibration error of few answers is far from zero even if every score is the very probability of being
right. What chance alone makes of as many answers with these scores stands beside it: an error below the last column
does not tell a score that is off from one that is not.
"""
_ERRORS = """## What goes wrong

Each row of the lists that is missed or linked wrongly falls into the first class whose rule holds
(`benchmarks/link/errors.py`), for unseen organisations. Missed are rows in review, too.
"""
_UNDISPUTED = """## What the lists do not know

The lists were made years before this ROR, which has taken up many organisations since. Rows that a list calls unknown
although ROR has an organisation of their country with their very name count against us above, as they are scored;
nobody would want such a link withheld. These are our figures without those rows:
"""
_RANGES = ("score", "right", "answers")


def page(contest: Mapping[str, Any], plot: str) -> str:
    """Return the page as Markdown; ``plot`` is where the reliability plot lies, seen from the page."""
    machine = contest["machine"]
    run = (f"Run of {contest['measured_on']} with openvalley {contest['openvalley']} on {machine['cores']} cores "
           f"({machine['processor']}, Python {machine['python']}), against {contest['names']:,} names of ROR's "
           f"organisations.")
    parts = [_HEAD, run, "", "## Held against the bars", "", _table(BAR_HEADINGS, bar_rows(contest)), "",
             *(f"[{source['number']}] {source['text']}: <{source['address']}>\n" for source in contest["sources"]),
             _LABELS, ""]
    for name, described in contest["lists"].items():
        rows = f"{described['n']:,} rows, {described['without_id']:,} of them without a ROR record."
        parts += [f"### {name}", "", rows, "", _table(LIST_HEADINGS, rows_of(contest, name)), ""]
    parts += ["### All lists", "", _table(LIST_HEADINGS, rows_of(contest, ALL)), "",
              "### Belgian rows of all lists", "", _table(LIST_HEADINGS, rows_of(contest, ALL, belgian=True)), "",
              _ERRORS, _table(ERROR_HEADINGS, error_rows(contest)), "",
              _UNDISPUTED, _table(UNDISPUTED_HEADINGS, undisputed_rows(contest)), "",
              "## What it takes, on these lists", "", _table(COST_HEADINGS, cost_rows(contest)), "", _SPEED,
              _table(SPEED_HEADINGS, speed_rows(contest)), "", _CALIBRATION.replace("PLOT", plot),
              _table(CHANCE_HEADINGS, chance_rows(contest)), ""]
    for name, ranges in contest["reliability"].items():
        parts += [f"### {'All lists' if name == ALL else name}: scores", "", _table(_RANGES, [
            [f"{part['score']:.2f}", f"{part['right']:.2f}", f"{part['n']:,}"] for part in ranges]), ""]
    return "\n".join(parts).rstrip() + "\n"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (headings, ["---"] * len(headings), *rows))
