"""disputes: what readers say is wrong, listed and decided; and what `show` says of them."""

import dataclasses
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import typer
from rich.markup import escape

from openvalley.atlas.disputed import every_dispute, subject_of
from openvalley.atlas.pack_corrections import accept as accept_dispute
from openvalley.atlas.pack_corrections import corrected
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.atlas.row_corrections import Standing
from openvalley.cli.edge import Edge
from openvalley.resolve.curator_decisions import CuratorDecision, State
from openvalley.resolve.disputes import Dispute, DisputeStore, unknown
from openvalley.storage import CURRENT

#: What a decision is called when it was made.
_DONE = {State.ACCEPTED: "accepted", State.REJECTED: "rejected", State.OPEN: "open again"}


def disputes(edge: Edge, *, everything: bool) -> None:
    """List disputes, oldest first: those that wait for a curator, or all."""
    found = every_dispute(edge.settings)
    waiting = [dispute for dispute in found if dispute.state is State.OPEN]
    listed = found if everything else waiting
    atlas = open_atlas(edge.settings.home) if (edge.settings.atlases / CURRENT).exists() else None
    if edge.as_json:
        edge.print_json({"open": len(waiting), "total": len(found),
                         "disputes": [as_data(dispute, atlas) for dispute in listed]})
        return
    for dispute in listed:
        subject = subject_of(atlas, dispute)
        name = f"[bold]{escape(subject.name)}[/]  " if subject.name else ""
        edge.console.print(f"[bold]{dispute.number}[/]  {dispute.at[:10]}  {name}{escape(subject.id)}")
        _print(edge, dispute)
    if not listed:
        edge.console.print("No dispute waits for a curator." if found else "Nobody has disputed anything.")
    elif waiting:
        edge.console.print("Decide with: openvalley disputes accept NUMBER --why TEXT, or reject NUMBER --why TEXT")


def decide(edge: Edge, number: int, decision: CuratorDecision) -> None:
    """Enter a decision and say what it means.

    Raises:
        BadInput: there is no such dispute, or the decision cannot be taken.

    """
    if not edge.settings.judgements.exists():
        raise unknown(number)
    dispute = DisputeStore(edge.settings.judgements).decide(number, decision)
    if edge.as_json:
        edge.print_json({"dispute": as_data(dispute, None)})
        return
    edge.console.print(f"Dispute {number} is {_DONE[decision.state]}.")
    if decision.state is State.ACCEPTED:
        edge.console.print("No fact has changed by this: correct the region pack, or tell the register.")


def accept(edge: Edge, number: int, decision: CuratorDecision, value: str) -> None:
    """Accept a dispute, and keep what the pack then says.

    Raises:
        BadInput: there is no such dispute, or decision or value cannot be taken.

    """
    if not value:
        decide(edge, number, decision)
        return
    if not edge.settings.judgements.exists():
        raise unknown(number)
    atlas = open_atlas(edge.settings.home) if (edge.settings.atlases / CURRENT).exists() else None
    dispute = accept_dispute(edge.settings, number, decision, value, atlas)
    if edge.as_json:
        edge.print_json({"dispute": as_data(dispute, None)})
    else:
        edge.console.print(f"Dispute {number} is accepted; the pack is corrected with: openvalley disputes patch")


def patch(edge: Edge) -> None:
    """Print the difference that accepted corrections make to the pack's tables.

    Raises:
        NothingBuilt: there is no atlas that says which row an organisation is.

    """
    with closing(open_atlas(edge.settings.home)) as atlas:
        found = corrected(atlas, edge.settings)
    if edge.as_json:
        edge.print_json({"difference": found.difference, "corrections": [
            {"dispute": one.dispute.number, "id": one.subject, "name": one.name, "table": one.table,
             **dataclasses.asdict(one.place)} for one in found.placed], "rows": [
            {"proposal": row.proposal.number, "table": row.table, "key": row.key, "cells": dict(row.cells),
             "standing": row.standing.value} for row in found.rows]})
        return
    typer.echo(found.difference, nl=False)
    for one in found.placed:
        if one.place.standing is Standing.IMPOSSIBLE:
            typer.echo(f"Dispute {one.dispute.number}: {one.name} has no row in the pack, and can get none.", err=True)
    if not found.difference:
        typer.echo("No correction waits for the pack.", err=True)


def mention(edge: Edge, found: Sequence[Dispute], *, whole: bool) -> None:
    """Say below an organisation how many of its facts are disputed, or list what is said."""
    waiting = sum(dispute.state is State.OPEN for dispute in found)
    if not found:
        return
    edge.console.print(f"  disputes: {waiting} open, {len(found) - waiting} decided"
                       f"{'' if whole else ' (listed with --claims)'}")
    for dispute in found if whole else ():
        edge.console.print(f"  [bold]{dispute.number}[/]  {dispute.at[:10]}")
        _print(edge, dispute)


def as_data(dispute: Dispute, atlas: Atlas | None) -> dict[str, Any]:
    """Return a dispute for ``--json``: what was sent, whom it is about now, and every decision."""
    subject = subject_of(atlas, dispute)
    return {
        "number": dispute.number, "at": dispute.at, "state": dispute.state.value, "id": subject.id,
        "name": subject.name, **dataclasses.asdict(dispute.sent),
        "decisions": [dataclasses.asdict(decision) for decision in dispute.decisions],
    }


def _print(edge: Edge, dispute: Dispute) -> None:
    sent = dispute.sent
    shown = f" shows {escape(sent.shown)!r}" if sent.shown else ""
    edge.console.print(f"    {sent.property}{shown}; said to be right: {escape(sent.says)}")
    if sent.link:
        edge.console.print(f"    see {escape(sent.link)}")
    for decision in dispute.decisions:
        edge.console.print(f"    {_DONE[decision.state]} {decision.at[:10]} by {escape(decision.by)}: "
                           f"{escape(decision.why)}")
