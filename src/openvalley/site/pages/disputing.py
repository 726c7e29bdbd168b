"""Disputes on the pages: set beside the facts they are about; and the choices and words of the form that takes one.

Reads the home's disputes. Pages outlive them: where they cannot be read, that is logged and the page shows none.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from openvalley.atlas import disputed
from openvalley.atlas.model import Organisation
from openvalley.atlas.reader import Atlas
from openvalley.errors import StorageFailed
from openvalley.resolve.curator_decisions import State
from openvalley.resolve.disputes import Dispute, DisputeStore
from openvalley.resolve.sent import OTHER, Fault
from openvalley.site.pages import wording
from openvalley.site.pages.facts import Disputed, Fact, Value, reads
from openvalley.site.shelf import home_settings
from openvalley.vocabulary.properties import MULTIPLE, SINGLE

_logger = logging.getLogger(__name__)

#: Characters of a value in the list of what may be wrong.
_LONGEST_CHOICE = 90

#: What disputes about no single fact are about.
_SOMETHING = _("Something else")
#: What is wrong with a field, and how to put it right; the name of a field and of a fault.
FAULTS: dict[tuple[str, Fault], str | Promise] = {
    ("property", Fault.EMPTY): _("Choose what is wrong."),
    ("property", Fault.UNKNOWN): _("This is not on the page, or no longer. Choose again what is wrong."),
    ("says", Fault.EMPTY): _("Write what is right, in words."),
    ("says", Fault.LONG): _("Write at most 500 characters."),
    ("says", Fault.UNREADABLE): _("The text held characters that cannot be shown. They have been taken out: look at "
                                  "it, and send it again."),
    ("says", Fault.MARKUP): _("Write plain text, without markup in pointed brackets."),
    ("link", Fault.LONG): _("Give a shorter address: at most 500 characters."),
    ("link", Fault.NO_LINK): _("Give the address of a public web page, such as https://www.example.org/about."),
    ("link", Fault.CONTACT): _("The address holds an e-mail address. Give one without, or none."),
}


@dataclass(frozen=True)
class Choice:
    """One thing that may be wrong: what the form sends for it, and how it reads."""

    about: str
    text: str


@dataclass(frozen=True)
class Group:
    """Choices about one property."""

    label: str
    choices: Sequence[Choice]


def mark() -> str:
    """Return what changes whenever a dispute or a decision is added; empty where they cannot be read."""
    try:
        return disputed.mark(home_settings())
    except StorageFailed as problem:
        _logger.warning("Disputes are not shown: %s", problem)
        return ""


def disputes_about(atlas: Atlas, known: str) -> list[Dispute]:
    """Return the disputes about an organisation; none where they cannot be read."""
    try:
        return disputed.disputes_about(atlas, home_settings(), known)
    except StorageFailed as problem:
        _logger.warning("Disputes are not shown: %s", problem)
        return []


def disputed_rows(rows: Sequence[str]) -> set[str]:
    """Return which of these rows of the region pack are disputed, and wait for a curator."""
    settings = home_settings()
    if not rows or not settings.judgements.exists():
        return set()
    try:
        found = DisputeStore(settings.judgements).about(rows)
    except StorageFailed as problem:
        _logger.warning("Disputes are not shown: %s", problem)
        return set()
    return {dispute.sent.subject for dispute in found if dispute.state is State.OPEN}


def as_read(organisation: Organisation, dispute: Dispute) -> Disputed:
    """Return a dispute as others read it; a rejected one without what was sent."""
    sent, last = dispute.sent, dispute.last
    repeated = dispute.state is not State.REJECTED
    return Disputed(
        number=dispute.number, on=dispute.at[:10], shown=reads(organisation, sent.property, sent.shown),
        says=sent.says if repeated else "", language=sent.language, link=sent.link if repeated else "",
        state=dispute.state, decided=last.at[:10] if last else "", why=last.why if last else "",
    )


def beside(organisation: Organisation, known: Mapping[str, Fact],
           disputes: Sequence[Dispute]) -> tuple[dict[str, Fact], dict[str, Fact]]:
    """Set disputes beside what they are about.

    Returns:
        The facts with their disputes, and by property those disputes that are about no fact of the page.

    """
    waiting: defaultdict[str, list[Dispute]] = defaultdict(list)
    for dispute in disputes:
        waiting[dispute.sent.property].append(dispute)
    facts = {name: _with(organisation, fact, waiting.pop(name, [])) for name, fact in known.items()}
    return facts, {
        name: Fact(name, wording.PROPERTIES.get(name, _SOMETHING), disputes=[as_read(organisation, dispute)
                                                                             for dispute in about])
        for name, about in waiting.items()}


def _with(organisation: Organisation, fact: Fact, disputes: Sequence[Dispute]) -> Fact:
    """Set disputes beside a fact's values: those about a value that is shown no more stand beside its only one."""
    if not disputes:
        return fact
    shown = {value.key for value in fact.values}
    only = fact.values[0].key if len(fact.values) == 1 and fact.name in SINGLE else None
    by_value: defaultdict[str | None, list[Disputed]] = defaultdict(list)
    for dispute in disputes:
        key = dispute.sent.shown if dispute.sent.shown in shown else only
        by_value[key].append(as_read(organisation, dispute))
    values = [replace(value, disputes=by_value[value.key]) for value in fact.values]
    return replace(fact, values=values, disputes=by_value[None] if only is None else [])


def groups(known: Mapping[str, Fact]) -> list[Group]:
    """Return what may be wrong about an organisation: each value that its page shows, what is missing, and the rest."""
    found = []
    for name, label in wording.PROPERTIES.items():
        fact = known.get(name, Fact(name, label))
        choices = [Choice(about(name, value.key), _read(fact, value)) for value in fact.values]
        if not choices or name in MULTIPLE:
            text = _now("%(fact)s: missing, or wrong in another way") % {"fact": label}
            choices.append(Choice(about(name, ""), text))
        found.append(Group(str(label), choices))
    rest = Choice(about(OTHER, ""), _now("Something else, such as a project, a partner or the life sciences"))
    return [*found, Group(str(_SOMETHING), [rest])]


def about(name: str, value: str) -> str:
    """Return how a form and an address say which value of which property is meant."""
    return f"{name}={value}"


def _read(fact: Fact, value: Value) -> str:
    text = f"{fact.label}{wording.colon()} {f'{value.note} ' if value.note else ''}{value.text}"
    return shortened(text)


def shortened(text: str) -> str:
    """Return a choice's text, as much of it as a list shows."""
    return text if len(text) <= _LONGEST_CHOICE else f"{text[:_LONGEST_CHOICE]}…"
