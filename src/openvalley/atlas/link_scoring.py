"""Scoring answers of linking against a labelled list: the one place that says what counts as right.

Reads the labelled list, and answers of any way of linking; writes shares. Next: `evaluate_link` and the benchmarks,
which hold our answers and those of others to the same rules.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from openvalley.atlas.evaluate import split_ids
from openvalley.atlas.lists import by_column
from openvalley.errors import BadInput
from openvalley.resolve.countries import country_code
from openvalley.vocabulary.identifiers import ROR_PREFIX

#: Ranges of scores, of equal width, that calibration is read in; customary since Naeini, Cooper and Hauskrecht (2015).
BINS = 10
_LABELS = ("ror_ids", "ror_id")


@dataclass(frozen=True)
class Question:
    """A row of a labelled list.

    Attributes:
        cells: its cells by column.
        given: the ids that the list gives; none where it says that there is no ROR record.
        right: all ids that are right: those given, and their predecessors and successors.

    """

    cells: Mapping[str, str]
    given: frozenset[str]
    right: frozenset[str]

    @property
    def country(self) -> str:
        """Its country as ISO 3166-1 alpha-2, or empty."""
        return country_code(self.cells.get("country", "")) or ""


@dataclass(frozen=True)
class Answer:
    """What a way of linking says of a row.

    Attributes:
        id: the organisation that it names, or none.
        score: how sure it is, 0 to 1.
        decision: ``match``, ``review`` or ``none``.

    """

    id: str | None
    score: float
    decision: str

    @property
    def named(self) -> str | None:
        """The ROR id that it names, whatever it decides; an organisation of another register is none."""
        return self.id if self.id and self.id.startswith(ROR_PREFIX) else None

    @property
    def said(self) -> str | None:
        """The ROR id that it claims: only a match claims anything."""
        return self.named if self.decision == "match" else None


def read_questions(gold: Path, kin: Mapping[str, set[str]]) -> list[Question]:
    """Read a labelled list.

    Args:
        gold: CSV with ``name`` and ``ror_ids`` (``;`` between ids of which any is right) or ``ror_id``.
        kin: for each id those that are as right as itself (`openvalley.atlas.evaluate.lineage`).

    Raises:
        BadInput: the file is missing, is no CSV in UTF-8, lacks the columns, or has no rows.

    """
    with by_column(gold, "Give a CSV with the columns name and ror_ids.") as rows:
        questions = list(_rows(rows, gold, kin))
    if not questions:
        raise BadInput(f"{gold} has no rows.", hint="Give at least one labelled row.")
    return questions


def _rows(reader: "csv.DictReader[str]", gold: Path, kin: Mapping[str, set[str]]) -> Iterator[Question]:
    labelled = next((name for name in _LABELS if name in (reader.fieldnames or ())), None)
    if labelled is None or "name" not in (reader.fieldnames or ()):
        raise BadInput(f"{gold} lacks the columns name and ror_ids (or ror_id).", hint="Its first line names them.")
    for row in reader:
        ids = frozenset(split_ids(row[labelled]))
        yield Question(row, ids, ids.union(*(kin.get(one, {one}) for one in ids)))


def scores(questions: Sequence[Question], answers: Sequence[Answer]) -> dict[str, float]:
    """Return how good answers are; every row counts, rows that stand twice count twice.

    Returns:
        Shares, 0 to 1:

        - ``precision``: of the rows with a claim (decision ``match`` with a ROR id), those whose claim is right;
        - ``recall``: of the rows that have an id, those whose claim is right;
        - ``f1``: their harmonic mean;
        - ``none_recall``: of the rows without an id, those without a claim; 1 where the list has no such row;
        - ``review_share``: of all rows, those left to a person;
        - ``ece``: expected calibration error over the rows that name a ROR record, whether for a match or for review:
          the mean distance between score and share of right ones in ten ranges of equal width, weighted by their rows
          (Naeini, Cooper and Hauskrecht 2015, "Obtaining Well Calibrated Probabilities Using Bayesian Binning").

        An organisation that only another register knows is no claim about ROR.

    """
    hits = sum(answer.said in one.right for one, answer in zip(questions, answers, strict=True))
    claims = sum(answer.said is not None for answer in answers)
    known = sum(bool(one.given) for one in questions)
    unclaimed = [answer.said is None for one, answer in zip(questions, answers, strict=True) if not one.given]
    precision, recall = hits / max(1, claims), hits / max(1, known)
    ranges = reliability(questions, answers)
    named = sum(part["n"] for part in ranges)
    return {
        "precision": precision, "recall": recall, "f1": 2 * precision * recall / max(1e-9, precision + recall),
        "none_recall": sum(unclaimed) / len(unclaimed) if unclaimed else 1.0,
        "review_share": sum(answer.decision == "review" for answer in answers) / max(1, len(answers)),
        "ece": sum(part["n"] * abs(part["score"] - part["right"]) for part in ranges) / max(1, named),
    }


def reliability(questions: Sequence[Question], answers: Sequence[Answer]) -> list[dict[str, float]]:
    """Return ten ranges of scores: the mean score, the share that is right, and the number of ROR records named."""
    named = [(answer.score, answer.named in one.right) for one, answer in zip(questions, answers, strict=True)
             if answer.named]
    if not named:
        return []
    seen = np.array([score for score, _ in named])
    right = np.array([hit for _, hit in named])
    bins = np.minimum((seen * BINS).astype(int), BINS - 1)
    return [{"score": float(seen[bins == one].mean()), "right": float(right[bins == one].mean()),
             "n": int((bins == one).sum())} for one in np.unique(bins)]


def best_threshold(questions: Sequence[Question], answers: Sequence[Answer]) -> float:
    """Return the score from which answers should be matches for the best F1 on this very list.

    That is a favour to whoever is measured: a user has no labelled list to choose it on. Of equally good ones the
    highest.
    """
    known = sum(bool(one.given) for one in questions)
    ranked = sorted(((answer.score, answer.named in one.right) for one, answer in zip(questions, answers, strict=True)
                     if answer.named), reverse=True)
    best, threshold, hits = 0.0, 1.0, 0
    for claims, (score, right) in enumerate(ranked, 1):
        hits += right
        last = claims == len(ranked) or ranked[claims][0] < score
        if last and (f1 := 2 * hits / (claims + known)) > best:
            best, threshold = f1, score
    return threshold


def decided(answers: Sequence[Answer], threshold: float) -> list[Answer]:
    """Return answers as matches from a score on, else as none."""
    return [Answer(one.id, one.score, "match") if one.named and one.score >= threshold
            else Answer(None, one.score, "none") for one in answers]
