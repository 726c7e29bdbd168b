"""Facts of an organisation: each value with the claims behind it, and those that were overruled."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

from openvalley.atlas.model import Claim, Organisation
from openvalley.site.pages import addresses, wording

#: Facts in the order of the page; what has no claim is left out, and said to be unknown where that matters.
_ORDER = ("kind", "state", "state_date", "successor", "parent", "founded", "city", "postcode", "country", "nuts",
          "website", "sme", "stage", "platform", "sector", "identifier")
_MULTIPLE = ("successor", "parent", "stage", "platform", "sector", "identifier", "other_name")


@dataclass(frozen=True)
class Backing:
    """One claim as a reader sees it: who says it, in which row, as of when, and what (where it differs)."""

    source: str
    source_name: str
    row: str
    row_url: str | None
    version: str
    as_of: str | None
    retrieved: str | None
    verification: str
    mark: str
    says: str


@dataclass(frozen=True)
class Value:
    """One shown value: text, where it leads, a note (language, scheme), who says it, and who says otherwise."""

    text: str
    url: str | None = None
    note: str = ""
    language: str = ""
    backing: Sequence[Backing] = ()
    overruled: Sequence[Backing] = ()

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
        """How many further claims agree."""
        return len(self.backing) - 1


@dataclass(frozen=True)
class Fact:
    """A property with its values."""

    name: str
    label: str | Promise
    values: Sequence[Value] = field(default_factory=list)


def facts(organisation: Organisation, claims: Sequence[Claim], row_pages: Mapping[str, str]) -> dict[str, Fact]:
    """Return the facts of an organisation by property, in the order of the page.

    Args:
        organisation: what the claims are about.
        claims: all its claims, winners first.
        row_pages: the address of a page on which a source's row can be seen, by source, for rows without an own page.

    """
    by_property: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_property[claim.property].append(claim)
    reader = _Reader(organisation, row_pages)
    found = {}
    for name in ("name", *_ORDER, "other_name"):
        if name in by_property:
            values = reader.several(by_property[name]) if name in _MULTIPLE else [reader.single(by_property[name])]
            found[name] = Fact(name, wording.PROPERTIES[name], values)
    return found


@dataclass(frozen=True)
class _Reader:
    """Reads the claims of one organisation."""

    organisation: Organisation
    row_pages: Mapping[str, str]

    def single(self, claims: Sequence[Claim]) -> Value:
        """Return the one shown value with its backing, and what others say."""
        shown = claims[0]
        text, url = self._shown(shown)
        return Value(
            text, url, backing=[self._backing(claim) for claim in claims if claim.standing != "overruled"],
            overruled=[self._backing(claim, self._shown(claim)[0]) for claim in claims if claim.standing == "overruled"],
        )

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
            values.append(Value(text, url, note, language, [self._backing(claim) for claim in group]))
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
        text, url = claim.value, None
        if claim.property in {"kind", "state", "stage", "platform", "sector"}:
            text = wording.term(claim.property, claim.value)
        elif claim.property == "country":
            text = wording.country(claim.value)
        elif claim.property == "sme":
            text = wording.yes_no(claim.value)
        elif claim.property == "website":
            url = claim.value if claim.value.startswith(("https://", "http://")) else None
        elif claim.property == "identifier":
            url = addresses.identifier_url(claim.qualifier or "", claim.value)
        elif claim.property in {"parent", "successor"}:
            names = {relation.id: relation.name for relation in self.organisation.relations}
            text, url = names.get(claim.value) or claim.value, addresses.organisation_url(claim.value)
        return text, url

    def _backing(self, claim: Claim, says: str = "") -> Backing:
        row_url = next((text for text in (claim.source_id, claim.reference or "") if text.startswith("https://")),
                       self.row_pages.get(claim.source))
        mark = claim.verification or "register"
        return Backing(
            source=claim.source_title, source_name=wording.short_source(claim.source, claim.source_title),
            row=claim.source_id.removeprefix("https://ror.org/"), row_url=row_url, version=claim.source_version,
            as_of=claim.as_of, retrieved=(claim.retrieved or "")[:10] or None,
            verification=str(wording.VERIFICATIONS.get(mark, mark)), mark=mark, says=says,
        )
