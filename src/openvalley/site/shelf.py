"""The shelf: the one open atlas of a process, exchanged when a new one is published.

A request borrows the atlas; one that was replaced stays open until its last borrower has returned it. A process that
serves readers warms a new one up before it lends it; until then they get the one before. One that is taken away from
the disk while it is open is lent on, since open files stay, and the log says so.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock, Thread

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
        self._prepare: Callable[[Atlas], None] | None = None
        self._coming: _Stamp | None = None
        self._bringing: Thread | None = None
        self._missed = False

    def prepare_with(self, prepare: Callable[[Atlas], None]) -> None:
        """From now on, lend an atlas that replaces another only when this has been done with it, beside the requests.

        One that cannot be opened is logged, and the one before stays.
        """
        self._prepare = prepare

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

    def wait(self) -> None:
        """Wait until the atlas that is being prepared, if one is, is lent."""
        if self._bringing is not None:
            self._bringing.join()

    def close(self) -> None:
        """Close the atlas as soon as nobody uses it."""
        with self._lock:
            if self._current is not None:
                self._current.retired = True
                _close_if_done(self._current)
                self._current = None

    def _freshest(self) -> _Lent:
        current = self._current
        try:
            stamp = self._stamp()
        except NothingBuilt:
            if current is None:
                raise
            if not self._missed:
                logging.getLogger(__name__).warning("The published atlas is gone; the one that is open is lent on.")
            self._missed = True
            return current
        self._missed = False
        if current is not None and stamp == current.stamp:
            self._coming = None   # what was on its way has been taken back
            return current
        if current is not None and stamp == self._coming:
            return current
        if current is not None and self._prepare is not None:
            self._coming = stamp
            self._bringing = Thread(target=self._bring, args=(stamp, self._prepare), name="new-atlas", daemon=True)
            self._bringing.start()
            return current
        return self._exchange(_Lent(open_atlas(self._settings.home), stamp))

    def _bring(self, stamp: _Stamp, prepare: Callable[[Atlas], None]) -> None:
        """Open the atlas of this stamp, prepare it, and lend it from then on."""
        try:
            opened = _Lent(open_atlas(self._settings.home), stamp)
        except NothingBuilt as problem:
            logging.getLogger(__name__).error("The new atlas is not taken up: %s", problem)  # noqa: TRY400 - said whole
            return
        try:
            prepare(opened.atlas)
        except Exception:
            logging.getLogger(__name__).exception("The new atlas could not be warmed up")
        with self._lock:
            if self._coming == stamp:
                self._exchange(opened)
            else:   # another was published meanwhile
                opened.atlas.close()

    def _exchange(self, opened: _Lent) -> _Lent:
        current = self._current
        if current is not None:
            current.retired = True
            _close_if_done(current)
        self._current = opened
        if self._coming == opened.stamp:
            self._coming = None
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
