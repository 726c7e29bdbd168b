"""Identifier schemes: how each is written, checked, shown, and which is preferred for a public id.

An identifier is kept as ``(scheme, value)`` with the value in its canonical form: what `parse` returns.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from stdnum import exceptions as stdnum_exceptions
from stdnum import isni, lei
from stdnum.be import vat as belgian_vat
from stdnum.eu import vat as eu_vat

from openvalley.errors import BadIdentifier


class Scheme(StrEnum):
    """The schemes we know. Values are stable: they stand in public ids and exports."""

    ROR = "ror"
    PIC = "pic"
    VAT = "vat"
    KBO = "kbo"
    LEI = "lei"
    ISNI = "isni"
    GRID = "grid"
    WIKIDATA = "wikidata"
    FUNDREF = "fundref"
    NCT = "nct"
    EU_CT = "euct"
    EUDRACT = "eudract"
    NUTS = "nuts"


_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_ROR_FORM = re.compile(r"(?:https?://)?(?:www\.)?(?:ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})", re.IGNORECASE)
#: Check digits of a ROR id: ISO/IEC 7064 MOD 97-10 over the base-32 number (ROR documentation, "ROR identifier").
_ROR_MODULUS = 97
#: What stands before the nine characters of a ROR id in its public form.
ROR_PREFIX = "https://ror.org/"


def _ror(text: str) -> str:
    match = _ROR_FORM.fullmatch(text)
    if not match:
        raise ValueError("a ROR id has nine characters: 0, six of base 32, two check digits")
    code = match[1].lower()
    number = 0
    for character in code[:7]:
        number = number * 32 + _CROCKFORD.index(character)
    if (98 - number * 100 % _ROR_MODULUS) % _ROR_MODULUS != int(code[7:]) % _ROR_MODULUS:
        raise ValueError("its check digits do not fit")
    return ROR_PREFIX + code


def _pattern(form: str, says: str) -> Callable[[str], str]:
    compiled = re.compile(form)

    def parse_form(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(says)
        return text

    return parse_form


def _kbo(text: str) -> str:
    """Ten digits; the last two are 97 minus the rest modulo 97 (as in the Belgian VAT number)."""
    digits = belgian_vat.compact(text)
    return belgian_vat.validate(digits)


def _vat(text: str) -> str:
    """VAT number with its country prefix. Belgium's is the enterprise number behind ``BE``."""
    compacted = re.sub(r"[^0-9A-Za-z+*]", "", text).upper()
    if compacted.startswith("BE"):
        return "BE" + _kbo(compacted[2:])
    return eu_vat.validate(compacted)


def _pic(text: str) -> str:
    """Participant identification code of the EU's funding portal: nine digits, no check digit, not starting with 0."""
    if not re.fullmatch(r"[1-9][0-9]{8}", text):
        raise ValueError("a PIC has nine digits")
    return text


@dataclass(frozen=True)
class _Rule:
    label: str
    parse: Callable[[str], str]


_RULES: dict[Scheme, _Rule] = {
    Scheme.ROR: _Rule("ROR id", _ror),
    Scheme.PIC: _Rule("PIC", _pic),
    Scheme.VAT: _Rule("VAT number", _vat),
    Scheme.KBO: _Rule("KBO/BCE enterprise number", _kbo),
    Scheme.LEI: _Rule("LEI", lei.validate),
    Scheme.ISNI: _Rule("ISNI", isni.validate),
    Scheme.GRID: _Rule("GRID id", _pattern(r"grid\.[0-9]{1,7}\.[0-9a-f]{1,2}", "a GRID id looks like grid.5342.0")),
    Scheme.WIKIDATA: _Rule("Wikidata item", _pattern(r"Q[1-9][0-9]*", "a Wikidata item is Q and a number")),
    Scheme.FUNDREF: _Rule("Funder Registry id", _pattern(r"[0-9]{6,12}", "a Funder Registry id is a number")),
    Scheme.NCT: _Rule("ClinicalTrials.gov number", _pattern(r"NCT[0-9]{8}", "an NCT number is NCT and eight digits")),
    Scheme.EU_CT: _Rule("EU CT number", _pattern(r"20[0-9]{2}-5[0-9]{5}-[0-9]{2}(-[0-9]{2})?",
                                                 "an EU CT number looks like 2022-501234-56-00")),
    Scheme.EUDRACT: _Rule("EudraCT number", _pattern(r"(19|20)[0-9]{2}-[0-9]{6}-[0-9]{2}",
                                                     "a EudraCT number looks like 2004-000123-45")),
    Scheme.NUTS: _Rule("NUTS code", _pattern(r"[A-Z]{2}[0-9A-Z]{0,3}",
                                             "a NUTS code is a country and up to three characters")),
}

#: Schemes that an organisation's public id can be made of, best first; without any, it is derived from content.
PUBLIC_ORDER = (Scheme.ROR, Scheme.PIC, Scheme.VAT, Scheme.KBO)
#: Prefix of a content-derived public id.
CONTENT_PREFIX = "ov:"
#: How public ids of organisations begin.
ORGANISATION_PREFIXES = (ROR_PREFIX, *(f"{scheme}:" for scheme in PUBLIC_ORDER if scheme is not Scheme.ROR),
                         CONTENT_PREFIX)
#: What stands before a NUTS code in a region's public id.
REGION_PREFIX = f"{Scheme.NUTS}:"


@dataclass(frozen=True, order=True)
class Identifier:
    """An identifier in canonical form."""

    scheme: Scheme
    value: str

    @property
    def label(self) -> str:
        """What people call the scheme."""
        return _RULES[self.scheme].label

    @property
    def public_id(self) -> str:
        """How it is written as a public id: a ROR id is its own address, the others carry their scheme."""
        return made_public(self.scheme, self.value)


def made_public(scheme: str, value: str) -> str:
    """Return the public id that an identifier in canonical form makes (`Identifier.public_id`)."""
    return value if scheme == Scheme.ROR else f"{scheme}:{value}"


def parse(scheme: Scheme, text: str) -> Identifier:
    """Check an identifier and bring it into its canonical form.

    Raises:
        BadIdentifier: the text is not of the scheme's form or its check digits are wrong.

    """
    rule = _RULES[scheme]
    stripped = text.strip()
    try:
        return Identifier(scheme, rule.parse(stripped))
    except (ValueError, stdnum_exceptions.ValidationError) as problem:
        raise BadIdentifier(
            f"{stripped[:60]!r} is not a valid {rule.label}: {problem}",
            hint="Look the identifier up in its register, or leave the cell empty.",
            scheme=scheme.value,
            value=stripped[:200],
        ) from problem


def is_valid(scheme: Scheme, text: str) -> bool:
    """Tell whether the text is an identifier of this scheme."""
    try:
        parse(scheme, text)
    except BadIdentifier:
        return False
    return True


def public_id(text: str) -> str:
    """Bring an organisation id typed by a person into the form in which the atlas keeps it.

    ``03yrrjy16``, ``ror.org/03yrrjy16`` and ``ror:03yrrjy16`` become the full address; nine digits become a PIC;
    ``BE0476966024`` a VAT number. Text of no known form is returned as it is, for the caller to look up.
    """
    stripped = text.strip()
    prefix, _, rest = stripped.partition(":")
    if rest and prefix in tuple(Scheme) and is_valid(Scheme(prefix), rest):
        return parse(Scheme(prefix), rest).public_id
    for scheme in PUBLIC_ORDER:
        if is_valid(scheme, stripped):
            return parse(scheme, stripped).public_id
    return stripped
