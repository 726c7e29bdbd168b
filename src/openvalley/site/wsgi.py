"""The WSGI application that a server runs."""

import logging
import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

from openvalley.errors import OpenValleyError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvalley.site.settings")
application = get_wsgi_application()


def _warm() -> None:
    """Make what the first reader would otherwise wait for: the open atlas, its network, its map in every language."""
    from openvalley.site.pages.warming import warm  # noqa: PLC0415 - pages need Django to be set up

    try:
        warm()
    except OpenValleyError as problem:
        logging.getLogger(__name__).info("Nothing to warm up: %s", problem)


Thread(target=_warm, name="warm-up", daemon=True).start()
