"""Django's administration for the rest: accounts and their roles. Every change goes into the log."""

from typing import Any, ClassVar

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from openvalley.site.people import audit
from openvalley.site.people.guarding import lacks_second_factor
from openvalley.site.people.models import Editorship, Entry, Introduction, Membership, Need, Person
from openvalley.site.people.roles import person_of
from openvalley.site.people.typed import AnyAdmin, AnyModelForm

#: Administrators sign in as everybody does, with their second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
_has_permission = admin.site.has_permission


def _has_permission_and_factor(request: HttpRequest) -> bool:
    """Let administrators in whose second factor is there, where one is needed."""
    return _has_permission(request) and not lacks_second_factor(person_of(request))


admin.site.has_permission = _has_permission_and_factor  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "OpenValley"


class Audited(AnyAdmin):
    """Keeps who changed which fields; what stood in them is not repeated in the log."""

    def save_model(self, request: HttpRequest, obj: Model, form: AnyModelForm, change: bool) -> None:  # noqa: FBT001 - Django's own shape
        """Save and note."""
        super().save_model(request, obj, form, change)
        audit.note(person_of(request), f"admin.{type(obj).__name__.lower()}", obj.pk, fields=sorted(form.changed_data))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Note and delete."""
        audit.note(person_of(request), f"admin.{type(obj).__name__.lower()}.deleted", obj.pk)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:  # noqa: ANN401 - Django's own shape
        """Note and delete each."""
        for entry in queryset:
            self.delete_model(request, entry)


@admin.register(Person)
class PersonAdmin(Audited):
    """Accounts: roles and locks. Passwords and addresses are the person's own to change."""

    list_display = ("pk", "email", "role", "is_active", "date_joined")
    list_filter = ("role", "is_active")
    search_fields = ("email",)
    fields: ClassVar = ["email", "called", "language", "role", "is_active"]
    readonly_fields = ("email", "called", "language")

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Accounts are made by those who will use them."""
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: AnyModelForm, change: bool) -> None:  # noqa: FBT001 - Django's own shape
        """Save; a new role is written out in the log."""
        super().save_model(request, obj, form, change)
        if "role" in form.changed_data and isinstance(obj, Person):
            audit.note(person_of(request), "role.given", obj.pk, before=form.initial.get("role"), after=obj.role)


@admin.register(Editorship)
class EditorshipAdmin(Audited):
    """Who speaks for which organisation."""

    list_display = ("organisation", "person", "state", "domain", "asked_at")
    list_filter = ("state",)
    search_fields = ("organisation",)


@admin.register(Entry)
class EntryAdmin(AnyAdmin):
    """The log, to be read."""

    list_display = ("at", "actor", "what", "subject")
    list_filter = ("what",)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Nobody writes it by hand."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Nobody changes it."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Nobody deletes from it."""
        return False


admin.site.register([Membership, Need, Introduction], Audited)
