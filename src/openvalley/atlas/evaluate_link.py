"""Evaluating linking: a labelled list of organisations, beside what one would use instead.

What counts as right, and how each metric is defined, stands in `openvalley.atlas.link_scoring`. Baselines get a favour:
the likeness from which the nearest name counts is chosen where its F1 is best on the very list.
"""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow as pa
from rapidfuzz import fuzz, process

from openvalley.atlas.evaluate import lineage
from openvalley.atlas.link_scoring import Answer, Question, best_threshold, decided, read_questions, reliability, scores
from openvalley.atlas.linking import link_index
from openvalley.atlas.reader import Atlas
from openvalley.progress import Report
from openvalley.resolve.link import COLUMNS, METHOD, Linker
from openvalley.resolve.normalise import fold
from openvalley.vocabulary.identifiers import ROR_PREFIX

#: Likeness (0 to 100) below which the baseline does not look: far below where its F1 is best on any of our lists.
_LEAST = 60


def evaluate_link(atlas: Atlas, gold: Path, report: Report) -> dict[str, Any]:
    """Measure linking and its baselines on a labelled list.

    Args:
        atlas: the atlas to link against.
        gold: CSV with ``name``, any of city, country, website and vat, and ``ror_ids`` (``;`` between ids of which any
            is right) or ``ror_id``; empty where there is no ROR record.
        report: progress.

    Returns:
        ``{"task", "n", "model": {precision, recall, f1, none_recall, review_share, ece, rows_per_second}, "baselines":
        {name: {...}}, "by_country": {code: {n, precision, recall, f1}}, "reliability": [{score, right, n}]}``. Shares
        are 0 to 1; the time leaves out loading the names of the countries.

    Raises:
        BadInput: the file is missing, is no CSV in UTF-8, lacks the columns, or has no rows.

    """
    questions = read_questions(gold, lineage(atlas))
    columns = [column for column in COLUMNS if column != "pic"]
    asked = pa.table({column: [one.cells.get(column) or "" for one in questions] for column in columns})
    linker = Linker(link_index(atlas))
    report("loading names", 0, None)
    linker.load({one.country for one in questions})
    report("linking", 0, len(questions))
    begun = perf_counter()
    rows = linker.link(asked).to_pylist()
    took = perf_counter() - begun
    ours = [Answer(row["match_id"], row["score"], row["decision"]) for row in rows]
    baselines = {}
    for name, prepare in (("exact name", _exact), ("nearest name (rapidfuzz)", _nearest)):
        report(f"measuring {name}", 0, len(questions))
        answered = prepare(atlas)
        begun = perf_counter()
        answers = [answered(one) for one in questions]
        seconds = perf_counter() - begun
        answers = decided(answers, best_threshold(questions, answers))
        baselines[name] = scores(questions, answers) | {"rows_per_second": len(questions) / seconds}
    by_country = {}
    for code in sorted({one.country for one in questions if one.country}):
        chosen = [(one, answer) for one, answer in zip(questions, ours, strict=True) if one.country == code]
        shares = scores([one for one, _ in chosen], [answer for _, answer in chosen])
        by_country[code] = {"n": len(chosen), **{name: shares[name] for name in ("precision", "recall", "f1")}}
    return {"task": "link", "n": len(questions), "atlas_version": atlas.version, "method": METHOD,
            "model": scores(questions, ours) | {"rows_per_second": len(questions) / took},
            "baselines": baselines, "by_country": by_country, "reliability": reliability(questions, ours)}


def _exact(atlas: Atlas) -> Callable[[Question], Answer]:
    """Baseline: the one organisation of the country with this name, letter for letter but for case."""
    names = _names(atlas, str.lower)

    def answer(question: Question) -> Answer:
        found = names.get(question.country, {}).get(question.cells["name"].strip().lower(), set())
        return Answer(next(iter(found)), 1.0, "match") if len(found) == 1 else Answer(None, 0.0, "none")

    return answer


def _nearest(atlas: Atlas) -> Callable[[Question], Answer]:
    """Baseline: the nearest name of the country by rapidfuzz's token sort ratio."""
    names = {country: {name: min(ids) for name, ids in known.items()} for country, known in _names(atlas, fold).items()}

    def answer(question: Question) -> Answer:
        known = names.get(question.country, {})
        found = process.extractOne(fold(question.cells["name"]), known.keys(), scorer=fuzz.token_sort_ratio,
                                   score_cutoff=_LEAST)
        return Answer(known[found[0]], found[1] / 100, "match") if found else Answer(None, 0.0, "none")

    return answer


def _names(atlas: Atlas, form: Callable[[str], str]) -> dict[str, dict[str, set[str]]]:
    """Return who bears each name of ROR's organisations, by country; by the empty country those of all."""
    names: dict[str, dict[str, set[str]]] = {}
    for row in atlas.rows("SELECT n.id, n.value, o.country FROM organisation_name AS n "
                          "JOIN organisation AS o USING (id) WHERE starts_with(n.id, ?)", [ROR_PREFIX]):
        for country in (row["country"], ""):
            names.setdefault(country, {}).setdefault(form(row["value"]), set()).add(row["id"])
    return names
