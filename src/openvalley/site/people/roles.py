"""Who somebody is to the site: which of the five standings of the table of permissions."""

from django.http import HttpRequest

from openvalley.site.people.models.editorship import Editorship
from openvalley.site.people.models.person import Person, Role
from openvalley.site.people.permissions import Standing


def person_of(request: HttpRequest) -> Person | None:
    """Return who asks; None for a visitor."""
    return request.user if request.user.is_authenticated else None


def standing_of(person: Person | None) -> Standing:
    """Return a person's standing: a member who speaks for an organisation is its editor."""
    if person is None or not person.is_active:
        return Standing.VISITOR
    if person.role != Role.MEMBER:
        return Standing(person.role)
    return Standing.EDITOR if edited(person) else Standing.MEMBER


def edited(person: Person) -> list[str]:
    """Return the organisations that a person speaks for, the earliest first."""
    return list(person.editorships.filter(state=Editorship.State.APPROVED).order_by("asked_at")
                .values_list("organisation", flat=True))


def curates(standing: Standing) -> bool:
    """Tell whether a standing is a curator's, or more."""
    return standing in {Standing.CURATOR, Standing.ADMINISTRATOR}


def judge_name(person: Person) -> str:
    """Return under which name a curator decides about links and disputes: the own one, else the account's number."""
    return person.called or f"curator {person.pk}"
