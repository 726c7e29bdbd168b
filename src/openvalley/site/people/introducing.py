"""Introductions: who may take part in one, what each may do in it, and the limits against spam."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from openvalley.errors import TooMany
from openvalley.site.people import audit, mailing
from openvalley.site.people.models import Editorship, Introduction, Message, Need, Person, Role
from openvalley.site.people.organisations import same

#: Introductions that one person may ask for, and messages it may send, within a day.
MOST_ASKED, MOST_SENT = 5, 30
_DAY = timedelta(days=1)
State = Introduction.State
#: What either side may say came of it, once it was accepted.
OUTCOMES = (State.MET, State.AGREEMENT)
_STANDING = (State.ACCEPTED, *OUTCOMES)


def answering(organisation: str) -> "QuerySet[Person]":
    """Return who answers for an organisation: its editors, and the curators where nobody speaks for it."""
    editors = Person.objects.filter(is_active=True, editorships__organisation__in=same(organisation),
                                    editorships__state=Editorship.State.APPROVED).distinct()
    if editors.exists():
        return editors
    return Person.objects.filter(is_active=True, role__in=[Role.CURATOR, Role.ADMINISTRATOR])


def visible_to(person: Person) -> "QuerySet[Introduction]":
    """Return the introductions in which a person takes part."""
    speaks = person.editorships.filter(state=Editorship.State.APPROVED)
    mine = Q(asker=person) | Q(organisation__in=_ids(speaks))
    if person.role != Role.MEMBER:
        spoken = Editorship.objects.filter(state=Editorship.State.APPROVED, person__is_active=True)
        mine |= ~Q(organisation__in=_ids(spoken))
    return Introduction.objects.filter(mine)


def _ids(editorships: "QuerySet[Editorship]") -> list[str]:
    """Return every id under which something may be kept about the organisations of these claims."""
    named = set(editorships.values_list("organisation", flat=True))
    return sorted({entry for known in named for entry in (known, *same(known))})


def ask(person: Person, organisation: str, need: Need | None, message: Message) -> Introduction:
    """Ask for an introduction; one that is open already, or sent twice, is the same one.

    Raises:
        TooMany: the person has asked for as many as one may within a day.

    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)  # two at once are counted one after the other
        sent = Message.objects.filter(public=message.public).select_related("introduction").first()
        if sent is not None and sent.sender_id == person.pk:
            return sent.introduction
        standing = person.introductions.filter(organisation__in=same(organisation), state=State.ASKED).first()
        if standing is not None:
            return standing
        if person.introductions.filter(asked_at__gt=timezone.now() - _DAY).count() >= MOST_ASKED:
            raise TooMany("Too many introductions within a day.", hint="Ask again tomorrow.")
        made = Introduction.objects.create(asker=person, organisation=organisation, need=need)
        message.introduction, message.sender = made, person
        message.save()
        audit.note(person, "introduction.asked", made.public, organisation=organisation)
    _tell(answering(organisation).exclude(pk=person.pk), "introduction_asked", made)
    return made


def answer(person: Person, introduction: Introduction, wanted: str) -> bool:
    """Accept or decline, or say what came of it; return whether this person may say this now."""
    with transaction.atomic():
        # Two who answer at once do so one after the other.
        current = Introduction.objects.select_for_update().select_related("asker").get(pk=introduction.pk)
        done = _answer(person, current, wanted)
    if done and wanted in {State.ACCEPTED, State.DECLINED}:
        _tell([current.asker], "introduction_answered", current)
    return done


def _answer(person: Person, introduction: Introduction, wanted: str) -> bool:
    by_asker = introduction.asker_id == person.pk
    if wanted in {State.ACCEPTED, State.DECLINED}:
        if by_asker or introduction.state != State.ASKED:
            return False
        introduction.answered_at = timezone.now()
    elif wanted in {*OUTCOMES, "nothing"}:
        if introduction.state not in _STANDING:
            return False
        introduction.outcome_told_at = timezone.now()
    else:
        return False
    before = introduction.state
    introduction.state = before if wanted == "nothing" else wanted
    introduction.save()
    audit.note(person, f"introduction.{wanted}", introduction.public, before=before)
    return True


def write(person: Person, introduction: Introduction, message: Message) -> bool:
    """Add a message to an accepted introduction; return whether that is possible now.

    Raises:
        TooMany: the person has sent as many as one may within a day.

    """
    if introduction.state not in _STANDING:
        return False
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)  # two at once are counted one after the other
        if Message.objects.filter(public=message.public).exists():
            return True
        if person.sent.filter(at__gt=timezone.now() - _DAY).count() >= MOST_SENT:
            raise TooMany("Too many messages within a day.", hint="Write again tomorrow.")
        message.introduction, message.sender = introduction, person
        message.save()
    others = [introduction.asker, *answering(introduction.organisation)]
    _tell({one.pk: one for one in others if one.pk != person.pk}.values(), "introduction_message", introduction)
    return True


def _tell(people: Iterable[Person], template: str, introduction: Introduction) -> None:
    """Write to people that something happened; what was written stays on the site."""
    for one in people:
        with translation.override(one.language):
            url = mailing.absolute(reverse("me-introduction", args=[introduction.public]))
        mailing.tell(one, template, {"url": url, "introduction": introduction})
