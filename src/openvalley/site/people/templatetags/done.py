"""What people did, in words: decisions about links and disputes, and the codes of the log of changes."""

from collections.abc import Mapping

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openvalley.site.people.models import Editorship, Introduction, Need
from openvalley.site.people.models.person import Role

register = template.Library()

#: Decisions about links and disputes.
DECISIONS: Mapping[str, str | Promise] = {
    "same": _("one organisation"), "different": _("two organisations"), "no match": _("means none"),
    "undecided": _("taken back"), "open": _("opened again"), "accepted": _("accepted"), "rejected": _("rejected"),
}
#: What the log of changes holds (audit.py).
DONE: Mapping[str, str | Promise] = {
    "introduction.asked": _("Introduction asked for"), "introduction.accepted": _("Introduction accepted"),
    "introduction.declined": _("Introduction declined"), "introduction.met": _("Introduction: they met"),
    "introduction.agreement": _("Introduction: they agreed on something"),
    "introduction.nothing": _("Introduction: nothing came of it"),
    "members.imported": _("Members imported"), "member.removed": _("Member removed"),
    "dispute.accepted": _("Dispute accepted"), "dispute.rejected": _("Dispute rejected"),
    "dispute.open": _("Dispute opened again"),
    "proposal.accepted": _("Proposed row accepted"), "proposal.rejected": _("Proposed row rejected"),
    "proposal.open": _("Proposed row opened again"), "link.same": _("Link: one organisation"),
    "link.different": _("Link: two organisations"), "link.no match": _("Link: means none"),
    "link.undone": _("Link: decision taken back"), "editorship.asked": _("Organisation claimed"),
    "editorship.approved": _("Claim approved"), "editorship.refused": _("Claim refused"),
    "editorship.given_up": _("Organisation given up"), "role.given": _("Standing given"),
    "account.deleted": _("Account deleted"), "second_factor.dropped": _("Second factor switched off"),
    "second_factors.resealed": _("Second factors sealed with a new key"), "key.made": _("Key made"),
    "key.withdrawn": _("Key withdrawn"), "need.published": _("Need or offer published"),
    "need.withdrawn": _("Need or offer withdrawn"),
}

#: What else the log holds of a change, and the states of claims and introductions in it.
DETAILS: Mapping[str, str | Promise] = {
    "before": _("before"), "after": _("after"), "account": _("account"), "domain": _("web domain"),
    "organisation": _("organisation"), "audience": _("readers"), "corrects": _("with a correction of the pack"),
    "fields": _("fields"), "rows": _("rows"), "resealed": _("sealed anew"), "unreadable": _("unreadable"),
}
_STATES: Mapping[str, str | Promise] = {
    **dict(Editorship.State.choices), **dict(Introduction.State.choices), **dict(Need.Audience.choices),
    **dict(Role.choices)}


@register.filter
def detail(name: str) -> str:
    """Return what else is told of a change, in words."""
    return str(DETAILS.get(name, name))


@register.filter
def state_word(value: object) -> str:
    """Return a state in words; what is no state stays as it is."""
    return str(_STATES.get(str(value), value))


@register.filter
def decision(code: str) -> str:
    """Return what was decided, in words."""
    return str(DECISIONS.get(str(code), code))


@register.filter
def done(code: str) -> str:
    """Return what was done, in words; what the administration changed keeps its code."""
    return str(DONE.get(code, code))
