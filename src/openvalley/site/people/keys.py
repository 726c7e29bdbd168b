"""Keys of the API: made, withdrawn, and found again by what a program shows.

A key has 256 random bits, so that one round of SHA-256 keeps it (a slow hash is for what people think up). It reads as
a member does, whatever its owner's role: what curators see needs a second factor, and a key has none.
"""

import hashlib
import secrets
import uuid

from django.utils import timezone

from openvalley.errors import TooMany
from openvalley.site.people import audit
from openvalley.site.people.models import ApiKey, Person
from openvalley.site.people.models.keys import SHOWN

#: What every key begins with, by which it is known where it was published by mistake.
PREFIX = "ov_"
#: Bytes of randomness of a key.
_BYTES = 32
#: Keys of one person that are valid at the same time.
MOST_KEYS = 10


def make(person: Person, name: str, public: uuid.UUID) -> str | None:
    """Make a key, and return it: it is never seen again; None where this form has made one already.

    Raises:
        TooMany: the person has as many as one can.

    """
    if ApiKey.objects.filter(public=public).exists():
        return None
    if person.api_keys.filter(withdrawn_at=None).count() >= MOST_KEYS:
        raise TooMany("There are as many keys as one can have.", hint="Withdraw one that is no longer used.")
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    entry, new = ApiKey.objects.get_or_create(public=public, defaults={
        "person": person, "name": name, "begins": secret[:SHOWN], "digest": _digest(secret)})
    if not new:
        return None
    audit.note(person, "key.made", entry.pk)
    return secret


def withdraw(person: Person, number: int) -> bool:
    """Withdraw one of a person's keys, for good; tell whether there was one to withdraw."""
    done = person.api_keys.filter(pk=number, withdrawn_at=None).update(withdrawn_at=timezone.now())
    if done:
        audit.note(person, "key.withdrawn", number)
    return bool(done)


def found(secret: str) -> ApiKey | None:
    """Return the key that a program shows, withdrawn or not; None where there is no such key."""
    if not secret.startswith(PREFIX):
        return None
    return ApiKey.objects.select_related("person").filter(digest=_digest(secret)).first()


def used(entry: ApiKey) -> None:
    """Remember the day on which a key was used: one write a day."""
    today = timezone.now().date()
    if entry.last_used_on != today:
        ApiKey.objects.filter(pk=entry.pk).update(last_used_on=today)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
