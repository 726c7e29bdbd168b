"""mcp: the atlas for an assistant, on standard input and output."""

from typing import TYPE_CHECKING

import typer

from openvalley.cli.edge import Edge, HomeOption
from openvalley.errors import ExtraMissing

if TYPE_CHECKING:
    from openvalley.settings import Settings


def mcp(context: typer.Context, home: HomeOption = None) -> None:
    """Serve the atlas to an assistant: search, show and the questions, over the Model Context Protocol (stdio)."""
    settings = Edge.of(context, home).settings
    _serve(settings)


def _serve(settings: "Settings") -> None:
    """Serve until the assistant goes away.

    Raises:
        ExtraMissing: the extra is not installed.

    """
    try:
        from openvalley.assistant.server import server  # noqa: PLC0415 - loads the protocol's library
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in {"mcp", "mcp_types"}:
            raise
        raise ExtraMissing("The library of the Model Context Protocol is not installed.",
                           hint="Install it with: pip install 'openvalley[mcp]'") from missing
    server(settings).run("stdio")
