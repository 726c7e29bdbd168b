"""Money on the whole mirror: in twenty golden cases every number in a sentence is of the pack's row or the call."""

import csv
from datetime import date
from pathlib import Path

import pytest

import openvalley
from openvalley.atlas.sourced import newest_date
from openvalley.insight.fund import FundRequest
from openvalley.questions import fund
from told import assert_counted

pytestmark = pytest.mark.mirror

_PACK = Path(openvalley.__file__).parent / "regions" / "belgium"
_GOLDEN = [
    ({"organisation": "icometrix"}, "2023-03-01"), ({"organisation": "KU Leuven"}, "2023-03-01"),
    ({"organisation": "Ghent University Hospital"}, "2023-03-01"), ({"organisation": "Aphea.Bio"}, "2023-03-01"),
    ({"organisation": "Diagenode"}, "2024-01-10"), ({"organisation": "AstriVax"}, "2026-06-01"),
    ({"organisation": "Galapagos"}, "2026-06-01"), ({"organisation": "Université libre de Bruxelles"}, "2024-02-01"),
    ({"organisation": "IBA"}, "2024-02-01"), ({"organisation": "Ardena"}, "2026-06-01"),
    ({"organisation": "VIB"}, "2022-10-01"), ({"organisation": "Nyxoah"}, "2026-06-01"),
    ({"organisation": "Bio Base Europe Pilot Plant"}, "2023-03-01"),
    ({"organisation": "Novadip Biosciences"}, "2026-06-01"),
    ({"need": "klinische studie fase 1 celtherapie"}, "2023-03-01"),
    ({"need": "vaccine against tuberculosis"}, "2023-03-01"),
    ({"need": "application numérique pour le diabète"}, "2024-01-10"), ({"need": "crop protection"}, "2023-03-01"),
    ({"need": "gene therapy for rare diseases"}, "2021-07-01"),
    ({"organisation": "Confo Therapeutics", "need": "antibody discovery"}, "2024-01-10"),
]
#: What the General Annexes of Horizon Europe ask of a consortium, and pay of the costs: for profit, and not.
_ANNEX = {"RIA": (3, 3, 100, 100), "IA": (3, 3, 70, 100), "CSA": (1, 1, 100, 100), "PCP": (3, 3, 100, 100),
          "PPI": (3, 3, 50, 50)}
_FOR_PROFIT = {"company", "spin-off", "cro", "cmo", "cdmo", "service-provider"}


