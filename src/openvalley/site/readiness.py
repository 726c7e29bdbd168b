"""Whether this process answers at its usual speed: not while it makes what the first readers would wait for."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

_warming = Event()


@contextmanager
def warming() -> Iterator[None]:
    """Let the process count as not ready for the length of the block."""
    _warming.set()
    try:
        yield
    finally:
        _warming.clear()


def is_warm() -> bool:
    """Tell whether nothing is being warmed up."""
    return not _warming.is_set()
