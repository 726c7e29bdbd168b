"""Giving roles from the site's own machine: the first administrator has nobody to give it one."""

from openvalley.errors import BadInput
from openvalley.site.people import audit
from openvalley.site.people.models import Person, Role


def give(email: str, role: str) -> Person:
    """Give the account of an e-mail address a role.

    Raises:
        BadInput: there is no such role, or no account with this confirmed address.

    """
    if role not in Role.values:
        raise BadInput(f"{role[:40]!r} is no role.", hint=f"Give one of {', '.join(Role.values)}.")
    person = Person.objects.filter(emailaddress__email__iexact=email, emailaddress__verified=True).first()
    if person is None:
        raise BadInput(f"No account has the confirmed address {email[:80]}.",
                       hint="Make one at /en/me/account/signup/ first, and follow the link in the e-mail.")
    if person.role != role:
        audit.note(None, "role.given", person.pk, before=person.role, after=role)
        person.role = role
        person.save(update_fields=["role"])
    return person
