"""Identifiers: one canonical form each, and a slip of the pen is noticed where the scheme can notice it.

Numbers with check digits are computed here, or belong to public bodies; none is taken from a data set.
"""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_97_10

from openvalley.errors import BadIdentifier
from openvalley.vocabulary.identifiers import PUBLIC_ORDER, Identifier, Scheme, is_valid, parse, public_id

_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"


def _ror_of(number: int) -> str:
    """Write a ROR id: 0, six characters of base 32, two check digits (ISO/IEC 7064 MOD 97-10)."""
    code = "".join(_BASE32[number >> shift & 31] for shift in range(25, -1, -5))
    return f"https://ror.org/0{code}{98 - number * 100 % 97:02d}"


def _kbo_of(number: int) -> str:
    """Write an enterprise number: eight digits, and 97 minus their rest modulo 97."""
    return f"{number:08d}{97 - number % 97:02d}"


rors = st.integers(min_value=1, max_value=(1 << 30) - 1).map(_ror_of)
kbos = st.integers(min_value=2_000_000, max_value=19_999_999).map(_kbo_of)


@given(rors)
def test_a_ror_id_is_recognised_however_it_is_written(ror):
    bare = ror.removeprefix("https://ror.org/")
    for written in (ror, bare, bare.upper(), f"ror.org/{bare}", f"http://ror.org/{bare}", f"www.ror.org/{bare}",
                    f"  {ror}\n"):
        assert parse(Scheme.ROR, written).value == ror
        assert public_id(written) == ror


@given(rors, st.integers(min_value=1, max_value=8), st.sampled_from(_BASE32))
def test_one_changed_character_of_a_ror_id_is_refused(ror, place, other):
    bare = ror.removeprefix("https://ror.org/")
    assume(bare[place] != other)
    assert not is_valid(Scheme.ROR, bare[:place] + other + bare[place + 1:])


@given(kbos)
def test_an_enterprise_number_is_recognised_however_it_is_written(kbo):
    for written in (kbo, kbo.removeprefix("0"), f"{kbo[:4]}.{kbo[4:7]}.{kbo[7:]}", f"{kbo[:4]} {kbo[4:7]} {kbo[7:]}",
                    f"BE{kbo}", f"BE {kbo[:4]}.{kbo[4:7]}.{kbo[7:]}"):
        assert parse(Scheme.KBO, written).value == kbo
    for written in (f"BE{kbo}", f"be {kbo[:4]}.{kbo[4:7]}.{kbo[7:]}"):
        assert parse(Scheme.VAT, written).value == f"BE{kbo}"


@given(kbos, st.integers(min_value=0, max_value=9), st.sampled_from("0123456789"))
def test_one_changed_digit_of_an_enterprise_number_is_refused(kbo, place, other):
    assume(kbo[place] != other)
    changed = kbo[:place] + other + kbo[place + 1:]
    assert not is_valid(Scheme.KBO, changed)
    assert not is_valid(Scheme.VAT, f"BE{changed}")


_WELL_FORMED = {
    Scheme.ROR: st.one_of(rors, rors.map(str.upper).map(lambda ror: ror.replace("HTTPS://ROR.ORG/", ""))),
    Scheme.PIC: st.from_regex(r"[1-9][0-9]{8}", fullmatch=True),
    Scheme.VAT: st.one_of(kbos.map("BE {}".format), st.sampled_from([
        "DE 136695976", "FR 40 303 265 045", "NL 0044.95.445.B01", "LU 150 274 42", "EL 094259216"])),
    Scheme.KBO: st.one_of(kbos, kbos.map("BE {}".format)),
    Scheme.LEI: st.from_regex(r"[0-9A-Z]{18}", fullmatch=True).map(lambda b: b + mod_97_10.calc_check_digits(b)),
    Scheme.ISNI: st.sampled_from(["0000 0001 2281 955X", "000000012281955X"]),
    Scheme.GRID: st.just("grid.5342.0"),
    Scheme.WIKIDATA: st.from_regex(r"Q[1-9][0-9]{0,8}", fullmatch=True),
    Scheme.FUNDREF: st.just("501100003130"),
    Scheme.NCT: st.from_regex(r"NCT[0-9]{8}", fullmatch=True),
    Scheme.EU_CT: st.just("2022-501234-56-00"),
    Scheme.EUDRACT: st.just("2004-000123-45"),
    Scheme.NUTS: st.sampled_from(["BE", "BE2", "BE23", "BE234"]),
}