def _rows(name, key):
    with (_PACK / name).open(encoding="utf-8", newline="") as stream:
        return {row[key]: row for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def pack():
    """The rows of the shipped pack as they stand in its tables."""
    return {"instrument": _rows("instruments.csv", "key"), "investor": _rows("investors.csv", "organisation")}


def _number(cell):
    return float(cell) if cell else None


def _of_pack(row, asker, day):
    """Return what the sentences about a row of the pack should tell."""
    low, high = (_number(row.get(f"{end}_amount") or row.get(f"{end}_ticket")) for end in ("min", "max"))
    coming = sorted(cut for cut in (row.get("cut_offs") or "").split(";") if cut and cut >= day.isoformat())
    return {
        "amount_between": {"low": low, "high": high}, "amount_up_to": {"high": high}, "amount_from": {"low": low},
        "intensity": {"share": (_number(row.get("max_intensity")) or 0) / 100},
        "unverified": {"day": date.fromisoformat(row["checked_on"])},
        "kept_age": {"wanted": int(row.get("max_age_years") or 0), "has": asker and asker["founded"]},
        "open_age": {"wanted": int(row.get("max_age_years") or 0)},
        "kept_cut_off": {"wanted": date.fromisoformat(coming[0]) if coming else None},
    }


def _of_call(atlas, topic, asker, day):
    """Return what the sentences about a call should tell."""
    (call,) = atlas.rows("SELECT opens, action_type FROM call WHERE source_id = ?", [topic])
    coming = [row["deadline"] for row in atlas.rows(
        "SELECT d.deadline FROM call_deadline AS d JOIN call AS c ON c.id = d.call_id "
        "WHERE c.source_id = ? AND d.deadline >= ? ORDER BY d.deadline", [topic, day])]
    entities, countries, profit, other = _ANNEX.get(call["action_type"].rpartition("-")[2], (0, 0, 0, 0))
    rate = other if asker and asker["kind"] not in _FOR_PROFIT else profit
    first = coming[0] if coming else None
    return {
        "call_open": {"deadline": first}, "call_forthcoming": {"deadline": first},
        "call_opens": {"deadline": first, "opens": call["opens"]},
        "consortium": {"entities": entities, "countries": countries}, "intensity": {"share": rate / 100},
        "partners": {"missing": entities - 1, "countries": countries - 1},
        "partners_unknown": {"missing": entities - 1, "countries": countries - 1},
    }


@pytest.mark.parametrize(("asked", "as_of"), _GOLDEN, ids=[f"{next(iter(asked.values()))} {as_of}"
                                                          for asked, as_of in _GOLDEN])
def test_every_number_in_a_sentence_is_that_of_its_row(atlas, pack, asked, as_of):
    day = date.fromisoformat(as_of)
    answer = fund(atlas, FundRequest(**asked, as_of=day, limit=1000))
    assert answer.items
    asker = None
    if answer.asked["organisation"]:
        (asker,) = atlas.rows("SELECT kind, founded FROM organisation WHERE id = ?", [answer.asked["organisation"]])
    for item in answer.items:
        known = item.id.partition(":")[2]
        counted = _of_call(atlas, known, asker, day) if item.type == "call" else _of_pack(pack[item.type][known], asker,
                                                                                         day)
        for statement in item.evidence:
            assert_counted(statement, counted.get(statement.code.removeprefix("fund."), {}))
    money = [item for item in answer.items if item.type != "call"]
    dilutive = [item for item in money if item.type == "investor"
                or pack["instrument"][item.id.partition(":")[2]]["dilutive"] == "yes"]
    certain = [item for item in money if not any(told.code.startswith("fund.open_") for told in item.evidence)]
    calls = [item for item in answer.items if item.type == "call"]
    (newest,) = atlas.rows("SELECT max(deadline) AS day FROM call_deadline")
    for statement in answer.summary:
        assert_counted(statement, {
            "fund.count": {"non_dilutive": len(money) - len(dilutive), "dilutive": len(dilutive),
                           "certain": len(certain)},
            "fund.count_near": {"non_dilutive": len(money) - len(dilutive), "dilutive": len(dilutive)},
            "fund.silent": {"offers": len(pack["instrument"]) + len(pack["investor"]) - len(money) - len([
                row for row in answer.figures["excluded"] if row["type"] != "call"])},
            "fund.calls": {"calls": len(calls), "day": day}, "fund.no_open_call_since": newest,
            "fund.calls_listed": {"day": newest_date(atlas, "call")},
            "fund.no_call_fits": {"day": day}}.get(statement.code, {}))


def test_partners_that_are_named_are_new_and_from_funded_countries(atlas):
    answer = fund(atlas, FundRequest("icometrix", as_of=date(2023, 3, 1)))
    partners = {one["id"] for item in answer.items for one in item.values.get("partners", ())}
    assert partners
    assert atlas.rows("""
        SELECT DISTINCT b.organisation_id FROM participation AS a JOIN participation AS b USING (project_id)
        JOIN identity AS i ON i.id = a.organisation_id
        WHERE i.source = 'pack-belgium' AND i.source_id = 'icometrix'
            AND b.organisation_id IN (SELECT unnest(?))""", [list(partners)]) == []


@pytest.mark.parametrize(("need", "topic"), [
    ("klinische studie fase 1 celtherapie", "HORIZON-HLTH-2023-TOOL-05-01"),
    ("vaccine against tuberculosis", "HORIZON-HLTH-2023-DISEASE-03-17")])
def test_a_call_of_another_field_does_not_come_first(atlas, need, topic):
    calls = [item.id for item in fund(atlas, FundRequest(need=need, as_of=date(2023, 3, 1))).items
             if item.type == "call"]
    assert calls[0] == f"calls:{topic}"
    assert not any("SPACE" in call or "CLEANH2" in call or "CL5" in call for call in calls)
