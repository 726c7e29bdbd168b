"""A shortlist as a dossier of two printed pages: who each organisation is, what it does, and where that comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvalley.atlas.model import Organisation
from openvalley.atlas.reader import Atlas
from openvalley.atlas.sourced import sources_of
from openvalley.errors import BadInput
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.facts import Fact, facts
from openvalley.site.pages.names import own_name

#: Facts of the dossier, in their order.
_FACTS = ("state", "founded", "headcount", "website")


@dataclass(frozen=True)
class Said:
    """A fact with the numbers of the sources that say it."""

    label: str
    text: str
    sources: Sequence[int]


@dataclass(frozen=True)
class Entry:
    """One organisation of the dossier."""

    organisation: Organisation
    name: str
    url: str
    facts: Sequence[Said]


@dataclass(frozen=True)
class Dossier:
    """The organisations, and their sources as they are numbered."""

    entries: Sequence[Entry]
    sources: Sequence[Mapping[str, Any]]


def dossier(atlas: Atlas, ids: Sequence[str]) -> Dossier:
    """Return the dossier of these organisations; those that the atlas no longer has are left out."""
    sources, numbers, behind = sources_of(atlas), dict[str, int](), dict[str, str]()
    entries = []
    for known in ids:
        try:
            organisation = atlas.organisation(known)
        except BadInput:
            continue
        claims = atlas.claims(organisation.id)
        behind |= {claim.source_title: claim.source for claim in claims}
        read = facts(organisation, claims, sources, {})
        said = [_said(read[name], numbers) for name in ("name", "city", *_FACTS) if name in read]
        entries.append(Entry(organisation, own_name(organisation, claims, sources, wording.language()),
                             addresses.organisation_url(organisation.id), said))
    return Dossier(entries, [sources.get(behind[title], {"title": title}) for title in numbers])


def _said(fact: Fact, numbers: dict[str, int]) -> Said:
    value = fact.values[0]
    behind = {entry.source: numbers.setdefault(entry.source, len(numbers) + 1) for entry in value.backing}
    return Said(str(fact.label), value.text, sorted(behind.values()))
