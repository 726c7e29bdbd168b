"""Hard rules: kept, broken, or open where a fact is unknown - never guessed."""

from dataclasses import replace
from datetime import date

import pytest

from openvalley.insight.fund.asker import Asker, sizes
from openvalley.insight.fund.fields import ELSEWHERE, _fields, in_field
from openvalley.insight.fund.rules import Outcome, call_rules, consortium, instrument_rules, investor_rules, outcome
from openvalley.vocabulary.terms import Vocabulary, terms

_DAY = date(2026, 6, 1)
_FREE = {"who_kinds": [], "who_sizes": [], "who_seats": [], "max_age_years": None, "stages": [], "sectors": [],
         "cut_offs": []}
_WHO = Asker("x", "X", "company", "BE", "BE234", ("small",), 2020, ("clinical",), ("biopharma",), ())


@pytest.mark.parametrize(("asks", "who", "expected"), [
    ({}, {}, Outcome.KEPT),
    ({"who_kinds": ["university"]}, {}, Outcome.BROKEN), ({"who_kinds": ["university"]}, {"kind": None}, Outcome.OPEN),
    ({"who_sizes": ["micro", "small"]}, {}, Outcome.KEPT), ({"who_sizes": ["large"]}, {}, Outcome.BROKEN),
    ({"who_sizes": ["micro", "small"]}, {"sizes": ("micro", "small", "medium")}, Outcome.OPEN),
    ({"who_sizes": ["micro"]}, {"sizes": ()}, Outcome.OPEN),
    ({"who_seats": ["BE2"]}, {}, Outcome.KEPT), ({"who_seats": ["BE3"]}, {}, Outcome.BROKEN),
    ({"who_seats": ["BE"]}, {"nuts": None}, Outcome.KEPT), ({"who_seats": ["BE2"]}, {"nuts": None}, Outcome.OPEN),
    ({"who_seats": ["BE2"]}, {"nuts": "BE"}, Outcome.OPEN), ({"who_seats": ["EL"]}, {"country": "GR"}, Outcome.KEPT),
    ({"who_seats": ["BE2"]}, {"country": "NL", "nuts": "NL321"}, Outcome.BROKEN),
    ({"who_seats": ["BE2"]}, {"country": None, "nuts": None}, Outcome.OPEN),
    ({"who_seats": ["BE2"]}, {"nuts": "BE100"}, Outcome.BROKEN),
    ({"who_seats": ["BE2"]}, {"nuts": "BE100", "shared_seat": True}, Outcome.OPEN),
    ({"who_seats": ["BE1"]}, {"nuts": "BE100", "shared_seat": True}, Outcome.KEPT),
    ({"who_seats": ["NL"]}, {"nuts": "BE100", "shared_seat": True}, Outcome.BROKEN),
    ({"max_age_years": 7}, {}, Outcome.KEPT), ({"max_age_years": 6}, {}, Outcome.OPEN),
    ({"max_age_years": 5}, {}, Outcome.BROKEN), ({"max_age_years": 5}, {"founded": None}, Outcome.OPEN),
    ({"stages": ["care"]}, {}, Outcome.BROKEN), ({"sectors": ["biopharma", "care"]}, {}, Outcome.KEPT),
    ({"cut_offs": [date(2026, 5, 31)]}, {}, Outcome.BROKEN),
    ({"cut_offs": [date(2026, 5, 31)], "rhythm": "yearly"}, {}, Outcome.OPEN), ({"cut_offs": [_DAY]}, {}, Outcome.KEPT),
    ({"stages": ["care"], "who_sizes": ["micro"]}, {"sizes": ()}, Outcome.BROKEN),
])
def test_an_instrument(asks, who, expected):
    assert outcome(instrument_rules({**_FREE, **asks}, replace(_WHO, **who), _DAY)) is expected


@pytest.mark.parametrize(("country", "expected"), [("BE", Outcome.KEPT), ("GB", Outcome.KEPT), ("US", Outcome.BROKEN),
                                                   (None, Outcome.OPEN)])
def test_a_call_asks_for_the_country(country, expected):
    assert outcome(call_rules({"programme": "HORIZON"}, replace(_WHO, country=country))) is expected


def test_an_investor_looks_at_companies_in_its_fields():
    asks = {"invests_in": ["BE"], "fields": ["biopharma"]}
    assert outcome(investor_rules(asks, _WHO)) is Outcome.KEPT
    assert outcome(investor_rules(asks, replace(_WHO, kind="university"))) is Outcome.BROKEN
    assert outcome(investor_rules({**asks, "fields": ["medtech"]}, _WHO)) is Outcome.BROKEN


@pytest.mark.parametrize(("action", "non_profit", "found"), [
    ("HORIZON-RIA", False, (3, 3, 100)), ("HORIZON-IA", False, (3, 3, 70)), ("HORIZON-IA", True, (3, 3, 100)),
    ("HORIZON-JU-CSA", False, (1, 1, 100)), ("HORIZON-FPA", False, None), (None, False, None)])
def test_what_a_consortium_needs(action, non_profit, found):
    wanted = consortium(action, non_profit=non_profit)
    assert (wanted and (wanted.entities, wanted.countries, wanted.rate)) == found


@pytest.mark.parametrize(("headcount", "sme", "expected"), [
    (9, None, ("micro",)), (10, None, ("small",)), (249, False, ("medium",)), (250, True, ("large",)),
    (None, True, ("micro", "small", "medium")), (None, False, ("large",)), (None, None, ())])
def test_sizes(headcount, sme, expected):
    assert tuple(sizes(headcount, sme=sme)) == expected


@pytest.mark.parametrize(("topic", "sectors", "counts"), [
    ("HORIZON-HLTH-2023-TOOL-05-01", ("biopharma",), 1.0), ("HORIZON-HLTH-2023-TOOL-05-01", (), 1.0),
    ("HORIZON-HLTH-2023-TOOL-05-01", ("agro-food",), ELSEWHERE), ("HORIZON-MISS-2024-CANCER-01", ("care",), 1.0),
    ("HORIZON-MISS-2024-SOIL-01-09", ("agro-food",), 1.0), ("HORIZON-MISS-2024-CIT-01-01", (), ELSEWHERE),
    ("HORIZON-JTI-CLEANH2-2023-01-01", ("biopharma",), ELSEWHERE), ("HORIZON-CL4-2023-SPACE-01-63", (), ELSEWHERE),
    ("HORIZON-CL4-2024-DATA-01-01", ("digital-health",), 1.0), ("HORIZON-CL4-2024-DATA-01-01", (), ELSEWHERE),
    ("HORIZON-EIC-2026-PATHFINDEROPEN-01", (), 1.0), ("", (), 1.0)])
def test_the_field_of_a_call(topic, sectors, counts):
    assert in_field(topic, sectors) == counts


def test_the_fields_name_sectors_of_the_vocabulary():
    assert {sector for _, of in _fields() for sector in of} <= set(terms(Vocabulary.SECTOR))
