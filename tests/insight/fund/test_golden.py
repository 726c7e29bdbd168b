"""Golden cases: for an asker of the Belgian pack and a day, money that must be offered, and money that must not."""

import csv
from datetime import date
from pathlib import Path

import pytest

from openvalley.insight.fund import FundRequest, fund

with Path(__file__).with_name("golden.csv").open(encoding="utf-8", newline="") as stream:
    _CASES = list(csv.DictReader(stream))


@pytest.mark.parametrize("case", _CASES, ids=[f"{case['asker']}-{case['as_of']}" for case in _CASES])
def test_the_right_money_and_none_of_the_forbidden(starter, by_key, case):
    answer = fund(starter, FundRequest(by_key[case["asker"]], as_of=date.fromisoformat(case["as_of"]), limit=500))
    offered = {item.id.removeprefix("instrument:") for item in answer.items if item.type == "instrument"}
    if case["forbidden"] == "*":
        assert (offered, answer.cannot_tell is not None) == (set(), True), case["because"]
        return
    assert set(case["right"].split(";")) <= offered, case["because"]
    forbidden = set(case["forbidden"].split(";"))
    assert not forbidden & offered, case["because"]
    excluded = {row["id"].removeprefix("instrument:"): row["rule"] for row in answer.figures["excluded"]}
    assert forbidden <= set(excluded), "what is not offered is named with its failing rule"
    assert all(excluded[name] for name in forbidden)


def test_there_are_thirty_cases():
    assert len(_CASES) == 30


def test_the_instruments_of_the_cases_exist(starter):
    named = {name for case in _CASES for column in ("right", "forbidden") for name in case[column].split(";")}
    known = {row["source_id"] for row in starter.rows("SELECT source_id FROM instrument")}
    assert named - {"", "*"} <= known
