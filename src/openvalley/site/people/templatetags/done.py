"""What people did, in words: decisions about links and disputes, and the codes of the log of changes."""

from collections.abc import Mapping

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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


@register.filter
def decision(code: str) -> str:
    """Return what was decided, in words."""
    return str(DECISIONS.get(str(code), code))


@register.filter
def done(code: str) -> str:
    """Return what was done, in words; what the administration changed keeps its code."""
    return str(DONE.get(code, code))
