"""Ranking: the participants an asker has never worked with, the likeliest next partner first; one asker or a list."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.insight.connect.past import Floats, Whole, end_of_data, past
from openvalley.insight.connect.signals import Signals, signals
from openvalley.insight.connect.trees import calibration, ranker

METHOD = "connect-1"
_COLUMNS = ("asker", "rank", "partner", "score")


def ranked(prepared: Signals, asker: int, among: npt.NDArray[np.bool_] | None = None) -> tuple[Whole, Floats]:
    """Return the numbers of an asker's possible partners, best first, with their scores (0 to 1).

    ``among`` says by number whom it may be; everybody when None.

    The score is a calibrated probability: of all pairs that got so many points in a year that the trees had not seen,
    the share that worked together for the first time within it.
    """
    scores = prepared.scores(asker)
    chosen = prepared.candidates(asker, scores, among)
    if not len(chosen):
        return chosen, np.zeros(0)
    columns = prepared.table(asker, scores, chosen)
    points = ranker().score(np.stack([columns[name] for name in ranker().features], axis=1))
    order = np.lexsort((chosen, -points))
    return chosen[order], calibration().share(points[order])


def rank_batch(atlas: Atlas, askers: Path, output: Path, limit: int,
               report: Callable[[str, int, int | None], None]) -> dict[str, int]:
    """Rank new partners for a list of askers, from all that the atlas holds.

    Args:
        atlas: the atlas.
        askers: CSV with the column ``pic``.
        output: CSV to write: asker, rank (from 1), partner, score; asker and partner are PICs.
        limit: how many partners for each asker, at least 1.
        report: progress.

    Returns:
        ``{"askers": how many were ranked for, "unknown": how many the atlas has no participation of, "rows"}``.

    Raises:
        BadInput: the list is missing, not UTF-8 or without the column, or the output's folder does not exist.

    """
    asked = [row["pic"].strip() for row in read_rows(askers, ("pic",))]
    if not output.parent.is_dir():
        raise BadInput(f"There is no folder {output.parent}.", hint="Make it first, or write elsewhere.")
    prepared = signals(atlas, past(atlas, end_of_data(atlas)))
    known = [pic for pic in dict.fromkeys(asked) if pic in prepared.number]
    rows = 0
    with output.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_COLUMNS)
        for place, pic in enumerate(known):
            report("ranking", place, len(known))
            partners, scores = ranked(prepared, prepared.number[pic])
            for rank, (partner, score) in enumerate(zip(partners[:limit], scores[:limit], strict=True), start=1):
                writer.writerow([pic, rank, prepared.past.pics[partner], f"{score:.6f}"])
                rows += 1
    return {"askers": len(known), "unknown": len(set(asked)) - len(known), "rows": rows}


def read_rows(path: Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the rows of a CSV that must have these columns.

    Raises:
        BadInput: there is no such file, it is not UTF-8, lacks a column or has no rows.

    """
    if not path.is_file():
        raise BadInput(f"There is no file {path}.", hint=f"Give a CSV with the columns {', '.join(needed)}.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, restval="")
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise BadInput(f"{path} lacks the column {missing[0]}.", hint="Its first line names them.")
            rows = list(reader)
    except UnicodeDecodeError as problem:
        raise BadInput(f"{path} is not in UTF-8: {problem.reason}.", hint="Save it as CSV in UTF-8.") from problem
    if not rows:
        raise BadInput(f"{path} has no rows.", hint=f"Give rows of {', '.join(needed)}.")
    return rows
