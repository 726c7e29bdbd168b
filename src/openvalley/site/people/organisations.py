"""Organisations as people's pages speak of them: an id of today, a name, and whether an e-mail address proves one."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from allauth.account.models import EmailAddress
from django.http import Http404

from openvalley.atlas.disputed import ids_of
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput, NothingBuilt
from openvalley.site.pages import addresses
from openvalley.site.people.models.editorship import Editorship
from openvalley.site.people.models.person import Person
from openvalley.site.shelf import shelf


@dataclass(frozen=True)
class Named:
    """An organisation by its id and name; without an atlas the id stands for both."""

    id: str
    name: str

    @property
    def key(self) -> str:
        """The organisation in an address."""
        return addresses.key_of(self.id)

    @property
    def url(self) -> str:
        """The organisation's public page."""
        return addresses.organisation_url(self.id)


def named(atlas: Atlas | None, ids: Sequence[str]) -> dict[str, Named]:
    """Return organisations by the ids under which they were kept: an id that has moved on is the one of today."""
    if atlas is None:
        return {known: Named(known, known) for known in ids}
    found = {}
    for known in ids:
        try:
            today = atlas.resolve_id(known)
        except BadInput:
            today = known
        found[known] = today
    rows = atlas.rows("SELECT id, name FROM organisation WHERE id IN (SELECT unnest(?))", [sorted(set(found.values()))])
    names = {row["id"]: row["name"] for row in rows}
    return {known: Named(today, names.get(today) or today) for known, today in found.items()}


def organisation_at(atlas: Atlas | None, key: str) -> Named:
    """Return the organisation of an address.

    Raises:
        Http404: the atlas has no such organisation, or nothing is built.

    """
    if atlas is None:
        raise Http404
    try:
        known = atlas.resolve_id(addresses.id_of(key))
    except BadInput as unknown:
        raise Http404 from unknown
    if atlas.type_of(known) != "organisation":
        raise Http404
    return named(atlas, [known])[known]


def same(known: str) -> list[str]:
    """Return every id that means the organisation of an id: what is kept under an earlier one is still about it."""
    try:
        with shelf().borrow() as atlas:
            return ids_of(atlas, atlas.resolve_id(known))
    except (BadInput, NothingBuilt):
        return [known]


def proving_domain(atlas: Atlas, person: Person, organisation: str) -> str:
    """Return the web domain of an organisation in which a person has a verified e-mail address; empty where none.

    A domain that several organisations share, or where a provider of e-mail gives anybody an address, proves none of
    them: a curator decides.
    """
    hosts = sorted(_hosts(person) - _providers())
    rows = atlas.rows(
        "SELECT domain FROM organisation_domain WHERE domain IN (SELECT unnest(?)) "
        "GROUP BY domain HAVING count(DISTINCT id) = 1 AND any_value(id) = ? ORDER BY domain", [hosts, organisation])
    return rows[0]["domain"] if rows else ""


def _hosts(person: Person) -> set[str]:
    """Return the web domains in which a person has verified e-mail addresses."""
    verified = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    return {address.rpartition("@")[2].lower() for address in verified}


@cache
def _providers() -> frozenset[str]:
    with Path(__file__).with_name("mail_providers.toml").open("rb") as stream:
        return frozenset(tomllib.load(stream)["domains"])


def edits(person: Person, organisation: str) -> bool:
    """Tell whether a person speaks for an organisation."""
    return person.editorships.filter(organisation__in=same(organisation), state=Editorship.State.APPROVED).exists()


def belonging(atlas: Atlas | None, person: Person) -> list[str]:
    """Return the organisations a person belongs to: those it claims, and those of its confirmed addresses' domains.

    They stand there under every id that means one of them.
    """
    claimed = set(person.editorships.exclude(state=Editorship.State.REFUSED).values_list("organisation", flat=True))
    hosts = sorted(_hosts(person))
    if atlas is not None and hosts:
        rows = atlas.rows("SELECT DISTINCT id FROM organisation_domain WHERE domain IN (SELECT unnest(?))", [hosts])
        claimed |= {row["id"] for row in rows}
    return sorted({entry for known in claimed for entry in (known, *same(known))})
