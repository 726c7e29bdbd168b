"""Evaluating search: a gold list of queries with the right organisations, beside what one would use instead."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

from openvalley.atlas.lists import by_column
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.progress import Report
from openvalley.vocabulary.identifiers import ROR_PREFIX

#: How deep a right answer is looked for.
_DEPTH = 20
_QUERY_COLUMNS = ("query", "name")

#: Answers a query with ids, best first.
Ranker = Callable[[str], Sequence[str]]


def evaluate_search(atlas: Atlas, gold: Path, report: Report) -> dict[str, Any]:
    """Measure search and its baselines on a gold list.

    Args:
        atlas: the atlas to search.
        gold: CSV with ``query`` (or ``name``) and ``ror_ids`` (``;`` between ids of which any is right). Rows
            without an id ask for what is not there and are left out.
        report: progress.

    Returns:
        ``{"task", "n", "model": {hits_at_1, hits_at_5, mrr, p95_ms}, "baselines": {name: {...}}}``; rates 0 to 1.

    Raises:
        BadInput: the file is missing, lacks the columns, or no row has an answer.

    """
    questions = _questions(gold)
    kin = lineage(atlas)
    right = [(query, set().union(*(kin.get(known, {known}) for known in ids))) for query, ids in questions]
    rankers: dict[str, Ranker] = {
        "openvalley": lambda query: [hit.id for hit in atlas.search(
            query, types=["organisation"], limit=_DEPTH).items],
        "exact name": _exact(atlas),
        "full text (BM25)": lambda query: atlas.plain_search(query, _DEPTH),
    }
    measured = {name: _measure(name, ranker, right, report) for name, ranker in rankers.items()}
    return {"task": "search", "n": len(right), "atlas_version": atlas.version, "model": measured.pop("openvalley"),
            "baselines": measured}


def _questions(gold: Path) -> list[tuple[str, list[str]]]:
    with by_column(gold, "Give a CSV with the columns query and ror_ids.") as reader:
        column = next((name for name in _QUERY_COLUMNS if name in (reader.fieldnames or ())), None)
        if column is None or "ror_ids" not in (reader.fieldnames or ()):
            raise BadInput(f"{gold} lacks the columns query (or name) and ror_ids.", hint="Its first line names them.")
        rows = [(row[column], split_ids(row["ror_ids"])) for row in reader]
    answered = [(query, ids) for query, ids in rows if ids and query.strip()]
    if not answered:
        raise BadInput(f"No row of {gold} has an answer.", hint="Fill the column ror_ids.")
    return answered


def split_ids(cell: str) -> list[str]:
    """Return the ids of a cell of a gold list; ``;`` stands between them."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def lineage(atlas: Atlas) -> Mapping[str, set[str]]:
    """Return for each id the ids that are as right: where it redirects to, its predecessors and successors."""
    related: dict[str, set[str]] = {}
    for row in atlas.rows("SELECT id, target FROM redirect WHERE target IS NOT NULL AND starts_with(id, ?) "
                          "UNION ALL SELECT subject, value FROM claim WHERE property = 'successor'", [ROR_PREFIX]):
        for one, other in ((row["id"], row["target"]), (row["target"], row["id"])):
            related.setdefault(one, {one}).add(other)
    return related


def _exact(atlas: Atlas) -> Ranker:
    """Baseline: the organisations that have the query as a name, letter for letter but for case."""

    def rank(query: str) -> list[str]:
        rows = atlas.rows("SELECT DISTINCT id FROM organisation_name WHERE lower(value) = lower(?) ORDER BY id LIMIT ?",
                          [query.strip(), _DEPTH])
        return [row["id"] for row in rows]

    return rank


def _measure(name: str, ranker: Ranker, right: Sequence[tuple[str, set[str]]], report: Report) -> dict[str, float]:
    ranks: list[int | None] = []
    times = []
    for done, (query, ids) in enumerate(right):
        if done % 100 == 0:
            report(f"measuring {name}", done, len(right))
        begun = perf_counter()
        found = ranker(query)
        times.append((perf_counter() - begun) * 1000)
        ranks.append(next((place for place, known in enumerate(found, 1) if known in ids), None))
    total = len(ranks)
    return {
        "hits_at_1": sum(rank == 1 for rank in ranks) / total,
        "hits_at_5": sum(rank is not None and rank <= 5 for rank in ranks) / total,  # noqa: PLR2004 - hits at 5
        "mrr": sum(1 / rank for rank in ranks if rank) / total,
        "p95_ms": quantiles(times, n=20)[-1] if total > 1 else times[0],
    }
