"""Evaluating linking: a labelled list of organisations, beside what one would use instead.

A row is right when it is linked to any of its ids, to what ROR knows as their predecessor or successor, or, without
ids, to no ROR record: an organisation that only another register knows is no claim about ROR.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
from rapidfuzz import fuzz, process

from openvalley.atlas.evaluate import lineage
from openvalley.atlas.linking import link_index
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.resolve.countries import country_code
from openvalley.resolve.link import COLUMNS, METHOD, Linker
from openvalley.resolve.normalise import fold
from openvalley.vocabulary.identifiers import ROR_PREFIX

#: Likeness (0 to 100) from which the nearest name counts in the baseline: where its F1 is best on the CORDIS list.
_NEAREST = 90
_BINS = 10


@dataclass(frozen=True)
class _Question:
    """A row of the list: its cells by column, the ids it gives, and all that are as right."""

    cells: Mapping[str, str]
    given: frozenset[str]
    right: frozenset[str]

    @property
    def country(self) -> str:
        return country_code(self.cells.get("country", "")) or ""


@dataclass(frozen=True)
class _Answer:
    """What a way of linking says of a row: an id or none, its score, and the decision."""

    id: str | None
    score: float
    decision: str


def evaluate_link(atlas: Atlas, gold: Path, report: Callable[[str, int, int | None], None]) -> dict[str, Any]:
    """Measure linking and its baselines on a labelled list.

    Args:
        atlas: the atlas to link against.
        gold: CSV with ``name``, any of city, country, website and vat, and ``ror_ids`` (``;`` between ids of which any
            is right) or ``ror_id``; empty where there is no ROR record.
        report: progress.

    Returns:
        ``{"task", "n", "model": {precision, recall, f1, none_recall, review_share, ece, rows_per_second}, "baselines":
        {name: {...}}, "by_country": {code: {n, precision, recall, f1}}, "reliability": [{score, right, n}]}``. Shares
        are 0 to 1; the time leaves out loading names, which a first round does.

    Raises:
        BadInput: the file is missing or lacks the columns.

    """
    questions = _questions(gold, lineage(atlas))
    columns = [column for column in COLUMNS if column != "pic"]
    asked = pa.table({column: [one.cells.get(column) or "" for one in questions] for column in columns})
    linker = Linker(link_index(atlas))
    report("loading names", 0, None)
    linker.link(asked)
    report("linking", 0, len(questions))
    begun = perf_counter()
    rows = linker.link(asked).to_pylist()
    took = perf_counter() - begun
    ours = [_Answer(row["match_id"], row["score"], row["decision"]) for row in rows]
    baselines = {}
    for name, answered in (("exact name", _exact), ("nearest name (rapidfuzz)", _nearest)):
        report(f"measuring {name}", 0, len(questions))
        begun = perf_counter()
        answers = answered(atlas, questions)
        baselines[name] = _measured(questions, answers) | {"rows_per_second": len(questions) / (perf_counter() - begun)}
    by_country = {}
    for code in sorted({one.country for one in questions if one.country}):
        chosen = [(one, answer) for one, answer in zip(questions, ours, strict=True) if one.country == code]
        shares = _measured([one for one, _ in chosen], [answer for _, answer in chosen])
        by_country[code] = {"n": len(chosen), **{name: shares[name] for name in ("precision", "recall", "f1")}}
    return {"task": "link", "n": len(questions), "atlas_version": atlas.version, "method": METHOD,
            "model": _measured(questions, ours) | {"rows_per_second": len(questions) / took},
            "baselines": baselines, "by_country": by_country, "reliability": _reliability(questions, ours)}


def _questions(gold: Path, kin: Mapping[str, set[str]]) -> list[_Question]:
    if not gold.is_file():
        raise BadInput(f"There is no file {gold}.", hint="Give a CSV with the columns name and ror_ids.")
    try:
        with gold.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, restval="")
            labelled = next((name for name in ("ror_ids", "ror_id") if name in (reader.fieldnames or ())), None)
            if labelled is None or "name" not in (reader.fieldnames or ()):
                raise BadInput(f"{gold} lacks the columns name and ror_ids (or ror_id).",
                               hint="Its first line names them.")
            questions = []
            for row in reader:
                ids = frozenset(part.strip() for part in row[labelled].split(";") if part.strip())
                questions.append(_Question(row, ids, ids.union(*(kin.get(one, {one}) for one in ids))))
    except UnicodeDecodeError as problem:
        raise BadInput(f"{gold} is not in UTF-8: {problem.reason}.", hint="Save it as CSV in UTF-8.") from problem
    if not questions:
        raise BadInput(f"{gold} has no rows.", hint="Give at least one labelled row.")
    return questions


def _measured(questions: Sequence[_Question], answers: Sequence[_Answer]) -> dict[str, float]:
    said = [answer.id if answer.decision == "match" and (answer.id or "").startswith(ROR_PREFIX) else None
            for answer in answers]
    hits = sum(id_ in one.right for one, id_ in zip(questions, said, strict=True) if id_)
    claims = sum(id_ is not None for id_ in said)
    known = sum(bool(one.given) for one in questions)
    nobody = [id_ is None for one, id_ in zip(questions, said, strict=True) if not one.given]
    precision, recall = hits / max(1, claims), hits / max(1, known)
    reliability = _reliability(questions, answers)
    total = sum(part["n"] for part in reliability)
    return {
        "precision": precision, "recall": recall, "f1": 2 * precision * recall / max(1e-9, precision + recall),
        "none_recall": sum(nobody) / len(nobody) if nobody else 1.0,
        "review_share": sum(answer.decision == "review" for answer in answers) / len(answers),
        "ece": sum(part["n"] * abs(part["score"] - part["right"]) for part in reliability) / max(1, total),
    }


def _reliability(questions: Sequence[_Question], answers: Sequence[_Answer]) -> list[dict[str, float]]:
    """Return ten ranges of scores: the mean score, the share that is right, and the number of ROR records named."""
    named = [(answer.score, answer.id in one.right) for one, answer in zip(questions, answers, strict=True)
             if (answer.id or "").startswith(ROR_PREFIX)]
    scores = np.array([score for score, _ in named])
    right = np.array([hit for _, hit in named])
    bins = np.minimum((scores * _BINS).astype(int), _BINS - 1) if named else scores
    return [{"score": float(scores[bins == one].mean()), "right": float(right[bins == one].mean()),
             "n": int((bins == one).sum())} for one in range(_BINS) if len(named) and (bins == one).any()]


def _exact(atlas: Atlas, questions: Sequence[_Question]) -> list[_Answer]:
    """Baseline: the one organisation of the country with this name, letter for letter but for case."""
    names = _names(atlas, str.lower)
    answers = []
    for one in questions:
        found = names.get((one.country, one.cells["name"].strip().lower()), set())
        answers.append(_Answer(next(iter(found)), 1.0, "match") if len(found) == 1 else _Answer(None, 0.0, "none"))
    return answers


def _nearest(atlas: Atlas, questions: Sequence[_Question]) -> list[_Answer]:
    """Baseline: the nearest name of the country by rapidfuzz's token sort ratio."""
    by_country: dict[str, dict[str, str]] = {}
    for (country, name), ids in _names(atlas, fold).items():
        by_country.setdefault(country, {})[name] = min(ids)
    answers = []
    for one in questions:
        names = by_country.get(one.country, {})
        found = process.extractOne(fold(one.cells["name"]), names.keys(), scorer=fuzz.token_sort_ratio,
                                   score_cutoff=_NEAREST)
        answers.append(_Answer(names[found[0]], found[1] / 100, "match") if found else _Answer(None, 0.0, "none"))
    return answers


def _names(atlas: Atlas, form: Callable[[str], str]) -> dict[tuple[str, str], set[str]]:
    names: dict[tuple[str, str], set[str]] = {}
    for row in atlas.rows("SELECT n.id, n.value, o.country FROM organisation_name AS n "
                          "JOIN organisation AS o USING (id) WHERE starts_with(n.id, ?)", [ROR_PREFIX]):
        names.setdefault((row["country"], form(row["value"])), set()).add(row["id"])
    return names
