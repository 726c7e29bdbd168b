"""up and serve."""

import sys

from openvalley import pipeline
from openvalley.cli.edge import Edge


def up(edge: Edge, port: int) -> None:
    """Build the starter atlas if there is none, then serve on this machine."""
    with edge.progress() as report:
        built = pipeline.ensure_built(edge.settings, report)
    if built:
        edge.console.print("Starter atlas built from the region pack.")
    serve(edge, "127.0.0.1", port, 1)


def serve(edge: Edge, host: str, port: int, workers: int) -> None:
    """Serve the site until it is stopped."""
    from openvalley.site.serve import run  # noqa: PLC0415 - Django is imported only to serve

    pipeline.current_manifest(edge.settings)
    run(edge.settings, host, port, workers, announce)


def announce(address: str) -> None:
    """Say where the site is served and, to a person, how to stop it."""
    sys.stdout.write(f"{address}\n")
    if sys.stdout.isatty():
        sys.stdout.write("Stop it with Ctrl-C.\n")
    sys.stdout.flush()
