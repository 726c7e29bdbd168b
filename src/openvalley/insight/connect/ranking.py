"""Ranking: the participants an asker has never worked with, the likeliest next partner first; one asker or a list."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from openvalley.atlas.lists import by_column
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.insight.connect.given import given, known_before
from openvalley.insight.connect.past import Floats, Past, Whole, end_of_data, past
from openvalley.insight.connect.placing import placed
from openvalley.insight.connect.signals import Scores, signals
from openvalley.insight.connect.trees import Ranker
from openvalley.progress import Report
from openvalley.vocabulary.programmes import parts_of

METHOD = "connect-1"
_COLUMNS = ("asker", "rank", "partner", "score")


class Prepared(Protocol):
    """Signals that a ranker reads: `Signals`, or `Given` where the programme is known."""

    past: Past

    @property
    def ranker(self) -> Ranker:
        """The trees that read these signals."""

    def scores(self, asker: int) -> Scores:
        """Return the columns of one asker over all participants."""

    def candidates(self, asker: int, scores: Scores, among: npt.NDArray[np.bool_] | None = None) -> Whole:
        """Return the numbers of those worth ranking."""

    def table(self, asker: int, scores: Scores, chosen: Whole) -> dict[str, Floats]:
        """Return the ranker's columns for these candidates."""


def ranked(prepared: Prepared, asker: int, among: npt.NDArray[np.bool_] | None = None) -> tuple[Whole, Floats]:
    """Return the numbers of an asker's possible partners, best first, with their scores (0 to 1).

    ``among`` says by number whom it may be; everybody when None. Whoever it leaves keeps the place among all.
    The score is a calibrated probability: of all pairs that got so many points in a year that the trees had not seen,
    the share that worked together for the first time within it (in a project of the programme, where one is given).
    """
    scores = prepared.scores(asker)
    chosen = prepared.candidates(asker, scores, among)
    if not len(chosen):
        return chosen, np.zeros(0)
    trees = prepared.ranker.trees
    columns = prepared.table(asker, scores, chosen)
    candidates = columns if among is None else prepared.table(asker, scores, prepared.candidates(asker, scores))
    columns |= placed(columns, candidates, trees.features)
    points = trees.score(np.stack([columns[name] for name in trees.features], axis=1))
    order = np.lexsort((chosen, -points))
    return chosen[order], prepared.ranker.calibration.share(points[order])


def rank_batch(atlas: Atlas, askers: Path, output: Path, limit: int, report: Report) -> dict[str, Any]:
    """Rank new partners for a list of askers, from all that the atlas holds.

    Args:
        atlas: the atlas.
        askers: CSV with the column ``pic``, and perhaps ``programme_part`` (or ``programme``): the programme of the
            planned project, as a code (SC1) or legal basis, `;` between several; an empty cell gives none.
        output: CSV to write: asker, rank (from 1), partner, score, and programme_part where the list has it; asker and
            partner are PICs.
        limit: how many partners for each asker, at least 1.
        report: progress.

    Returns:
        ``{"askers": how many were ranked for, "unknown": how many the atlas has no participation of, "without_past",
        "rows", "left_out"}``; without a past are rows that name a programme of which the atlas has no project, ranked
        without it; left out are rows that name a programme that is none, each with its ``line``, ``programme`` and
        a ``hint``.

    Raises:
        BadInput: the list is missing, not UTF-8 or without the column, every row of it names an unknown programme, or
            the output's folder does not exist.

    """
    rows = read_rows(askers, ("pic",))
    column = programme_column([row for _, row in rows])
    listed = [(line, row["pic"].strip(), (row[column] or "").strip() if column else "") for line, row in rows]
    named, unknown = _named(askers, [code for _, _, code in listed])
    left_out = [{"line": line, "programme": code, "hint": unknown[code].hint}
                for line, _, code in listed if code in unknown]
    if not named:
        raise next(iter(unknown.values()))
    asked = list(dict.fromkeys((pic, code) for _, pic, code in listed if code in named))
    if not output.parent.is_dir():
        raise BadInput(f"There is no folder {output.parent}.", hint="Make it first, or write elsewhere.")
    before = past(atlas, end_of_data(atlas))
    whole = signals(atlas, before)
    known = [(pic, code) for pic, code in asked if pic in whole.number]
    parts = {code: found for code, found in named.items() if known_before(before, found)}
    written = 0
    with output.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*_COLUMNS, *(["programme_part"] if column else [])])
        for place, (pic, code) in enumerate(known):
            report("ranking", place, len(known))
            prepared: Prepared = given(atlas, before, parts[code]) if code in parts else whole
            partners, scores = ranked(prepared, whole.number[pic])
            for rank, (partner, score) in enumerate(zip(partners[:limit], scores[:limit], strict=True), start=1):
                writer.writerow([pic, rank, before.pics[partner], f"{score:.6f}", *([code] if column else [])])
                written += 1
    return {"askers": len({pic for pic, _ in known}), "unknown": len({pic for pic, _ in asked} - set(whole.number)),
            "without_past": sum(bool(named[code]) and code not in parts for _, code in known), "rows": written,
            "left_out": left_out}


def _named(path: Path, codes: Sequence[str]) -> tuple[dict[str, tuple[str, ...]], dict[str, BadInput]]:
    """Return the parts that each cell of programmes stands for, and what is wrong with those that stand for none."""
    named, unknown = dict[str, tuple[str, ...]](), dict[str, BadInput]()
    for code in dict.fromkeys(codes):
        try:
            named[code] = programme_parts(path, code)
        except BadInput as problem:
            unknown[code] = problem
    return named, unknown


def programme_column(rows: Sequence[Mapping[str, str]]) -> str | None:
    """Return the column that names programmes, by either of its names; None where there is none."""
    return next((name for name in ("programme_part", "programme") if name in rows[0]), None)


def programme_parts(path: Path, code: str) -> tuple[str, ...]:
    """Return the parts that a cell's codes stand for, `;` between several; none for an empty cell.

    Raises:
        BadInput: there is no such programme.

    """
    try:
        codes = [one for one in code.split(";") if one.strip()]
        return tuple(dict.fromkeys(part for one in codes for part in parts_of(one)))
    except BadInput as problem:
        raise BadInput(f"{path}: {problem.message}", hint=problem.hint) from problem


def read_rows(path: Path, needed: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a CSV that must have these columns, each with the number of the line that it ends in.

    Raises:
        BadInput: there is no such file, it is no CSV in UTF-8, lacks a column or has no rows.

    """
    with by_column(path, f"Give a CSV with the columns {', '.join(needed)}.") as reader:
        missing = [name for name in needed if name not in (reader.fieldnames or ())]
        if missing:
            raise BadInput(f"{path} lacks the column {missing[0]}.", hint="Its first line names them.")
        rows = [(reader.line_num, row) for row in reader]
    if not rows:
        raise BadInput(f"{path} has no rows.", hint=f"Give rows of {', '.join(needed)}.")
    return rows
