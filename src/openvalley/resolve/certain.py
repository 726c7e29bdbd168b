"""The certain ways to say who a row means: a shared identifier, the same name within the country, the same web domain.

The first way that finds anything decides: one organisation is a match, more than one a case for a person.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeVar

import pyarrow as pa

from openvalley.resolve.countries import country_code
from openvalley.resolve.linker.kept import KeptForms
from openvalley.resolve.normalise import fold, name_key
from openvalley.vocabulary.identifiers import ROR_PREFIX, Scheme, is_valid, parse

#: How far each certain way of matching is trusted: for names the share that is right on the labelled lists, of which a
#: part says that ROR lacks who it has by now. The scores of likeness are calibrated probabilities.
SCORES = {"identifier": 1.0, "name and city": 0.98, "name": 0.98, "domain": 0.90, "name only": 0.90}
#: The ways that go by the name alone.
BY_NAME = ("name and city", "name", "name only")
#: Columns of a list that linking looks at; all but the name may be missing.
COLUMNS = ("name", "city", "country", "website", "vat", "pic")
#: Other names of an organisation that are compared, too.
_MOST_ALIASES = 4
Key = TypeVar("Key")
Value = TypeVar("Value")
#: What numbers are called in reasons.
_CALLED = {Scheme.PIC.value: "PIC", Scheme.VAT.value: "VAT number"}
_HOST = re.compile(r"^(?:https?://)?(?:www[0-9]?\.)?([a-z0-9.-]+\.[a-z]{2,24})")


@dataclass(frozen=True)
class LinkIndex:
    """What a list is linked against, as Arrow tables of an atlas.

    Attributes:
        names: ``id``, ``key``, ``name`` (display), ``country``, ``city``, ``folded_city`` - one row a name.
        identifiers: ``id``, ``scheme``, ``value``.
        domains: ``id``, ``domain``.
        spellings: ``id``, ``country``, ``name``, ``acronym`` (whether it is one) - one row a name.
        towns: ``id``, ``city``.
        kept: the forms of the spellings, where they are kept from one start to the next.

    """

    names: pa.Table
    identifiers: pa.Table
    domains: pa.Table
    spellings: pa.Table
    towns: pa.Table
    kept: KeptForms | None = None


class Asked(NamedTuple):
    """A row of a list in the form in which the index keeps it.

    Attributes:
        key: of its name; empty where it has none.
        name, city: as they were written.
        country: ISO 3166-1 code, none where it is missing or not known.
        strange_country: what stands for the country, where it is not known.
        domain: the web domain, or empty.
        numbers: its valid identifiers, as (scheme, value).
        invalid: schemes of numbers that are none.

    """

    key: str
    name: str
    city: str
    country: str | None
    strange_country: str
    domain: str
    numbers: Sequence[tuple[str, str]]
    invalid: Sequence[str] = ()


class Found(NamedTuple):
    """What a certain way found: which way, the ids (sorted), and what the first of them shares with the row."""

    way: str
    ids: Sequence[str]
    shared: str


def asked(name: str, city: str, country: str, website: str, vat: str, pic: str) -> Asked:
    """Bring a row into the form in which the index keeps it."""
    code = country_of(country)
    host = _HOST.match(website.lower()) if website else None
    given = ((Scheme.PIC, pic), (Scheme.VAT, vat)) if pic or vat else ()
    numbers = [(scheme.value, parse(scheme, text).value) for scheme, text in given if text and is_valid(scheme, text)]
    invalid = [scheme.value for scheme, text in given if text.strip() and not is_valid(scheme, text)] if given else ()
    return Asked(name_key(name), name, city, code, country if country.strip() and not code else "",
                 host[1] if host else "", numbers, invalid)


@lru_cache(maxsize=1 << 12)
def country_of(text: str) -> str | None:
    """Return the code of a country; lists write few countries again and again."""
    return country_code(text)


_folded = lru_cache(maxsize=1 << 16)(fold)


class Certain:
    """Finds organisations by what leaves no doubt."""

    def __init__(self, index: LinkIndex) -> None:
        """Take the index."""
        ids = index.names["id"].to_pylist()
        self.names: Mapping[str, str] = dict(zip(reversed(ids), reversed(index.names["name"].to_pylist()), strict=True))
        same = {id_: id_ for id_ in self.names}
        columns = (index.names[column].to_pylist() for column in ("country", "folded_city", "city"))
        bearers = zip((same[id_] for id_ in ids), *columns, strict=True)
        self._named = _holders(zip(index.names["key"].to_pylist(), bearers, strict=True))
        called = _holders((id_, name) for id_, name in zip(
            index.spellings["id"].to_pylist(), index.spellings["name"].to_pylist(), strict=True)
            if not id_.startswith(ROR_PREFIX))
        self._aliases = {id_: tuple(sorted(set(names)))[:_MOST_ALIASES] for id_, names in called.items()
                         if len(names) > 1}
        self._numbers = _holders(zip(zip(index.identifiers["scheme"].to_pylist(),
                                         index.identifiers["value"].to_pylist(), strict=True),
                                     index.identifiers["id"].to_pylist(), strict=True))
        self._domains = _holders(zip(index.domains["domain"].to_pylist(), index.domains["id"].to_pylist(), strict=True))

    def aliases(self, found: Found | None) -> tuple[str, ...]:
        """Return what else the organisation that was found is called, where ROR does not have it."""
        return self._aliases.get(found.ids[0], ()) if found else ()

    def find(self, row: Asked) -> Found | None:
        """Return what the first way that finds anything finds."""
        return self._by_number(row) or self._by_name(row) or self._by_domain(row) or self._by_name_only(row)

    def called(self, row: Asked) -> Found | None:
        """Return what the row's name alone finds."""
        return self._by_name(row) or self._by_name_only(row)

    def bears(self, row: Asked, id_: str) -> bool:
        """Return whether an organisation has the row's name, wherever it is."""
        return any(one[0] == id_ for one in self._named.get(row.key, ()))

    def passed_over(self, row: Asked) -> list[str]:
        """Return in words which numbers of a row told nothing, and why."""
        unknown = [scheme for scheme, value in row.numbers if (scheme, value) not in self._numbers]
        return [f"{_CALLED[scheme]} {said}" for schemes, said in ((row.invalid, "not valid"),
                                                                  (unknown, "not in the atlas")) for scheme in schemes]

    def _by_number(self, row: Asked) -> Found | None:
        if not row.numbers:
            return None
        found = {id_: f"same {scheme.upper()} {value}" for scheme, value in reversed(row.numbers)
                 for id_ in self._numbers.get((scheme, value), ())}
        return _found("identifier", found)

    def _by_name(self, row: Asked) -> Found | None:
        if not (row.key and row.country):
            return None
        named = [one for one in self._named.get(row.key, ()) if one[1] == row.country]
        if not named:
            return None
        city = _folded(row.city) if row.city else ""
        there = {id_: f"same name in {place} ({country})" for id_, country, folded, place in named
                 if city and folded == city}
        return _found("name and city", there) or _found("name", {one[0]: f"same name in {one[1]}" for one in named})

    def _by_domain(self, row: Asked) -> Found | None:
        if row.domain not in self._domains:
            return None
        return _found("domain", dict.fromkeys(self._domains.get(row.domain, ()), f"same web domain {row.domain}"))

    def _by_name_only(self, row: Asked) -> Found | None:
        named = self._named.get(row.key, ()) if row.key and not row.country else ()
        return _found("name only", {one[0]: "same name; the country is not given" for one in named})


def _found(way: str, shared: Mapping[str, str]) -> Found | None:
    ids = sorted(shared)
    return Found(way, ids, shared[ids[0]]) if ids else None


def _holders(pairs: Iterable[tuple[Key, Value]]) -> Mapping[Key, tuple[Value, ...]]:
    """Return what has each key: in tuples, which the collector of garbage need not look through again and again."""
    found: dict[Key, tuple[Value, ...]] = {}
    several: dict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        if key in found:
            several[key].append(value)
        else:
            found[key] = (value,)
    return found | {key: (*found[key], *more) for key, more in several.items()}
