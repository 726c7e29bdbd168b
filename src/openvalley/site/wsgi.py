"""The WSGI application that a server runs."""

import gc
import logging
import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

from openvalley.atlas.reader import Atlas
from openvalley.errors import OpenValleyError
from openvalley.site.arriving import Arriving
from openvalley.site.readiness import warming

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvalley.site.settings")
_pages = get_wsgi_application()
application = Arriving(_pages)


def _warm() -> None:
    """Make what the first readers would otherwise wait for; the process is ready when it is done."""
    from openvalley.site.pages.warming import walk, warm  # noqa: PLC0415 - pages need Django to be set up
    from openvalley.site.shelf import shelf  # noqa: PLC0415 - the same

    with warming():
        try:
            with shelf().borrow() as atlas:
                warm(atlas)
                walk(atlas, _pages)
        except OpenValleyError as problem:
            logging.getLogger(__name__).info("Nothing to warm up: %s", problem)
        shelf().prepare_with(_take_up)
        _settle()


def _take_up(atlas: Atlas) -> None:
    """Make of a new atlas what its first readers would otherwise wait for."""
    from openvalley.site.pages.warming import warm  # noqa: PLC0415 - pages need Django to be set up

    warm(atlas)
    _settle()


def _settle() -> None:
    """Take all that is there now out of the collector's rounds: going through it would hold every reader up.

    Measured over an atlas of the whole mirror: half a million objects, a quarter of a second.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


Thread(target=_warm, name="warm-up", daemon=True).start()
