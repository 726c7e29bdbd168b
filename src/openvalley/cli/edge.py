"""The edge of the command line: settings from the environment, progress, printing, and errors as exit status."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

import typer

from openvalley.errors import BadInput, OpenValleyError
from openvalley.progress import Report
from openvalley.settings import Settings, settings_from

if TYPE_CHECKING:
    from rich.console import Console

HomeOption = Annotated[Path | None, typer.Option("--home", help="Folder that holds archive, records and atlas "
                                                                "(default: OPENVALLEY_HOME, else your data folder).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
LanguageOption = Annotated[str, typer.Option("--language", help="Language of the answer: en, nl, fr or de.")]

#: Exit status by error code, as scripts rely on it; a code that is not listed is bad input.
EXIT = {
    "source_unavailable": 4, "source_changed": 4, "source_unreadable": 4, "home_busy": 4, "storage_failed": 4,
    "nothing_built": 5,
}
_BAD_INPUT = 3
_USAGE = 2
#: What a shell reports for a process that Ctrl-C ended.
_INTERRUPTED = 130
#: What a shell reports for a process whose reader went away.
_BROKEN_PIPE = 141


@dataclass(frozen=True)
class Edge:
    """What a verb works with: the settings, and how to print."""

    settings: Settings
    as_json: bool

    @classmethod
    def of(cls, context: typer.Context, home: Path | None, *, as_json: bool = False) -> Self:
        """Read the settings; a home after the verb beats one before it.

        Raises:
            BadInput: the home is a file.

        """
        settings = settings_from(os.environ, home or context.obj)
        if settings.home.exists() and not settings.home.is_dir():
            raise BadInput(f"{settings.home} is a file.", hint="Give a folder with --home or OPENVALLEY_HOME.")
        return cls(settings, as_json)

    @property
    def console(self) -> "Console":
        """A console on standard output."""
        from rich.console import Console  # noqa: PLC0415 - lazy: --json needs none

        return Console(highlight=False)

    def print_json(self, content: Mapping[str, Any]) -> None:
        """Print one JSON document."""
        sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2, default=_plain) + "\n")

    @contextmanager
    def progress(self) -> Iterator[Report]:
        """Show progress on standard error while long work runs; silent where nobody watches."""
        if not sys.stderr.isatty():
            yield lambda _what, _done, _total: None
            return
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        with Progress(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
                      console=Console(stderr=True), transient=True) as bars:
            task = bars.add_task("starting", total=None)
            yield lambda what, done, total: bars.update(task, description=what, completed=done, total=total)


def run_guarded(app: typer.Typer) -> int:
    """Run the app and return its exit status; no error of ours ends in a traceback."""
    try:
        status = _run(app)
    except typer.TyperException as problem:
        if not str(problem):
            return _USAGE
        error = {"code": "usage", "message": str(problem), "hint": "Run the command with --help."}
        status = _USAGE
    except OpenValleyError as problem:
        error = {"code": problem.code, "message": problem.message, "hint": problem.hint}
        status = EXIT.get(problem.code, _BAD_INPUT)
    else:
        if status != _INTERRUPTED:
            return status
        error = {"code": "interrupted", "message": "Stopped; everything is as it was.", "hint": ""}
    return _say(error, status, as_json="--json" in sys.argv)


def _run(app: typer.Typer) -> int:
    """Run the app; an interruption and a reader that went away are statuses, in whatever way they are said."""
    try:
        status = app(standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except RuntimeError as problem:
        if interrupted(problem):
            return _INTERRUPTED
        raise
    except BrokenPipeError:
        sys.stdout = None
        return _BROKEN_PIPE
    except SystemExit as leaving:
        # Typer's way to leave when its reader went away.
        if isinstance(leaving.__context__, BrokenPipeError):
            return _BROKEN_PIPE
        raise
    return status if isinstance(status, int) else 0


def interrupted(problem: BaseException) -> bool:
    """Tell whether somebody pressed Ctrl-C; during a query DuckDB says so in its own way."""
    return isinstance(problem, KeyboardInterrupt) or isinstance(problem.__cause__, KeyboardInterrupt)


def _say(error: Mapping[str, str], status: int, *, as_json: bool) -> int:
    if as_json:
        sys.stdout.write(json.dumps({"error": error}, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stderr.write(f"openvalley: {error['message']}\n")
        if error["hint"]:
            sys.stderr.write(f"  {error['hint']}\n")
    return status


def _plain(value: object) -> object:
    """Return what JSON has no form for as what it has: dataclasses as objects, dates and paths as text."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
