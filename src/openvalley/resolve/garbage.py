"""Python's collector of garbage, held still while many rows are worked on.

It looks for objects that refer to each other in a circle. Linking makes none, but so many others that the collector
runs again and again, each time through the names of all organisations: a fifth of the time that linking takes.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let no garbage be collected meanwhile; what nothing refers to any more is freed all the same."""
    ran = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if ran:
            gc.enable()
