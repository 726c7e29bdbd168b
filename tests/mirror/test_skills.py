"""Shortages and training on the whole mirror: in twenty golden cases every number is counted from lists and pack."""

import csv
from pathlib import Path

import pytest

import openvalley
from openvalley.insight.educate import EducateRequest, educate
from openvalley.insight.educate.titles import group_of, stages_of
from openvalley.vocabulary.terms import LANGUAGES
from told import assert_counted

pytestmark = pytest.mark.mirror

_PROGRAMMES = Path(openvalley.__file__).parent / "regions" / "belgium" / "programmes.csv"
#: The lists of the Regions in the mirror: file, NUTS code, and the language of their titles.
_LISTS = {"BE1": ("bruxelles", "fr"), "BE2": ("flandre", "nl"), "BE3": ("wallonie", "fr")}
_GOLDEN = [
    ("", ""), ("discovery", ""), ("preclinical", ""), ("clinical", ""), ("manufacturing", ""), ("distribution", ""),
    ("care", ""), ("", "BE1"), ("", "BE2"), ("", "BE3"), ("", "BE10"), ("", "BE23"), ("", "BE241"), ("", "BE33"),
    ("discovery", "BE2"), ("manufacturing", "BE1"), ("manufacturing", "BE2"), ("manufacturing", "BE3"),
    ("care", "BE24"), ("clinical", "BE2"),
]


@pytest.fixture(scope="module")
def listed(mirror):
    """For each occupation group the Regions whose list has a title that means it, and how many titles do."""
    found = {}
    for code, (name, language) in _LISTS.items():
        (path,) = (mirror / "shortage").glob(f"shortage_{name}_*.csv")
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                group = group_of(row["title"], language)
                if group:
                    found.setdefault(group, []).append((code, path.stem.rpartition("_")[2]))
    return found


@pytest.fixture(scope="module")
def programmes():
    with _PROGRAMMES.open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["kind"] != "stem"]


def _given_in(row, region):
    return not region or not row["nuts3"] or row["nuts3"].startswith(region)


@pytest.mark.parametrize(("stage", "region"), _GOLDEN, ids=[f"{stage} {region}".strip() or "whole"
                                                           for stage, region in _GOLDEN])
def test_every_number_in_a_sentence_is_that_of_lists_and_pack(atlas, listed, programmes, stage, region):
    answer = educate(atlas, EducateRequest(stage, region))
    here = {group: rows for group, found in listed.items() if (not stage or stage in stages_of(group))
            and (rows := [row for row in found if not region or region.startswith(row[0])])}
    if not here:
        assert answer.cannot_tell.code == "educate.none_listed"
        return
    assert {item.values["isco"] for item in answer.items} == set(here)
    gaps = 0
    for item in answer.items:
        rows = here[item.values["isco"]]
        assert item.values["titles"] == len(rows)
        assert item.values["regions"] == sorted({code for code, _ in rows})
        train = [row for row in programmes if item.values["isco"] in row["occupations"].split(";")
                 and _given_in(row, region)]
        near = [row for row in programmes if row["kind"] == "training" and row["level"] in {"vocational", "continuing"}
                and not row["occupations"] and _given_in(row, region)
                and set(row["stages"].split(";")) & set(stages_of(item.values["isco"])) - {"care"}]
        seats = [int(row["places"]) for row in train if row["places"]]
        gaps += not train
        told = {statement.code: statement for statement in item.evidence}
        assert ("educate.gap" in told) == (not train)
        assert ("educate.near" in told) == (not train and bool(near) and item.values["isco"][0] in "378")
        for statement in item.evidence:
            assert_counted(statement, {
                "educate.listed": {"year": max(year for _, year in rows)},
                "educate.trained": {"programmes": len(train)}, "educate.near": {"programmes": len(near)},
                "educate.seats": {"seats": sum(seats), "of": len(seats)}}.get(statement.code, {}))
            for names in statement.values.get("where", ()):
                assert set(names) == set(LANGUAGES)
                assert not any(name.startswith("BE") and name[2:].isdigit() for name in names.values())
    (summary,) = answer.summary
    assert_counted(summary, {"occupations": len(here), "gaps": gaps})


def test_the_stem_initiatives_are_those_of_the_pack(atlas):
    with _PROGRAMMES.open(encoding="utf-8", newline="") as stream:
        number = sum(row["kind"] == "stem" for row in csv.DictReader(stream))
    (told,) = [caveat for caveat in educate(atlas, EducateRequest()).caveats if caveat.code == "educate.stem"]
    assert_counted(told, {"initiatives": number})
