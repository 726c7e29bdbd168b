"""Why something is linked, in the languages of the pages: the reasons of links as sentences' parts.

Reads reasons as codes with what they speak of (`openvalley.resolve.linker.reasons.WORDS` lists the codes).
"""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from openvalley.resolve.linker.reasons import Reason
from openvalley.site.pages import wording
from openvalley.site.pages.wording import Text

#: Links of which so many in ten are right are called probable; below, none is made.
_TEN = 10
#: The words of every code; ``detail`` is what the reason speaks of.
REASONS: Mapping[str, Text] = {
    "same-name": _("the same name in its country: “%(detail)s”"),
    "only-name": _("the only organisation of this atlas called “%(detail)s”"),
    "initials": _("its first letters are the acronym “%(detail)s”"),
    "same-acronym": _("the same acronym: “%(detail)s”"),
    "same-words": _("the same words as “%(detail)s”"),
    "all-words": _("all telling words of “%(detail)s”"),
    "nearly-letters": _("nearly the letters of “%(detail)s”"),
    "holds-name": _("holds the name “%(detail)s”"),
    "shares-words": _("shares words with “%(detail)s”"),
    "somewhat-like": _("somewhat like “%(detail)s”"),
    "part": _("by a part of what is written: “%(detail)s”"),
    "same-town": _("the same town"),
    "other-town": _("another town"),
    "town-named": _("the town stands in the name"),
    "kinds-differ": _("the names say different kinds of organisation"),
    "number-differs": _("a number differs"),
    "territory": _("in a territory of the same country"),
    "trials-there": _("all its trials run in one country: %(detail)s"),
    "unit": _("what is written names a unit, which may only belong to it"),
    "ended": _("one of the two is closed, merged or dormant by its register, and no name says that of another"),
    "judged": _("a person decided it: %(detail)s"),
    "successor": _("%(detail)s, which this organisation continues"),
}


def reasons(told: Iterable[Reason]) -> str:
    """Return reasons as one line in the language of the page."""
    return "; ".join(str(REASONS[reason.code]) % {"detail": _detail(reason)} for reason in told)


def in_ten(score: float) -> int:
    """Return of ten links with such a probability how many are right: 1 to 9, for a probability is no certainty."""
    return min(_TEN - 1, max(1, round(_TEN * score)))


def _detail(reason: Reason) -> str:
    return wording.country(reason.detail) if reason.code == "trials-there" else reason.detail
