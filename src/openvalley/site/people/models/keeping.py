"""What members keep: organisations they follow or have on their shortlist, searches, and whether they get a digest."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from openvalley.site.people.models.editorship import LONGEST_ID

#: Characters of a search's address.
LONGEST_SEARCH = 600


class Following(models.Model):
    """A person follows an organisation: what changes about it comes with the digest."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="following")
    organisation = models.CharField(max_length=LONGEST_ID)

    class Meta:
        """Once for each person and organisation."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "organisation"], name="one_following")]

    def __str__(self) -> str:
        """Return who follows whom."""
        return f"{self.person_id} follows {self.organisation}"


class Shortlisted(models.Model):
    """An organisation on a person's shortlist."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shortlist")
    organisation = models.CharField(max_length=LONGEST_ID)

    class Meta:
        """Once for each person and organisation, in the order in which they were put there."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "organisation"], name="one_shortlisted")]
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        """Return who is on whose list."""
        return f"{self.organisation} on the list of {self.person_id}"


class SavedSearch(models.Model):
    """A search that a person keeps, and what it had found when its news were told last."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="searches")
    #: The search as the query string of its address, in the order in which the search page writes it.
    query = models.CharField(max_length=LONGEST_SEARCH)
    #: Ids found so far: what is not among them is news.
    known = models.JSONField(default=list)
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Once for each person and search."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "query"], name="one_search")]
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        """Return the search."""
        return self.query


class Digest(models.Model):
    """A person asked for the digest; it is sent once the link in an e-mail has confirmed it."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digest")
    asked_at = models.DateTimeField(auto_now=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    #: The atlas whose news were told last.
    atlas = models.CharField(max_length=100, blank=True, default="")

    def __str__(self) -> str:
        """Return whose digest it is."""
        return f"digest of {self.person_id}"