@pytest.mark.parametrize("scheme", list(Scheme))
@given(st.data())
def test_parsing_what_was_parsed_changes_nothing(scheme, data):
    once = parse(scheme, data.draw(_WELL_FORMED[scheme]))
    assert parse(scheme, once.value) == once
    assert once.label


@pytest.mark.parametrize("scheme", list(Scheme))
@given(st.text(max_size=20))
def test_any_text_is_an_identifier_for_good_or_none(scheme, text):
    if is_valid(scheme, text):
        assert parse(scheme, parse(scheme, text).value) == parse(scheme, text)
    else:
        with pytest.raises(BadIdentifier):
            parse(scheme, text)


@given(st.sampled_from(PUBLIC_ORDER), st.data())
def test_a_public_id_stays_what_it_is(scheme, data):
    known = parse(scheme, data.draw(_WELL_FORMED[scheme]))
    assert public_id(known.public_id) == known.public_id


@given(st.text(max_size=60))
def test_any_text_can_be_asked_for_as_an_id(text):
    assert public_id(public_id(text)) == public_id(text)


@pytest.mark.parametrize(("scheme", "text"), [
    (Scheme.ROR, ""), (Scheme.ROR, "https://ror.org/"), (Scheme.ROR, "03yrm5c2"), (Scheme.ROR, "13yrm5c26"),
    (Scheme.ROR, "0iiiiii26"), (Scheme.ROR, "https://grid.ac/03yrm5c26"), (Scheme.PIC, "099999999"),
    (Scheme.PIC, "99999999"), (Scheme.PIC, "9999999999"), (Scheme.PIC, "٩٩٩٩٩٩٩٩٩"), (Scheme.VAT, "0123456789"),
    (Scheme.VAT, "XX123456789"), (Scheme.KBO, "BE"), (Scheme.NCT, "NCT1234567"), (Scheme.NCT, "nct12345678"),
    (Scheme.LEI, "213800KUJIZ8ZQXBPB57"), (Scheme.GRID, "grid.x.1"), (Scheme.WIKIDATA, "Q0"),
    (Scheme.NUTS, "BE2345"), (Scheme.EU_CT, "2022-101234-56-00"), (Scheme.EUDRACT, "1804-000123-45"),
])
def test_what_is_no_identifier_is_refused_with_what_was_read(scheme, text):
    with pytest.raises(BadIdentifier) as refused:
        parse(scheme, text)
    assert repr(text) in refused.value.message
    assert refused.value.hint
    assert refused.value.context["scheme"] == scheme.value


def test_a_huge_cell_gives_a_short_message():
    with pytest.raises(BadIdentifier) as refused:
        parse(Scheme.PIC, "9" * 10_000_000)
    assert len(refused.value.message) < 200


@pytest.mark.parametrize(("text", "expected"), [
    ("999991334", "pic:999991334"), ("pic:999991334", "pic:999991334"), ("BE0203201340", "vat:BE0203201340"),
    ("kbo:0203.201.340", "kbo:0203201340"), ("UZ Gent", "UZ Gent"), (" ov:abc ", "ov:abc"), ("", ""),
])
def test_ids_as_people_type_them(text, expected):
    assert public_id(text) == expected


def test_identifiers_sort_by_scheme_and_value():
    known = [Identifier(Scheme.VAT, "BE2"), Identifier(Scheme.PIC, "9"), Identifier(Scheme.PIC, "1")]
    assert [one.value for one in sorted(known)] == ["1", "9", "BE2"]
