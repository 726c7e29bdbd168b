"""The log of changes: who did what to what, and when. It only grows; the database itself refuses anything else.

A person stands in it as the number of the account, which leads to nobody once the account is deleted. What people
wrote is never repeated here.
"""

from typing import Any, ClassVar

from django.db import models


class EntryIsFinalError(TypeError):
    """Somebody tried to change or delete an entry of the log: a mistake in our code."""


class Entries(models.QuerySet["Entry"]):
    """Entries cannot be changed or deleted, not even many at once."""

    def update(self, **_changed: Any) -> int:  # noqa: ANN401 - Django's own shape
        """Refuse."""
        raise EntryIsFinalError("The log only grows.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise EntryIsFinalError("The log only grows.")


class Entry(models.Model):
    """One change."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    #: Number of the account; none where a command of the site's own machine did it.
    actor = models.PositiveBigIntegerField(null=True)
    what = models.CharField(max_length=40)
    subject = models.CharField(max_length=300)
    detail = models.JSONField(default=dict)

    objects: ClassVar = Entries.as_manager()

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        """Return what was done to what."""
        return f"{self.what} {self.subject}"

    def save(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 - Django's own shape
        """Add the entry; one that is there already stays as it is."""
        if self.pk is not None:
            raise EntryIsFinalError("The log only grows.")
        super().save(*args, **named)

    def delete(self, *_args: Any, **_named: Any) -> tuple[int, dict[str, int]]:  # noqa: ANN401 - Django's own shape
        """Refuse."""
        raise EntryIsFinalError("The log only grows.")
