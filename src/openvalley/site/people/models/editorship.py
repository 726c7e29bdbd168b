"""Who speaks for which organisation: by an e-mail address of its own web domain, or because a curator agreed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

#: Characters of a public id of the atlas, with room.
LONGEST_ID = 120


class Editorship(models.Model):
    """A person's claim to speak for an organisation, and what became of it."""

    class State(models.TextChoices):
        """What became of the claim."""

        ASKED = "asked", _("waits for a curator")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="editorships")
    organisation = models.CharField(max_length=LONGEST_ID, db_index=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    #: The web domain that proved it; empty where a curator decided.
    domain = models.CharField(max_length=253, blank=True, default="")
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Once for each person and organisation."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "organisation"], name="one_editorship")]

    def __str__(self) -> str:
        """Return whom it is about."""
        return f"{self.person_id} for {self.organisation}: {self.state}"
