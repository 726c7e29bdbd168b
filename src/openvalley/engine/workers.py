"""Workers: processes beside this one that run a kernel over batches, for kernels that cost more than the way to them.

Reads batches, returns what the kernel makes of each. A worker is another Python that runs this module as a program;
kernel, batches and answers go through its pipes. It inherits no thread, lock or open database, and it ends when this
process ends, however that ends. Next: duckdb.py, which hands batches out.
"""

import logging
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Lock
from typing import BinaryIO, cast

import pyarrow as pa

from openvalley.engine.base import Kernel

_LOG = logging.getLogger(__name__)
#: This module as a program; ``-P`` keeps the folder that one happens to stand in out of what is imported.
_PROGRAM = (sys.executable, "-P", "-m", "openvalley.engine.workers")


def spread(kernel: Kernel, batches: Sequence[pa.RecordBatch], processes: int) -> list[pa.RecordBatch]:
    """Return what the kernel makes of each batch, in their order, by so many processes at once, of which this is one.

    Each takes the next batch when it is done with one, so the largest should come first. What a worker leaves undone
    (the system ends what takes too much memory, and a kernel may fail) is done here.
    """
    shared = _Shared(batches)
    workers = [_Worker() for _ in range(min(processes, len(batches)) - 1)]
    with ThreadPoolExecutor(max(1, len(workers))) as threads, _ended(workers):
        beside = [threads.submit(worker.share, kernel, shared) for worker in workers]
        shared.work(kernel)
        for done in beside:
            done.result()
        shared.work(kernel)
    return [answer for _, answer in sorted(shared.answers.items())]


class _Shared:
    """Batches that several take one by one, and the answers by the places of the batches."""

    def __init__(self, batches: Sequence[pa.RecordBatch]) -> None:
        self.answers: dict[int, pa.RecordBatch] = {}
        self._batches = batches
        self._left = [*reversed(range(len(batches)))]
        self._lock = Lock()

    def work(self, mapped: Kernel) -> None:
        """Map batches until there are no more; one whose mapping fails is left for others."""
        while (place := self._next()) is not None:
            try:
                self.answers[place] = mapped(self._batches[place])
            except BaseException:
                self._left.append(place)
                raise

    def _next(self) -> int | None:
        with self._lock:
            return self._left.pop() if self._left else None


class _Worker:
    """A process that maps batches."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(_PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - this module
        self._sending = cast("BinaryIO", self._process.stdin)
        self._receiving = cast("BinaryIO", self._process.stdout)
        self._ended = False

    def share(self, kernel: Kernel, shared: _Shared) -> None:
        """Take part in the work, as long as the process lives."""
        try:
            pickle.dump(kernel, self._sending)
            shared.work(self._mapped)
        except (EOFError, OSError, pickle.UnpicklingError):
            if not self._ended:
                _LOG.warning("A worker ended before its work was done; it is done without it.")

    def _mapped(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        pickle.dump(batch, self._sending)
        self._sending.flush()
        answer: pa.RecordBatch = pickle.load(self._receiving)  # noqa: S301 - from our own process
        return answer

    def end(self) -> None:
        """End the process, whatever it does, and close the pipes."""
        self._ended = True
        self._process.kill()
        with suppress(OSError):  # what was not sent yet is lost with it
            self._sending.close()
        self._receiving.close()
        self._process.wait()


@contextmanager
def _ended(workers: Sequence[_Worker]) -> Iterator[None]:
    """End the workers when the block ends, however it does."""
    try:
        yield
    finally:
        for worker in workers:
            worker.end()


def serve(receiving: BinaryIO, answering: BinaryIO) -> None:
    """Take a kernel, then batches until there are no more, and answer each: what a worker does."""
    kernel: Kernel = pickle.load(receiving)  # noqa: S301 - from the process that started this one
    while True:
        try:
            batch = pickle.load(receiving)  # noqa: S301 - from the process that started this one
        except EOFError:
            return
        pickle.dump(kernel(batch), answering)
        answering.flush()


if __name__ == "__main__":
    # Ctrl-C reaches all processes of a terminal: the one that the person started ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
        serve(sys.stdin.buffer, answers)
