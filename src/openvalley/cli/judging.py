"""judgements: what people decided about who is who, listed, written to a file and taken from one."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from rich.markup import escape

from openvalley.atlas import judgement_file
from openvalley.atlas.contradicted import Contradiction, contradictions, judged
from openvalley.atlas.lists import writable
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.cli.edge import EXIT, Edge
from openvalley.errors import BadInput
from openvalley.resolve.judged_mentions import mention_of
from openvalley.resolve.judgement import Judgement
from openvalley.resolve.judgements import JudgementStore
from openvalley.storage import CURRENT, storage_errors

#: Bad lines that the terminal shows; --json has all.
_LINES = 20
#: Exit status of bad input.
_BAD = 3


def list_judgements(edge: Edge, *, everything: bool) -> None:
    """List judgements with the names of what they are about, and what is said against them."""
    store = _store(edge)
    history = store.history() if store else []
    holding = store.in_force() if store else []
    listed = sorted(history, key=lambda judgement: (judgement.at, *judgement.pair)) if everything else holding
    atlas = open_atlas(edge.settings.home) if (edge.settings.atlases / CURRENT).exists() else None
    against = contradictions(atlas, edge.settings) if atlas else []
    names = _names(atlas, listed)
    conflicting = judgement_file.told(holding)
    if edge.as_json:
        edge.print_json({
            "standing": len(holding), "total": len(history),
            "judgements": [_as_data(judgement, names, holds=judgement in holding) for judgement in listed],
            "contradictions": [as_data(entry) for entry in against], "conflicts": conflicting})
        return
    for judgement in listed:
        taken_back = "" if judgement in holding else "  (holds no more)"
        edge.console.print(f"{judgement.at[:10]}  [bold]{escape(_named(judgement, names))}[/]{taken_back}")
        edge.console.print(f"    {escape(judged(judgement))}; by {escape(judgement.judge)}: {escape(judgement.why)}",
                           soft_wrap=True)
    if not listed:
        edge.console.print("Nobody has judged anything." if not history else "No judgement holds.")
    print_contradictions(edge, against)
    for words in conflicting:
        edge.console.print(f"Not all of these can be true: {escape(words)}", soft_wrap=True)


def export_judgements(edge: Edge, target: str) -> None:
    """Write every judgement as CSV, to a file by one rename or to standard output."""
    store = _store(edge)
    history = store.history() if store else []
    text = judgement_file.export_judgements(history)
    if target == "-":
        sys.stdout.write(text)
        return
    path = Path(target)
    writable(path)
    temporary = path.with_name(f".{path.name}.part")
    try:
        with storage_errors(path):
            temporary.write_text(text, encoding="utf-8", newline="")
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    if edge.as_json:
        edge.print_json({"judgements": len(history), "file": str(path)})
    else:
        edge.console.print(f"{len(history):,} judgements written to {escape(str(path))}")


def import_judgements(edge: Edge, source: Path) -> None:
    """Take judgements from a file and say what became of it; a file with bad lines is left alone, line by line.

    Raises:
        BadInput: it is no such file.

    """
    result = judgement_file.import_judgements(source, JudgementStore(edge.settings.judgements))
    problem = BadInput(f"{len(result.faults)} lines of {source} cannot be taken; nothing was imported.",
                       hint="Correct these lines and import the file again.")
    if edge.as_json:
        error = {"error": {"code": problem.code, "message": problem.message, "hint": problem.hint}}
        edge.print_json({"added": result.added, "known": result.known, "conflicts": result.conflicts,
                         "lines": [asdict(fault) for fault in result.faults], **(error if result.faults else {})})
        if result.faults:
            raise typer.Exit(EXIT.get(problem.code, _BAD))
        return
    for fault in result.faults[:_LINES]:
        edge.console.print(f"line {fault.line}: {escape(fault.reason)}", soft_wrap=True)
    if len(result.faults) > _LINES:
        edge.console.print(f"... and {len(result.faults) - _LINES:,} more; --json lists all.")
    if result.faults:
        raise problem
    edge.console.print(f"{result.added:,} judgements added, {result.known:,} were there already."
                       f"{' The next build heeds them.' if result.added else ''}")
    for words in result.conflicts:
        edge.console.print(f"Not all of these can be true: {escape(words)}", soft_wrap=True)


def print_contradictions(edge: Edge, found: Sequence[Contradiction], most: int | None = None) -> None:
    """Say which judgements registers contradict, and where to look at them.

    Args:
        edge: where to print.
        found: the contradictions.
        most: how many are printed at most; None: all.

    """
    for contradiction in found[:most]:
        edge.console.print(f"[bold]contradiction[/]: {escape(contradiction.words)}", soft_wrap=True)
    if most is not None and len(found) > most:
        edge.console.print(f"... and {len(found) - most:,} more.")
    if found:
        edge.console.print("Look at them with: openvalley review")


def as_data(contradiction: Contradiction) -> dict[str, Any]:
    """Return a contradiction for ``--json``."""
    judgement = contradiction.judgement
    return {"left": judgement.left, "right": judgement.right, "decision": judgement.decision.value,
            "judge": judgement.judge, "at": judgement.at, "why": judgement.why,
            "registers_say": [{**asdict(said), "words": said.words} for said in contradiction.said]}


def _store(edge: Edge) -> JudgementStore | None:
    """Open the store where there is one: looking makes none."""
    return JudgementStore(edge.settings.judgements) if edge.settings.judgements.exists() else None


def _names(atlas: Atlas | None, judgements: Sequence[Judgement]) -> Mapping[str, str]:
    """Return what the organisations of records are called."""
    if atlas is None or not judgements:
        return {}
    records = sorted({record for judgement in judgements for record in judgement.pair if record})
    rows = atlas.rows("SELECT i.record, o.name FROM identity AS i JOIN organisation AS o ON o.id = i.id "
                      "WHERE i.record IN (SELECT unnest(?)) AND o.name IS NOT NULL", [records])
    return {row["record"]: row["name"] for row in rows}


def _named(judgement: Judgement, names: Mapping[str, str]) -> str:
    left, right = (names.get(record) or (mention.text if (mention := mention_of(record)) else record)
                   for record in judgement.pair)
    return f"{judgement.decision.value}: {left}{f' / {right}' if right else ''}"


def _as_data(judgement: Judgement, names: Mapping[str, str], *, holds: bool) -> dict[str, Any]:
    return {**asdict(judgement), "decision": judgement.decision.value, "holds": holds,
            "left_name": names.get(judgement.left), "right_name": names.get(judgement.right)}
