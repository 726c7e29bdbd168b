"""The digest: asked for, confirmed by a link (double opt-in), sent when there are news, stopped by a click (RFC 8058).

Reads the atlases of the home; writes e-mails, and what was told.
"""

import logging
from collections.abc import Mapping
from functools import partial

from django.core import signing
from django.urls import reverse
from django.utils import timezone, translation

from openvalley.atlas.diff import Difference, difference
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.settings import Settings
from openvalley.site.people import mailing
from openvalley.site.people.models import Digest, Person
from openvalley.site.people.news import news_for, told

_logger = logging.getLogger(__name__)
_CONFIRM, _STOP = "openvalley.digest.confirm", "openvalley.digest.stop"
#: Seconds for which the link that confirms can be followed.
CONFIRM_SECONDS = 3 * 24 * 3600


def ask(person: Person) -> None:
    """Ask for the digest: an e-mail with the link that confirms it."""
    entry, _new = Digest.objects.update_or_create(person=person)
    with translation.override(person.language):
        url = mailing.absolute(reverse("digest-confirm", args=[signing.dumps(entry.pk, salt=_CONFIRM)]))
    mailing.send(person, "digest_confirm", {"url": url})


def to_confirm(token: str) -> Digest | None:
    """Return the digest that a link confirms; None where it is forged, too old, or about none any more."""
    return _of(token, _CONFIRM, CONFIRM_SECONDS)


def to_stop(token: str) -> Digest | None:
    """Return the digest that a link stops; such links do not age."""
    return _of(token, _STOP, None)


def _of(token: str, salt: str, seconds: int | None) -> Digest | None:
    try:
        return Digest.objects.filter(pk=signing.loads(token, salt=salt, max_age=seconds)).first()
    except (signing.BadSignature, ValueError, TypeError):
        return None


def confirm(entry: Digest, atlas: Atlas | None) -> None:
    """Confirm a digest: its news begin with the current atlas."""
    if entry.confirmed_at is None:
        entry.confirmed_at = timezone.now()
        entry.atlas = atlas.version if atlas else ""
        entry.save()


def send_all(settings: Settings, atlas: Atlas) -> Mapping[str, int]:
    """Send the digest to everybody who has news; return how many were sent, had no news, and failed."""
    counts = {"sent": 0, "without_news": 0, "failed": 0}
    changed: dict[str, Difference | None] = {}
    for entry in Digest.objects.filter(confirmed_at__isnull=False, person__is_active=True).select_related("person"):
        since = changed.setdefault(entry.atlas, _since(settings, entry.atlas, atlas.version))
        counts[_send(entry, atlas, since)] += 1
    return counts


def _since(settings: Settings, version: str, current: str) -> Difference | None:
    """Return what changed since an atlas; None where it is the current one, or no longer kept."""
    if not version or version == current:
        return None
    try:
        return difference(settings, version, current)
    except BadInput:
        return None


def _send(entry: Digest, atlas: Atlas, since: Difference | None) -> str:
    with translation.override(entry.person.language):
        news = news_for(entry.person, atlas, since)
        stop = mailing.absolute(reverse("digest-stop", args=[signing.dumps(entry.pk, salt=_STOP)]))
        own = mailing.absolute(reverse("me"))
    if news:
        headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        send = partial(mailing.send, entry.person, "digest", {"news": news, "stop": stop, "own": own}, headers)
        try:
            send()
        except OSError:  # the mail server does not take it: it is told next time
            _logger.exception("The digest of account %s was not sent", entry.person_id)
            return "failed"
        told(news)
    entry.atlas = atlas.version
    entry.save(update_fields=["atlas"])
    return "sent" if news else "without_news"
