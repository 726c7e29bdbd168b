"""disputes: what readers say is wrong, listed and decided about."""

from collections.abc import Callable
from typing import Annotated

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption

disputes_app = typer.Typer(help="List what readers say is wrong, and decide about it.")

DisputeNumber = Annotated[int, typer.Argument(metavar="NUMBER", help="The dispute's number in the list.", min=1)]
DisputeReason = Annotated[str, typer.Option("--why", help="The reason; readers see it on the page.")]
DisputeJudge = Annotated[str, typer.Option("--by", help="Who decides; kept, but not shown on the page.")]


@disputes_app.callback(invoke_without_command=True)
def disputes(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all/--open", help="Those already decided too, or (default) only those "
                                                                  "that wait.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what readers say is wrong, oldest first; with accept, reject or reopen: decide about one."""
    context.obj = home or context.obj
    if context.invoked_subcommand is None:
        from openvalley.cli.disputing import disputes as answer  # noqa: PLC0415

        answer(Edge.of(context, home, as_json=as_json), everything=everything)


def _decision(state: str) -> Callable[..., None]:
    """Return the verb that gives a dispute this state: accept, reject and reopen differ in nothing else."""
    def decide(
        context: typer.Context, number: DisputeNumber, why: DisputeReason, by: DisputeJudge = "curator",
        home: HomeOption = None, as_json: JsonOption = False,
    ) -> None:
        from openvalley.cli.disputing import decide as answer  # noqa: PLC0415
        from openvalley.resolve.curator_decisions import CuratorDecision, State  # noqa: PLC0415

        answer(Edge.of(context, home, as_json=as_json), number, CuratorDecision(State(state), by, why))

    return decide


@disputes_app.command("accept")
def accept(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    context: typer.Context, number: DisputeNumber, why: DisputeReason, by: DisputeJudge = "curator",
    value: Annotated[str, typer.Option("--value", help="What the region pack then says, in one cell's words; a hyphen "
                                                       "empties the cell.")] = "",
    home: HomeOption = None, as_json: JsonOption = False,
) -> None:
    """Agree with a dispute; no fact changes by this, but with --value it becomes a correction of the region pack."""
    from openvalley.cli.disputing import accept as answer  # noqa: PLC0415
    from openvalley.resolve.curator_decisions import CuratorDecision, State  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), number, CuratorDecision(State.ACCEPTED, by, why), value)


@disputes_app.command("patch")
def patch(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Print what accepted corrections change in the pack's tables, for `git apply` or `patch -p1` above its folder."""
    from openvalley.cli.disputing import patch as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json))


disputes_app.command("reject", help="Disagree with a dispute: what was sent is no longer shown.")(_decision("rejected"))
disputes_app.command("reopen", help="Take a decision back: the dispute waits again.")(_decision("open"))
