"""What an answer of the site costs: milliseconds of a processor, by kind of page, in one warm process.

It asks for the same addresses as run.py, one after the other; waiting counts for nothing, so that the figures hold on a
machine that does other work as well. ``--again`` asks for all of them a second time: what a process remembers of them.
"""

import argparse
import logging
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from statistics import mean, quantiles
from urllib.parse import urlsplit

from addresses import addresses
from rich.table import Table

from openvalley.atlas.reader import open_atlas
from openvalley.settings import Settings
from openvalley.site.preparation import prepare

sys.path.insert(0, str(Path(__file__).parent.parent))
from written import wide_console

#: Seconds that a process may take until it is warm.
_PATIENCE = 300


def main() -> None:
    """Warm up, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="home folder with an atlas of the whole mirror")
    parser.add_argument("--addresses", type=int, default=400, help="how many are asked for")
    parser.add_argument("--again", action="store_true", help="ask for them a second time as well")
    given = parser.parse_args()
    os.environ["OPENVALLEY_HOME"] = str(given.home)
    prepare(Settings(home=given.home))
    atlas = open_atlas(given.home)
    asked = list(islice(dict.fromkeys(addresses(atlas, 2 * given.addresses)), given.addresses))  # none of them twice
    atlas.close()
    ask = _asking()
    _print(_ask(ask, asked), "for the first time")
    if given.again:
        _print(_ask(ask, asked), "again")


def _asking() -> Callable[[str], int]:
    """Return what asks the application, once it is warm, for an address, and returns the status of its answer."""
    from django.test import Client  # noqa: PLC0415 - Django reads its settings when it is imported

    from openvalley.site import wsgi  # noqa: PLC0415 - the same; importing it warms up
    from openvalley.site.readiness import is_warm  # noqa: PLC0415 - the same

    logging.disable(logging.CRITICAL)
    del wsgi
    until = time.monotonic() + _PATIENCE
    client = Client(headers={"host": "localhost", "accept-encoding": "gzip"})
    while client.get("/readyz").status_code != 200 or not is_warm():  # noqa: PLR2004 - HTTP's own number
        if time.monotonic() > until:
            raise TimeoutError(f"The process is not warm after {_PATIENCE} seconds.")
        time.sleep(1)
    return lambda address: int(client.get(address).status_code)


def _ask(ask: Callable[[str], int], asked: Sequence[tuple[str, str]]) -> dict[str, list[float]]:
    """Return, by kind, what each answer cost in milliseconds of all threads of the process."""
    costs = defaultdict(list)
    for kind, address in asked:
        began = time.process_time()
        status = ask(address)
        cost = 1000 * (time.process_time() - began)
        if status != 200:  # noqa: PLR2004 - HTTP's own number
            raise RuntimeError(f"{address} answered {status}.")
        name = urlsplit(address).path.rpartition("/")[2]
        costs[f"{kind} {name}" if kind in {"question", "API"} else kind].append(cost)
        costs["API" if kind == "API" else "page"].append(cost)
    return costs


def _print(costs: dict[str, list[float]], when: str) -> None:
    table = Table("what", "asked", "mean ms", "p95 ms", "most ms", title=f"Milliseconds of a processor, {when}")
    for kind, entries in sorted(costs.items(), key=lambda pair: (pair[0] not in {"page", "API"}, pair[0])):
        high = quantiles(entries, n=20)[18] if len(entries) > 1 else entries[0]
        table.add_row(kind, str(len(entries)), f"{mean(entries):.0f}", f"{high:.0f}", f"{max(entries):.0f}")
    wide_console().print(table)


if __name__ == "__main__":
    main()
