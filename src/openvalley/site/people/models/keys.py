"""Keys of the API: a person's programs show one, and may ask more often and read what is for members."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

#: Characters of a key's name, and those by which its owner knows it again.
LONGEST_KEY_NAME, SHOWN = 80, 8


class ApiKey(models.Model):
    """A key, kept only as its hash: whoever reads the database can show none."""

    #: Made by the form that is filled in: sent twice, it is still one.
    public = models.UUIDField(unique=True, default=uuid.uuid4)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=LONGEST_KEY_NAME)
    begins = models.CharField(max_length=SHOWN)
    #: SHA-256 of the key, in hexadecimal.
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    #: A day, not a moment: it tells that a key is in use, not what somebody does when.
    last_used_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        """Return by what its owner knows it."""
        return f"{self.begins}\u2026 of {self.person_id}"
