"""The benchmark of the site: people who read at the same time, over an atlas of the whole mirror.

Each looks at a page for a while before the next; with ``--think 0`` nobody does, and what is measured is how much the
site bears.

It serves the site, waits until its workers are warm, and lets as many readers as asked follow addresses drawn
from the atlas by a seed: things, lists, questions with different requests, maps, networks, and the API. Printed is, for
pages and for the API, how long they waited, beside the bar of the issue.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from itertools import islice
from pathlib import Path
from statistics import quantiles

from addresses import addresses
from rich.table import Table

from openvalley.atlas.reader import open_atlas

sys.path.insert(0, str(Path(__file__).parent.parent))
from written import wide_console

#: What readers wait for at most, in milliseconds, 95 times in a hundred.
BARS = {"page": 150, "API": 100}
_PORT = 8437
#: The first HTTP status of a server's own mistakes, and that of a good answer.
_SERVERS_FAULT, _OK = 500, 200
#: Seconds until the workers must be ready, and how often in a row, for each of them, that must be said.
_PATIENCE, _IN_A_ROW = 300, 12
_SERVE = """
import sys
from pathlib import Path
from openvalley.settings import Settings
from openvalley.site.serve import run
run(Settings(home=Path(sys.argv[1])), "127.0.0.1", int(sys.argv[2]), int(sys.argv[3]),
    lambda url: print(url, flush=True))
"""

def main() -> None:
    """Serve, read, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="home folder with an atlas of the whole mirror")
    parser.add_argument("--readers", type=int, default=20, help="people who read at the same time")
    parser.add_argument("--each", type=int, default=60, help="addresses that each of them reads")
    parser.add_argument("--think", type=float, default=2.0, help="seconds that each looks at a page, on average")
    parser.add_argument("--workers", type=int, default=2, help="processes that answer")
    parser.add_argument("--once", action="store_true", help="read no address twice (else questions come back)")
    given = parser.parse_args()
    atlas = open_atlas(given.home)
    number = given.readers * given.each
    drawn = addresses(atlas, 2 * number)
    read = list(islice(dict.fromkeys(drawn) if given.once else drawn, number))
    atlas.close()
    with subprocess.Popen([sys.executable, "-c", _SERVE, str(given.home), str(_PORT), str(given.workers)],
                          stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            _wait(given.workers)
            shares = [read[number::given.readers] for number in range(given.readers)]
            began = time.perf_counter()
            with ThreadPoolExecutor(given.readers) as readers:
                reads = readers.map(_read, shares, [given.think] * given.readers, range(given.readers))
                waited = [entry for share in reads for entry in share]
            took = time.perf_counter() - began
        finally:
            server.terminate()
            server.wait(timeout=30)
    _print(waited, given.readers, took)


def _wait(workers: int) -> None:
    """Wait until every worker is warm: each connection reaches any of them, so many in a row must be told so."""
    ready, until = 0, time.monotonic() + _PATIENCE
    while ready < _IN_A_ROW * workers:
        if time.monotonic() > until:
            raise TimeoutError(f"The site is not ready after {_PATIENCE} seconds.")
        connection = HTTPConnection("127.0.0.1", _PORT, timeout=60)
        connection.request("GET", "/readyz", headers={"Host": "localhost"})
        ready = ready + 1 if connection.getresponse().status == _OK else 0
        connection.close()
        if not ready:
            time.sleep(1)


def _read(share: Sequence[tuple[str, str]], think: float, reader: int) -> list[tuple[str, float, int, int]]:
    """Return, for each address, its kind, the seconds until it had come whole, its status and its bytes."""
    waited = []
    draw = random.Random(reader)
    connection = HTTPConnection("127.0.0.1", _PORT, timeout=60)
    for kind, address in share:
        time.sleep(draw.uniform(0, 2 * think))
        began = time.perf_counter()
        try:
            connection.request("GET", address, headers={"Host": "localhost", "Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            size, status = len(answer.read()), answer.status
        except (OSError, HTTPException):
            connection.close()
            size, status = 0, 599
        waited.append((kind, time.perf_counter() - began, status, size))
    connection.close()
    return waited


def _print(waited: Sequence[tuple[str, float, int, int]], readers: int, took: float) -> None:
    table = Table("what", "read", "errors", "median ms", "p95 ms", "bar ms", "largest kB (compressed)",
                  title=f"{readers} readers at once, {len(waited) / took:.0f} answers a second")
    groups: dict[str, list[tuple[float, int, int]]] = defaultdict(list)
    for kind, seconds, status, size in waited:
        groups[kind].append((seconds, status, size))
        if kind != "API":
            groups["page"].append((seconds, status, size))
    for kind, entries in sorted(groups.items(), key=lambda pair: (pair[0] not in BARS, pair[0])):
        cuts = quantiles([1000 * seconds for seconds, _, _ in entries], n=20) if len(entries) > 1 else [0.0] * 19
        errors = sum(status >= _SERVERS_FAULT for _, status, _ in entries)
        table.add_row(kind, str(len(entries)), str(errors), f"{cuts[9]:.0f}", f"{cuts[18]:.0f}",
                      str(BARS.get(kind, "")), f"{max(size for _, _, size in entries) / 1000:.0f}")
    wide_console().print(table)


if __name__ == "__main__":
    main()
