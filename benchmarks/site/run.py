"""The benchmark of the site: people who read at the same time, over an atlas of the whole mirror.

Each looks at a page for a while before the next; with ``--think 0`` nobody does, and what is measured is how much the
site bears.

It serves the site with two workers, waits until they are warm, and lets as many readers as asked follow addresses drawn
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
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote, urlencode

from rich.console import Console
from rich.table import Table

from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.site.pages.addresses import key_of

#: What readers wait for at most, in milliseconds, 95 times in a hundred.
BARS = {"page": 150, "API": 100}
_SEED = 20_261
_PORT = 8437
#: The first HTTP status of a server's own mistakes.
_SERVERS_FAULT = 500
_LANGUAGES = ("nl", "fr", "de", "en")
_SERVE = """
import sys
from pathlib import Path
from openvalley.settings import Settings
from openvalley.site.serve import run
run(Settings(home=Path(sys.argv[1])), "127.0.0.1", int(sys.argv[2]), 2, lambda url: print(url, flush=True))
"""
_WORDS = ("gene therapy", "mRNA", "antibody", "vaccine", "cell therapy", "lung cancer", "diabetes", "imaging", "CAR-T",
          "microbiome", "wearables", "fill and finish", "stem cells", "Alzheimer", "peptides", "clean room")


def main() -> None:
    """Serve, read, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="home folder with an atlas of the whole mirror")
    parser.add_argument("--readers", type=int, default=20, help="people who read at the same time")
    parser.add_argument("--each", type=int, default=60, help="addresses that each of them reads")
    parser.add_argument("--think", type=float, default=2.0, help="seconds that each looks at a page, on average")
    parser.add_argument("--warm", type=float, default=30.0, help="seconds given to the workers to warm up")
    given = parser.parse_args()
    atlas = open_atlas(given.home)
    addresses = list(_addresses(atlas, given.readers * given.each))
    atlas.close()
    with subprocess.Popen([sys.executable, "-c", _SERVE, str(given.home), str(_PORT)], stdout=subprocess.PIPE,
                          text=True, env=dict(os.environ)) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            time.sleep(given.warm)
            shares = [addresses[number::given.readers] for number in range(given.readers)]
            began = time.perf_counter()
            with ThreadPoolExecutor(given.readers) as readers:
                reads = readers.map(_read, shares, [given.think] * given.readers, range(given.readers))
                waited = [entry for share in reads for entry in share]
            took = time.perf_counter() - began
        finally:
            server.terminate()
            server.wait(timeout=30)
    _print(waited, given.readers, took)


def _addresses(atlas: Atlas, number: int) -> Iterator[tuple[str, str]]:
    """Yield kinds and addresses, drawn by a seed: two pages in three are things and lists, one a question."""
    draw = random.Random(_SEED)
    things = {kind: [row["id"] for row in atlas.rows(query)] for kind, query in _THINGS.items()}
    towns = [row["city"] for row in atlas.rows(
        "SELECT city FROM organisation WHERE in_region AND city IS NOT NULL GROUP BY city HAVING count(*) > 2")]
    for _ in range(number):
        language = draw.choice(_LANGUAGES)
        kind = draw.choices(list(_SHARES), list(_SHARES.values()))[0]
        if kind in things:
            yield kind, f"/{language}/{kind}/{quote(key_of(draw.choice(things[kind])), safe='/:')}"
        elif kind == "network":
            key = quote(key_of(draw.choice(things["organisation"])), safe="/:")
            yield kind, f"/{language}/organisation/{key}/network"
        elif kind == "search":
            text = draw.choice((*_WORDS, *towns)) + draw.choice(("", " leuven", " clinical", " company"))
            yield kind, f"/{language}/search?{urlencode({'q': text})}"
        else:
            question, request = draw.choice(_requests(draw, things["organisation"]))
            query = urlencode(request, doseq=True)
            yield kind, f"/api/v1/{question}?{query}" if kind == "API" else f"/{language}/{question}?{query}"


def _requests(draw: random.Random, organisations: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    word, organisation = draw.choice(_WORDS), draw.choice(organisations)
    return [
        ("chain", {"platform": draw.choice(("vaccine", "cell-therapy", "gene-therapy", ""))}), ("chain", {}),
        ("connect", {"organisation": organisation}), ("connect", {"need": word}),
        ("discover", {}), ("discover", {"topic": word}), ("educate", {}), ("educate", {"stage": "manufacturing"}),
        ("fund", {"need": word}), ("fund", {"organisation": organisation}), ("rank", {}), ("rank", {"level": "nuts2"}),
        ("test", {"condition": draw.choice(("lung cancer", "multiple sclerosis", "diabetes", "breast cancer"))}),
    ]


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
    Console().print(table)


_SHARES = {"organisation": 22, "project": 14, "trial": 8, "search": 22, "network": 4, "question": 20, "API": 10}
_THINGS = {
    "organisation": "SELECT id FROM organisation WHERE in_region AND in_scope AND named ORDER BY id",
    "project": "SELECT p.id FROM project AS p JOIN life_science_project AS l ON l.project_id = p.id ORDER BY p.id",
    "trial": "SELECT id FROM trial WHERE in_region ORDER BY id",
}


if __name__ == "__main__":
    main()
