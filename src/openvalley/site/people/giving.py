"""What is done to accounts from the site's own machine: the first administrator has nobody to give it the role."""

from allauth.mfa.models import Authenticator

from openvalley.errors import BadInput
from openvalley.site.people import audit
from openvalley.site.people.models import Person, Role
from openvalley.site.people.sealing import reseal


def give(email: str, role: str) -> Person:
    """Give the account of an e-mail address a role.

    Raises:
        BadInput: there is no such role, or no account with this confirmed address.

    """
    if role not in Role.values:
        raise BadInput(f"{role[:40]!r} is no role.", hint=f"Give one of {', '.join(Role.values)}.")
    person = _account(email)
    if person.role != role:
        audit.note(None, "role.given", person.pk, before=person.role, after=role)
        person.role = role
        person.save(update_fields=["role"])
    return person


def drop_second_factor(email: str) -> Person:
    """Switch off the second factor of an account: its owner signs in with the password, and makes a new one.

    Raises:
        BadInput: no account has this confirmed address, or it has no second factor.

    """
    person = _account(email)
    gone, _which = Authenticator.objects.filter(user=person).delete()
    if not gone:
        raise BadInput(f"The account of {email[:80]} has no second factor.", hint="It signs in with its password.")
    audit.note(None, "second_factor.dropped", person.pk)
    return person


def reseal_second_factors() -> dict[str, int]:
    """Seal the secrets of all second factors with the current key; return how many were, and could not be read."""
    resealed, unreadable = reseal(Authenticator.objects.all())
    audit.note(None, "second_factors.resealed", "", resealed=resealed, unreadable=unreadable)
    return {"resealed": resealed, "unreadable": unreadable}


def _account(email: str) -> Person:
    person = Person.objects.filter(emailaddress__email__iexact=email, emailaddress__verified=True).first()
    if person is None:
        raise BadInput(f"No account has the confirmed address {email[:80]}.",
                       hint="Make one at /en/me/account/signup/ first, and follow the link in the e-mail.")
    return person
