"""Who asks the API: anybody, or a program that shows a key of its owner (``Authorization: Bearer ov_...``)."""

from dataclasses import dataclass

from django.http import HttpRequest
from ninja.errors import Throttled
from ninja.security import HttpBearer

from openvalley.errors import BadKey
from openvalley.site.api.limits import PerAddress
from openvalley.site.people import keys
from openvalley.site.people.models import Person

#: Wrong keys that one network address may show in a minute: nobody guesses one, but each is looked up in the database.
_WRONG_RATE = "60/m"


@dataclass(frozen=True)
class Asker:
    """Who asks: ``person`` is the owner of the key, None without one; ``key`` is the key's number."""

    person: Person | None = None
    key: int | None = None


class Key(HttpBearer):
    """Tells who asks. Without a key everybody is welcome; other ways to authorize are for servers before this one."""

    def __init__(self) -> None:
        """Count wrong keys apart from questions."""
        super().__init__()
        self._wrong = PerAddress(_WRONG_RATE, "wrong-key")

    def __call__(self, request: HttpRequest) -> Asker:
        """Return who asks."""
        found: Asker | None = super().__call__(request)
        return found or Asker()

    def authenticate(self, request: HttpRequest, token: str) -> Asker:
        """Return the owner of a key.

        Raises:
            BadKey: there is no such key (any more), or its owner's account is locked.
            Throttled: one network address shows too many of them.

        """
        entry = keys.found(token.strip())
        if entry is None:
            if not self._wrong.allow_request(request):
                raise Throttled(wait=round(self._wrong.wait() or 1))
            raise BadKey("There is no such key.", hint="Make one under My OpenValley, or ask without a key.")
        if entry.withdrawn_at is not None:
            raise BadKey("This key is withdrawn.", hint="Make another under My OpenValley, or ask without a key.")
        if not entry.person.is_active:
            raise BadKey("The account of this key is locked.", hint="Ask without a key.")
        keys.used(entry)
        return Asker(entry.person, entry.pk)


def asker_of(request: HttpRequest) -> Asker:
    """Return who asks."""
    found = getattr(request, "auth", None)
    return found if isinstance(found, Asker) else Asker()
