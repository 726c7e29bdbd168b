"""Membership of the cluster's organisation: the curators' private data. It filters lists and addresses mailings.

It never enters the atlas, and no score knows of it.
"""

from typing import ClassVar

from django.db import models

from openvalley.site.people.models.editorship import LONGEST_ID

#: Characters of a class of membership, and of the role of a contact (a role, never a name).
LONGEST_CLASS = LONGEST_ROLE = 80
#: Characters of a name as the list has it.
LONGEST_GIVEN = 300


class Membership(models.Model):
    """An organisation is a member, of a class, from a day until another."""

    organisation = models.CharField(max_length=LONGEST_ID, unique=True)
    given = models.CharField(max_length=LONGEST_GIVEN)
    grade = models.CharField("class", max_length=LONGEST_CLASS, blank=True, default="")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    contact_role = models.CharField(max_length=LONGEST_ROLE, blank=True, default="")

    class Meta:
        """By name."""

        ordering: ClassVar = ["given", "pk"]

    def __str__(self) -> str:
        """Return who is a member."""
        return self.given
