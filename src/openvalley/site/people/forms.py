"""What people type: plain text, checked, and given back with what is wrong beside the field."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openvalley.resolve.sent import readable, tidy, without_contacts
from openvalley.site.people.models import Need
from openvalley.site.people.models.introductions import LONGEST_MESSAGE
from openvalley.site.people.models.keys import LONGEST_KEY_NAME
from openvalley.site.people.models.needs import LONGEST_NEED
from openvalley.site.people.models.person import LONGEST_NAME, Person
from openvalley.site.people.organisations import Named
from openvalley.site.people.typed import PersonForm

#: Organisations on one never-show-to list.
MOST_NEVER = 20

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


class Contactless(PlainText):
    """Plain text in the open: e-mail addresses, telephone numbers and titled names are taken out."""

    def clean(self, value: Any) -> str:  # noqa: ANN401 - Django's own shape
        """Return the text without contacts."""
        return without_contacts(super().clean(value))


class NeedForm(forms.Form):
    """A need or an offer."""

    public = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    organisation = forms.ChoiceField(label=_("In the name of"))
    kind = forms.ChoiceField(label=_("Need or offer"), choices=Need.Kind.choices)
    text = Contactless(label=_("What it is about"), max_length=LONGEST_NEED, widget=forms.Textarea({"rows": 6}),
                       help_text=_("Name no persons. E-mail addresses and telephone numbers are taken out."))
    language = forms.ChoiceField(label=_("Language of the text"), choices=lambda: settings.LANGUAGES)
    audience = forms.ChoiceField(label=_("Who may read it"), choices=Need.Audience.choices)
    never = PlainText(label=_("Never show it to"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3}),
                      help_text=_("Organisations whose people must not see it: one id or page address a line."))

    def __init__(self, known: Mapping[str, Named], find: Callable[[str], str | None], *given: Any,  # noqa: ANN401 - Django's own shape
                 **named: Any) -> None:  # noqa: ANN401 - same
        """Offer the organisations that the person speaks for; `find` returns the id of an organisation, or none."""
        super().__init__(*given, **named)
        self._find = find
        choices = [(one.id, one.name) for one in known.values()]
        self.fields["organisation"] = forms.ChoiceField(label=_("In the name of"), choices=choices)

    def clean_never(self) -> list[str]:
        """Return the ids of the organisations that were named."""
        lines = list(dict.fromkeys(filter(None, map(str.strip, self.cleaned_data["never"].splitlines()))))
        if len(lines) > MOST_NEVER:
            raise ValidationError(_("Name at most 20 organisations."), code="many")
        found = {line: self._find(line) for line in lines}
        strange = [line for line, known in found.items() if known is None]
        if strange:
            raise ValidationError(_("The atlas knows no organisation “%(line)s”."), code="unknown",
                                  params={"line": strange[0][:80]})
        return [known for known in found.values() if known]

    def clean(self) -> dict[str, Any]:
        """Refuse what contradicts itself: everybody includes those to whom it must not be shown."""
        cleaned = super().clean() or {}
        if cleaned.get("never") and cleaned.get("audience") == Need.Audience.PUBLIC:
            self.add_error("audience", _("Everybody includes those on the list below: choose members or curators."))
        return cleaned


class KeyForm(forms.Form):
    """What a new key of the API is for."""

    public = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    name = PlainText(label=_("What it is for"), max_length=LONGEST_KEY_NAME,
                     help_text=_("You know it again by this, for example when you withdraw it."))


class MessageForm(forms.Form):
    """A message within an introduction."""

    public = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    text = Contactless(label=_("Your message"), max_length=LONGEST_MESSAGE, widget=forms.Textarea({"rows": 6}),
                       help_text=_("Say who you are and what you look for. E-mail addresses and telephone numbers are "
                                   "taken out."))


class Leaving(forms.Form):
    """The password, before everything is deleted."""

    password = forms.CharField(label=_("Your password"), strip=False, max_length=200, widget=forms.PasswordInput(
        {"autocomplete": "current-password"}))
