"""How much may be asked in a minute; counted in this process, so that counting costs nothing."""

import threading

from django.core.cache import caches
from django.http import HttpRequest
from ninja.throttling import SimpleRateThrottle

#: Ten questions a second of one network address: more than a person's program needs, less than would keep others
#: waiting.
RATE = "600/m"
#: What a key allows: five times as much.
KEYED_RATE = "3000/m"


class _Limit(threading.local, SimpleRateThrottle):
    """Counts what is asked; each thread has its own, because the library keeps the question at hand in it."""

    cache = caches["local"]

    def __init__(self, rate: str, scope: str) -> None:
        """Allow so many questions a minute."""
        super().__init__(rate)
        self.scope = scope

    def _named(self, ident: object) -> str:
        return self.cache_format % {"scope": self.scope, "ident": ident}


class PerAddress(_Limit):
    """Counts by network address, which is kept in memory for a minute and nowhere else; not where a key is shown."""

    def __init__(self, rate: str = RATE, scope: str = "address") -> None:
        """Allow so many questions a minute."""
        super().__init__(rate, scope)

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Return under what a question is counted."""
        keyed = getattr(getattr(request, "auth", None), "key", None) is not None
        return None if keyed else self._named(self.get_ident(request))


class PerKey(_Limit):
    """Counts by key, wherever it is used."""

    def __init__(self, rate: str = KEYED_RATE) -> None:
        """Allow so many questions a minute."""
        super().__init__(rate, "key")

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Return under what a question is counted."""
        key = getattr(getattr(request, "auth", None), "key", None)
        return None if key is None else self._named(key)
