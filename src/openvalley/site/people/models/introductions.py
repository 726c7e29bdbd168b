"""Introductions: somebody asks to be introduced to an organisation, and what came of it. No address is ever shown."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from openvalley.site.people.models.editorship import LONGEST_ID
from openvalley.site.people.models.needs import Need

#: Characters of a message.
LONGEST_MESSAGE = 1000


class Introduction(models.Model):
    """A request for an introduction; what was written stands in its messages, which are deleted after a year."""

    class State(models.TextChoices):
        """How far it has come."""

        ASKED = "asked", _("asked")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        MET = "met", _("they met")
        AGREEMENT = "agreement", _("they agreed on something")

    public = models.UUIDField(unique=True, default=uuid.uuid4)
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="introductions")
    organisation = models.CharField(max_length=LONGEST_ID, db_index=True)
    need = models.ForeignKey(Need, null=True, blank=True, on_delete=models.SET_NULL)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    #: When both sides were asked what came of it, and when one of them said so.
    outcome_asked_at = models.DateTimeField(null=True, blank=True)
    outcome_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        """Return whom it leads to."""
        return f"to {self.organisation}: {self.state}"


class Message(models.Model):
    """What one side wrote to the other."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="messages")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="sent")
    #: Made by the form that is filled in: sent twice, it is still one.
    public = models.UUIDField(unique=True, default=uuid.uuid4)
    text = models.TextField(max_length=LONGEST_MESSAGE)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        """The oldest first."""

        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        """Return where it belongs."""
        return f"message of {self.introduction_id}"
