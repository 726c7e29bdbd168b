"""What people type: plain text, checked, and given back with what is wrong beside the field."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openvalley.resolve.sent import readable, tidy
from openvalley.site.people.models.person import LONGEST_NAME, Person
from openvalley.site.people.typed import PersonForm

_UNREADABLE = _("The text held characters that cannot be shown. Take them out, and send it again.")


class PlainText(forms.CharField):
    """Text without characters that cannot be shown, in one form (NFC, no white space around it)."""

    def to_python(self, value: Any) -> str:  # noqa: ANN401 - Django's own shape
        """Return the tidy text."""
        return tidy(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        """Refuse what cannot be shown."""
        super().validate(value)
        if readable(value) != value:
            raise ValidationError(_UNREADABLE, code="unreadable")


class Profile(PersonForm):
    """How others know somebody, and in which language e-mails are written."""

    called = PlainText(label=_("Your name, as others see it"), required=False, max_length=LONGEST_NAME,
                       help_text=_("Shown only to those whom you ask for an introduction. May stay empty."))
    language = forms.ChoiceField(label=_("Language of e-mails"), choices=lambda: settings.LANGUAGES)

    class Meta:
        """These two fields."""

        model = Person
        fields = ("called", "language")
