"""What is done each day: outcomes are asked for, and what has been kept long enough is deleted."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from openvalley.settings import Settings
from openvalley.site.people import mailing
from openvalley.site.people.introducing import answering
from openvalley.site.people.models import Digest, Introduction, Message, Person, Role
from openvalley.site.people.uploads import forget_old

#: Days after which both sides are asked what came of an introduction.
OUTCOME_DAYS = 90
#: Days for which messages are kept.
MESSAGE_DAYS = 365
#: Days in which an address has to be confirmed before the account that waits for it is deleted, and a digest too.
CONFIRM_DAYS = 30


def tidy(now: datetime, settings: Settings) -> Mapping[str, int]:
    """Do it; return how many of each."""
    counts = {"outcomes_asked": 0, "uploads_deleted": forget_old(settings, now.timestamp())}
    due = Introduction.objects.filter(state__in=[Introduction.State.ACCEPTED, Introduction.State.MET],
                                      answered_at__lt=now - timedelta(days=OUTCOME_DAYS), outcome_asked_at=None,
                                      outcome_told_at=None).select_related("asker")
    for entry in due:
        if _asked(entry):  # nobody is reached while the mail server is down: asked tomorrow
            entry.outcome_asked_at = now
            entry.save(update_fields=["outcome_asked_at"])
            counts["outcomes_asked"] += 1
    counts["messages_deleted"], _which = Message.objects.filter(at__lt=now - timedelta(days=MESSAGE_DAYS)).delete()
    late = now - timedelta(days=CONFIRM_DAYS)
    waiting = Person.objects.filter(date_joined__lt=late, role=Role.MEMBER, last_login=None).exclude(
        pk__in=EmailAddress.objects.filter(verified=True).values("user"))
    counts["accounts_deleted"] = sum(bool(person.delete()) for person in waiting)
    counts["digests_deleted"], _which = Digest.objects.filter(confirmed_at=None, asked_at__lt=late).delete()
    call_command("clearsessions")
    return counts


def _asked(entry: Introduction) -> bool:
    """Ask both sides what came of an introduction; return whether anybody was reached."""
    reached = False
    for person in {one.pk: one for one in (entry.asker, *answering(entry.organisation))}.values():
        with translation.override(person.language):
            url = mailing.absolute(reverse("me-introduction", args=[entry.public]))
        reached |= mailing.tell(person, "introduction_outcome", {"url": url, "introduction": entry})
    return reached
