"""Needs and offers that organisations publish themselves: claims whose source is the organisation."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from openvalley.site.people.models.editorship import LONGEST_ID

#: Characters of a need or offer.
LONGEST_NEED = 1000


class Need(models.Model):
    """A need or an offer, in the words of the organisation's editor."""

    class Kind(models.TextChoices):
        """Which of the two."""

        NEED = "need", _("need")
        OFFER = "offer", _("offer")

    class Audience(models.TextChoices):
        """Who may read it."""

        PUBLIC = "public", _("everybody")
        MEMBERS = "members", _("members only")
        CURATORS = "curators", _("curators only")

    #: Made by the form that is filled in: sent twice, it is still one.
    public = models.UUIDField(unique=True, default=uuid.uuid4)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="needs")
    organisation = models.CharField(max_length=LONGEST_ID, db_index=True)
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(max_length=LONGEST_NEED)
    language = models.CharField(max_length=2)
    audience = models.CharField(max_length=10, choices=Audience)
    published_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-published_at", "-pk"]

    def __str__(self) -> str:
        """Return what it is of whom."""
        return f"{self.kind} of {self.organisation}"


class NeverShown(models.Model):
    """An organisation whose people never see a need."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="never_shown")
    organisation = models.CharField(max_length=LONGEST_ID)

    def __str__(self) -> str:
        """Return from whom it is kept."""
        return self.organisation
