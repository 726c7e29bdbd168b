"""The shelf: the one open atlas of a process, exchanged when a new one is published.

A request borrows the atlas; one that was replaced stays open until its last borrower has returned it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock

from django.conf import settings as django_settings

from openvalley.atlas.publish import MANIFEST
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.errors import NothingBuilt
from openvalley.settings import Settings
from openvalley.storage import CURRENT

#: What tells one published state from another: the link's target, and when its manifest was written.
_Stamp = tuple[str, int]


@dataclass
class _Lent:
    atlas: Atlas
    stamp: _Stamp
    borrowers: int = 0
    retired: bool = False


class Shelf:
    """Lends the current atlas of one home folder; safe between threads."""

    def __init__(self, settings: Settings) -> None:
        """Remember the home; nothing is opened before the first borrower comes."""
        self._settings = settings
        self._lock = Lock()
        self._current: _Lent | None = None

    @contextmanager
    def borrow(self) -> Iterator[Atlas]:
        """Lend the current atlas for the length of the block.

        Raises:
            NothingBuilt: nothing is published.

        """
        with self._lock:
            lent = self._freshest()
            lent.borrowers += 1
        try:
            yield lent.atlas
        finally:
            with self._lock:
                lent.borrowers -= 1
                _close_if_done(lent)

    def close(self) -> None:
        """Close the atlas as soon as nobody uses it."""
        with self._lock:
            if self._current is not None:
                self._current.retired = True
                _close_if_done(self._current)
                self._current = None

    def _freshest(self) -> _Lent:
        stamp = self._stamp()
        current = self._current
        if current is not None and current.stamp == stamp:
            return current
        opened = _Lent(open_atlas(self._settings.home), stamp)
        if current is not None:
            current.retired = True
            _close_if_done(current)
        self._current = opened
        return opened

    def _stamp(self) -> _Stamp:
        link = self._settings.atlases / CURRENT
        try:
            return str(link.readlink()), (link / MANIFEST).stat().st_mtime_ns
        except OSError as problem:
            raise NothingBuilt(f"There is no atlas in {self._settings.home} yet.",
                               hint="Build the starter atlas with: openvalley build") from problem


def _close_if_done(lent: _Lent) -> None:
    if lent.retired and not lent.borrowers:
        lent.atlas.close()


@cache
def _shelf_of(settings: Settings) -> Shelf:
    return Shelf(settings)


def shelf() -> Shelf:
    """Return the shelf of the home folder that Django's settings name."""
    return _shelf_of(home_settings())


def home_settings() -> Settings:
    """Return our settings as Django's settings hold them."""
    settings: Settings = django_settings.OPENVALLEY
    return settings
