"""Remembering answers: an atlas never changes, so what was computed from it once stays true."""

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from openvalley.atlas.reader import Atlas

#: Answers kept of one atlas.
_REMEMBERED = 500

_Made = TypeVar("_Made")
_memory_lock = Lock()


def remembered(atlas: Atlas, key: object, make: Callable[[], _Made]) -> _Made:
    """Return what was made for this key of this atlas, or make it; an atlas never changes, so it stays true.

    The atlas itself keeps it, so that what holds its atlas is freed together with it.
    """
    known: dict[object, _Made] = atlas.memory
    with _memory_lock:
        if key in known:
            known[key] = known.pop(key)  # the one asked for longest ago stands first, and goes first
            return known[key]
    made = make()
    with _memory_lock:
        if len(known) >= _REMEMBERED:
            known.pop(next(iter(known)))
        known[key] = made
    return made
