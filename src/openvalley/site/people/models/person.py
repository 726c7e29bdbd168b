"""A person with an account: an e-mail address, a password, a language, a role; a name only where one is given."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

#: Characters of the name by which others know somebody.
LONGEST_NAME = 80


class Role(models.TextChoices):
    """What an account may do on the whole site; organisations have their own editors beside it."""

    MEMBER = "member", _("member")
    CURATOR = "curator", _("curator")
    ADMINISTRATOR = "administrator", _("administrator")


class People(BaseUserManager["Person"]):
    """Makes accounts."""

    def create_user(self, email: str, password: str | None = None, **more: Any) -> "Person":  # noqa: ANN401 - Django's own shape
        """Make an account; without a password nobody can sign in before one is set."""
        person = self.model(email=self.normalize_email(email), **more)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """An account."""

    email = models.EmailField(unique=True)
    #: How others see this person where it asks for an introduction or judges; empty: nobody is named.
    called = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    language = models.CharField(max_length=2, default="en")
    role = models.CharField(max_length=20, choices=Role, default=Role.MEMBER)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    @property
    def is_staff(self) -> bool:
        """Whether Django's administration lets this person in."""
        return self.role == Role.ADMINISTRATOR

    is_superuser = is_staff

    def has_perm(self, _permission: str, _of: object = None) -> bool:
        """Tell whether Django's administration lets this person do something: administrators everything."""
        return self.is_active and self.is_staff

    def has_module_perms(self, _label: str) -> bool:
        """Tell whether Django's administration shows this person an application."""
        return self.is_active and self.is_staff
