"""Evaluating linking of raw affiliations: labelled strings with sets of organisations, beside exact names.

Shares are micro-averaged over all ids of all strings; F1 is also averaged over strings, as published figures are. An
id's predecessor or successor is as right as itself; an organisation that only another register knows is no claim about
ROR.
"""

import csv
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from openvalley.atlas.evaluate import lineage, split_ids
from openvalley.atlas.lists import by_column
from openvalley.atlas.raw_linking import raw_column, raw_index
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.progress import Report
from openvalley.resolve.raw.choosing import MATCH
from openvalley.resolve.raw.linking import METHOD, RawLinker
from openvalley.resolve.raw.splitting import split
from openvalley.vocabulary.identifiers import ROR_PREFIX

#: Where the baseline takes a string apart: at commas, semicolons, bars and line breaks.
_PIECES = re.compile(r"[,;|\n]")


@dataclass(frozen=True)
class RawQuestion:
    """A labelled string: for each id that its list gives, the ids that are as right as it."""

    text: str
    given: Sequence[frozenset[str]]

    @property
    def right(self) -> frozenset[str]:
        """All ids that are right."""
        return frozenset().union(*self.given)


def is_raw(gold: Path) -> bool:
    """Whether a labelled list is one of strings: it has a column of strings and none of names."""
    if not gold.is_file():
        return False
    with gold.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        header = next(csv.reader(stream), [])
    return "name" not in header and bool({"affiliation", "raw"} & set(header))


def read_raw_questions(gold: Path, kin: Mapping[str, set[str]]) -> list[RawQuestion]:
    """Read a labelled list of strings.

    Args:
        gold: CSV with ``affiliation`` (or ``raw``, or ``name``) and ``ror_ids``, the set of ids with ``;`` between.
        kin: for each id those that are as right as itself (`openvalley.atlas.evaluate.lineage`).

    Raises:
        BadInput: the file is missing, is no CSV in UTF-8, lacks the columns, or has no rows.

    """
    with by_column(gold, "Give a CSV with the columns affiliation and ror_ids.") as reader:
        column = raw_column(list(reader.fieldnames or ()), gold)
        if "ror_ids" not in (reader.fieldnames or ()):
            raise BadInput(f"{gold} has no column ror_ids.", hint="It holds the right ids, with ; between them.")
        rows = [(row[column], split_ids(row["ror_ids"])) for row in reader]
    if not rows:
        raise BadInput(f"{gold} has no rows.", hint="Give at least one labelled string.")
    return [RawQuestion(text, [frozenset(kin.get(one, {one})) for one in dict.fromkeys(ids)]) for text, ids in rows]


def set_scores(questions: Sequence[RawQuestion], answers: Sequence[Collection[str]]) -> dict[str, float]:
    """Return how good sets of ids are, micro-averaged; shares, 0 to 1.

    - ``precision``: of the ids that are said, those that are right for their string;
    - ``recall``: of the ids that lists give, those that are said, themselves or a predecessor or successor;
    - ``f1``: their harmonic mean;
    - ``f1_by_row``: the F1 of each string, averaged; 1 where nothing is right and nothing is said (example-based F1);
    - ``none_recall``: of the strings without an id, those of which nothing is said; 1 where there are none;
    - ``whole``: of all strings, those with nothing wrong and nothing missing.
    """
    said = hits = given = found = whole = 0
    by_row: list[float] = []
    nothing: list[bool] = []
    for one, told in zip(questions, answers, strict=True):
        ids = {id_ for id_ in told if id_.startswith(ROR_PREFIX)}
        right, reached = len(ids & one.right), sum(bool(like & ids) for like in one.given)
        said, hits, given, found = said + len(ids), hits + right, given + len(one.given), found + reached
        by_row.append((right + reached) / (len(ids) + len(one.given)) if ids or one.given else 1.0)
        whole += right == len(ids) and reached == len(one.given)
        if not one.given:
            nothing.append(not ids)
    precision, recall = hits / max(1, said), found / max(1, given)
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / max(1e-9, precision + recall),
            "f1_by_row": sum(by_row) / max(1, len(by_row)),
            "none_recall": sum(nothing) / len(nothing) if nothing else 1.0, "whole": whole / max(1, len(questions))}


def evaluate_raw(atlas: Atlas, gold: Path, report: Report) -> dict[str, Any]:
    """Measure linking of raw affiliations and its baseline on a labelled list.

    Returns:
        ``{"task": "link-raw", "n", "atlas_version", "method", "model": {metrics of `set_scores`, rows_per_second},
        "baselines": {"exact name": ...}}``; the time leaves out loading names, which a first round does.

    Raises:
        BadInput: as `read_raw_questions`.

    """
    questions = read_raw_questions(gold, lineage(atlas))
    strings = [one.text for one in questions]
    report("loading names", 0, None)
    linker = RawLinker(raw_index(atlas))
    linker.named(strings)
    report("linking", 0, len(questions))
    begun = perf_counter()
    named = linker.named(strings)
    took = perf_counter() - begun
    ours = [[one.id for one in found if one.probability >= MATCH] for found in named]
    answered = exact_names(atlas)
    begun = perf_counter()
    exact = [answered(string) for string in strings]
    seconds = perf_counter() - begun
    return {
        "task": "link-raw", "n": len(questions), "atlas_version": atlas.version, "method": METHOD,
        "model": set_scores(questions, ours) | {"rows_per_second": len(questions) / took},
        "baselines": {"exact name": set_scores(questions, exact) | {"rows_per_second": len(questions) / seconds}},
    }


def exact_names(atlas: Atlas) -> Callable[[str], Collection[str]]:
    """Baseline: pieces between commas that are, but for case, the name of one organisation of the string's country.

    Where the string names no country, of the one organisation of the world.
    """
    names: dict[str, dict[str, set[str]]] = {}
    for row in atlas.rows("SELECT n.id, lower(n.value) AS name, o.country FROM organisation_name AS n "
                          "JOIN organisation AS o USING (id) WHERE starts_with(n.id, ?)", [ROR_PREFIX]):
        names.setdefault(row["name"], {}).setdefault(row["country"] or "", set()).add(row["id"])

    def answer(string: str) -> Collection[str]:
        named = split(string)
        here = named.countries if named.named else ()
        found: set[str] = set()
        for piece in _PIECES.split(string):
            bearers = names.get(piece.strip(" .").lower(), {})
            meant = set().union(*(bearers.get(code, set()) for code in here)) if here else set().union(
                *bearers.values())
            if len(meant) == 1:
                found |= meant
        return found

    return answer
