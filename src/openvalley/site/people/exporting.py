"""Everything that is kept of one person, as plain data: what docs/explanation/personal-data.md lists."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from openvalley.site.people.models import Digest, Entry, Introduction, Person


def everything_of(person: Person) -> dict[str, Any]:
    """Return everything of a person; secrets (password, second factor, keys) only as the fact that they are there."""
    return {
        "account": {"number": person.pk, "email": person.email, "called": person.called, "language": person.language,
                    "role": person.role, "joined": person.date_joined, "last_sign_in": person.last_login},
        "email_addresses": list(EmailAddress.objects.filter(user=person).values("email", "verified", "primary")),
        "second_factors": list(Authenticator.objects.filter(user=person).values("type", "created_at", "last_used_at")),
        "editorships": list(person.editorships.values("organisation", "state", "domain", "asked_at", "decided_at")),
        "following": list(person.following.values_list("organisation", flat=True)),
        "shortlist": list(person.shortlist.values_list("organisation", flat=True)),
        "searches": list(person.searches.values("query", "kept_at")),
        "api_keys": list(person.api_keys.values("name", "begins", "made_at", "last_used_on", "withdrawn_at")),
        "digest": Digest.objects.filter(person=person).values("asked_at", "confirmed_at").first(),
        "needs": [{"kind": need.kind, "organisation": need.organisation, "text": need.text, "audience": need.audience,
                   "published_at": need.published_at, "withdrawn_at": need.withdrawn_at,
                   "never_shown": [entry.organisation for entry in need.never_shown.all()]}
                  for need in person.needs.prefetch_related("never_shown")],
        "introductions_asked": [_introduction(entry) for entry in person.introductions.all()],
        "messages_sent": list(person.sent.values("text", "at")),
        "log_of_changes": list(Entry.objects.filter(actor=person.pk).values("at", "what", "subject", "detail")),
    }


def _introduction(entry: Introduction) -> dict[str, Any]:
    return {"organisation": entry.organisation, "state": entry.state, "asked_at": entry.asked_at,
            "answered_at": entry.answered_at,
            "messages": [{"text": message.text, "at": message.at, "mine": message.sender_id == entry.asker_id}
                         for message in entry.messages.all()]}
