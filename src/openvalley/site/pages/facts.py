"""Facts of an organisation: each value with the claims behind it, and those that were overruled."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.utils.functional import Promise

from openvalley.atlas.model import Claim, Organisation
from openvalley.atlas.register_pages import web_address
from openvalley.resolve.curator_decisions import State
from openvalley.site.pages import addresses, wording
from openvalley.vocabulary.identifiers import ROR_PREFIX
from openvalley.vocabulary.properties import MULTIPLE
from openvalley.vocabulary.terms import Vocabulary, terms

#: Facts in the order of the page; what has no claim is left out, and said to be unknown where that matters.
_ORDER = ("kind", "state", "state_date", "successor", "parent", "founded", "headcount", "city", "postcode", "country",
          "nuts", "website", "sme", "stage", "platform", "sector", "identifier")

#: Degrees within which two points lie in one town: about five kilometres.
_SAME_TOWN = 0.05


@dataclass(frozen=True)
class Backing:
    """One claim as a reader sees it: who says it, in which row, as of when, and what (where it differs)."""

    source: str
    source_name: str
    row: str
    row_url: str | None
    reference: str | None
    reference_text: str
    version: str
    as_of: str | None
    retrieved: str | None
    verification: str
    mark: str
    says: str

    @property
    def day(self) -> str | None:
        """The day of which the source tells, or else on which it was read."""
        return self.as_of or self.retrieved


@dataclass(frozen=True)
class Disputed:
    """What a reader says is wrong, as others read it: when, what was shown then, what is right, and where it stands.

    ``says`` and ``link`` are empty once a curator has rejected it: what was wrong is not repeated.
    """

    number: int
    on: str
    shown: str
    says: str
    language: str
    link: str
    state: State
    decided: str
    why: str

    @property
    def open(self) -> bool:
        """Whether it waits for a curator."""
        return self.state is State.OPEN

    @property
    def host(self) -> str:
        """The host of the page that is named as source."""
        return _host(self.link)


@dataclass(frozen=True)
class Value:
    """One shown value: text, where it leads, and a note (language, scheme).

    ``backing`` says it, ``written`` says the same in other words, ``overruled`` says otherwise; ``key`` is the value as
    the claims have it. ``disputes`` are what readers say about it.
    """

    text: str
    url: str | None = None
    note: str = ""
    language: str = ""
    backing: Sequence[Backing] = ()
    overruled: Sequence[Backing] = ()
    written: Sequence[Backing] = ()
    key: str = ""
    disputes: Sequence[Disputed] = ()

    @property
    def waiting(self) -> list[Disputed]:
        """The disputes about it that wait for a curator."""
        return [dispute for dispute in self.disputes if dispute.open]

    @property
    def decided(self) -> list[Disputed]:
        """The disputes about it that a curator has decided."""
        return [dispute for dispute in self.disputes if not dispute.open]

    @property
    def unverified(self) -> bool:
        """Whether no source behind the value was checked."""
        return bool(self.backing) and all(entry.mark == "unverified" for entry in self.backing)

    @property
    def first(self) -> Backing:
        """The claim that won."""
        return self.backing[0]

    @property
    def others(self) -> int:
        """How many further claims agree, in these or in other words."""
        return len(self.backing) + len(self.written) - 1


@dataclass(frozen=True)
class Fact:
    """A property with its values; ``disputes`` are about values that are missing, or shown no more."""

    name: str
    label: str | Promise
    values: Sequence[Value] = field(default_factory=list)
    disputes: Sequence[Disputed] = ()


def facts(organisation: Organisation, claims: Sequence[Claim], sources: Mapping[str, Mapping[str, Any]],
          row_pages: Mapping[str, str]) -> dict[str, Fact]:
    """Return the facts of an organisation by property, in the order of the page.

    Args:
        organisation: what the claims are about.
        claims: all its claims, winners first.
        sources: what is said of the atlas's sources, by name.
        row_pages: the address of a page on which a source's row can be seen, by source, for rows without an own page.

    """
    by_property: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_property[claim.property].append(claim)
    reader = _Reader(organisation, sources, row_pages)
    found = {}
    for name in ("name", *_ORDER, "other_name"):
        if name in by_property:
            values = reader.several(by_property[name]) if name in MULTIPLE else [reader.single(by_property[name])]
            found[name] = Fact(name, wording.PROPERTIES[name], values)
    return found


@dataclass(frozen=True)
class _Reader:
    """Reads the claims of one organisation."""

    organisation: Organisation
    sources: Mapping[str, Mapping[str, Any]]
    row_pages: Mapping[str, str]

    def single(self, claims: Sequence[Claim]) -> Value:
        """Return the one shown value with its backing, and what others say."""
        shown = claims[0]
        text, url = self._shown(shown)
        other = [claim for claim in claims if claim.standing == "overruled"]
        same = [claim for claim in other if self._same(shown, claim)]
        return Value(
            text, url, backing=[self._backing(claim) for claim in claims if claim.standing != "overruled"],
            overruled=[self._backing(claim, self._shown(claim)[0]) for claim in other if claim not in same],
            written=[self._backing(claim, self._shown(claim)[0]) for claim in same], key=shown.value,
        )

    def _same(self, shown: Claim, other: Claim) -> bool:
        """Tell whether an overruled value says the same thing in other words, so that it is no disagreement."""
        if shown.property == "name":
            return True  # every source's name is one of the organisation's names
        if shown.property == "website":
            return _host(shown.value) == _host(other.value)
        if shown.property == "kind":
            kinds = terms(Vocabulary.KIND)
            return all(claim.value in kinds for claim in (shown, other)) and (
                kinds[shown.value].attributes["group"] == kinds[other.value].attributes["group"])
        if shown.property == "city":
            return shown.value.casefold() == other.value.casefold() or self._near(other.qualifier)
        return False

    def _near(self, point: str | None) -> bool:
        """Tell whether a claim's point (``latitude,longitude`` in degrees) lies in the town that is shown."""
        here = (self.organisation.latitude, self.organisation.longitude)
        try:
            given = [float(part) for part in (point or "").split(",")]
        except ValueError:
            return False
        return len(given) == len(here) and all(
            ours is not None and abs(ours - theirs) <= _SAME_TOWN for ours, theirs in zip(here, given, strict=True))

    def several(self, claims: Sequence[Claim]) -> list[Value]:
        """Return every value once, with all who give it."""
        groups: defaultdict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in claims:
            scheme = claim.qualifier or "" if claim.property == "identifier" else ""
            groups[scheme, claim.value].append(claim)
        values = []
        for (scheme, _), group in groups.items():
            text, url = self._shown(group[0])
            note, language = (wording.scheme(scheme), "") if scheme else self._name_note(group)
            values.append(Value(text, url, note, language, [self._backing(claim) for claim in group],
                                key=group[0].value))
        return sorted(values, key=lambda value: value.note) if claims[0].property == "identifier" else values

    def _name_note(self, claims: Sequence[Claim]) -> tuple[str, str]:
        """Return what kind of name it is with its language, and the language's code."""
        if claims[0].property != "other_name":
            return "", ""
        parts = [(claim.qualifier or ":").split(":") for claim in claims]
        language = next((code for _, code in parts if code), "")
        kind = next((str(wording.NAME_KINDS.get(kind, "")) for kind, _ in parts if wording.NAME_KINDS.get(kind)), "")
        return ", ".join(part for part in (kind, wording.language_name(language)) if part), language

    def _shown(self, claim: Claim) -> tuple[str, str | None]:
        """Return how a claim's value reads, and where it leads."""
        url = None
        if claim.property == "website":
            url = addresses.followable(claim.value)
        elif claim.property == "identifier":
            url = web_address(claim.qualifier, claim.value)
        elif claim.property in {"parent", "successor"}:
            url = addresses.organisation_url(claim.value)
        return reads(self.organisation, claim.property, claim.value), url

    def _backing(self, claim: Claim, says: str = "") -> Backing:
        own_page = claim.source_id if claim.source_id.startswith("https://") else None
        reference = claim.reference or ""
        address = addresses.followable(reference)
        source = self.sources.get(claim.source, {})
        mark = (claim.verification or "register") if source.get("region_pack") else "own"
        return Backing(
            source=claim.source_title, source_name=wording.short_source(source) or claim.source_title,
            row=claim.source_id.removeprefix(ROR_PREFIX), row_url=own_page or self.row_pages.get(claim.source),
            reference=address, reference_text="" if address else reference, version=claim.source_version,
            as_of=claim.as_of, retrieved=(claim.retrieved or "")[:10] or None,
            verification=str(wording.VERIFICATIONS.get(mark, mark)), mark=mark, says=says,
        )


def reads(organisation: Organisation, name: str, value: str) -> str:
    """Return how a value of a property reads in the page's language."""
    if name in {"kind", "state", "stage", "platform", "sector"}:
        return wording.term(name, value)
    if name == "country":
        return wording.country(value)
    if name == "sme":
        return wording.yes_no(value)
    if name in {"parent", "successor"}:
        return {relation.id: relation.name for relation in organisation.relations}.get(value) or value
    return value


def _host(url: str) -> str:
    """Return the host of a web address without ``www``, in small letters; the text itself where it has none."""
    try:
        return (urlsplit(url).hostname or url).removeprefix("www.").lower()
    except ValueError:
        return url
