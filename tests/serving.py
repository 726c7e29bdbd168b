"""Programs that serve: a port that is theirs alone, and waiting for them as long as a busy machine may need."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

#: Seconds after which a program that was told to end, or a request, hangs.
ENDED = 300
_BETWEEN = 0.1


@contextmanager
def own_port() -> Iterator[int]:
    """Give a port of loopback that nobody else is given as long as the block lasts, and that a server may listen on.

    The port is bound without listening, as any address may be reused by who says so (SO_REUSEADDR); a port that was
    only looked up could be another's by the time it is used.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def until_it_answers(url: str, process: subprocess.Popen[str], busy: bytes | None = None) -> bytes:
    """Ask a server until it answers, and return with what; it fails when the process ends before.

    Args:
        url: what is asked for.
        process: the server's.
        busy: an answer that is no success and means that it will come.

    """
    while True:
        try:
            with urllib.request.urlopen(url, timeout=ENDED) as answer:
                return answer.read()
        except urllib.error.HTTPError as problem:
            if problem.read() != busy:
                raise
        except OSError:
            assert process.poll() is None, process.stdout and process.stdout.read()
        time.sleep(_BETWEEN)
