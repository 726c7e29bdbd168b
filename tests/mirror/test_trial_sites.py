"""Sites for studies on the whole mirror: in twenty golden cases every number of a sentence is counted anew."""

from collections import defaultdict
from datetime import date

import pytest

from openvalley.insight.test import TestRequest
from openvalley.insight.test import test as sites_for
from openvalley.insight.test.conditions import condition_meant
from openvalley.resolve.normalise import fold
from told import assert_counted

pytestmark = pytest.mark.mirror

_GOLDEN = [
    ("multiple sclerosis", {}), ("sclérose en plaques", {"region": "BE2"}), ("Multiple Sklerose", {"region": "DE"}),
    ("multiple sclerose", {"region": "NL", "phase": "3"}), ("COVID-19", {}), ("covid-19", {"region": "BE1"}),
    ("COVID-19", {"phase": "1", "region": "FR"}), ("COVID-19", {"intervention": "hydroxychloroquine"}),
    ("longkanker", {"phase": "1"}), ("cancer du poumon", {"region": "FR"}), ("lung cancer", {"region": "ES"}),
    ("Lungenkrebs", {"region": "DE2", "phase": "2"}), ("NSCLC", {"region": "IT"}), ("diabetes", {}),
    ("depression", {"region": "UK"}), ("multiple sclerosis", {"region": "BE3", "intervention": "exercise"}),
    ("COVID-19", {"region": "EL"}), ("multiple sclerosis", {"region": "DK"}), ("insomnia", {"region": "NL"}),
    ("lung cancer", {"region": "BE24", "phase": "III"}),
]
_ISO = {"EL": "GR", "UK": "GB"}
_PHASES = {"1": {"EARLY_PHASE1", "PHASE1"}, "2": {"PHASE2"}, "3": {"PHASE3"}, "III": {"PHASE3"}}
_INDUSTRY = {"INDUSTRY", "Pharmaceutical company"}


class _Registers:
    """The registers' rows as plain Python: trials, their words, sites and sponsors."""

    def __init__(self, atlas):
        self.trials = {row["id"]: row for row in atlas.rows("SELECT * FROM trial")}
        self.words, self.interventions = defaultdict(list), defaultdict(list)
        for row in atlas.rows("SELECT * FROM trial_term"):
            if row["kind"] in {"condition", "keyword"}:
                self.words[row["trial_id"]].append(fold(row["term"]))
            elif row["kind"] == "intervention":
                self.interventions[row["trial_id"]].append(fold(row["term"]))
        for known, row in self.trials.items():
            self.words[known].append(fold(row["title"] or ""))
        self.sites = atlas.rows("SELECT * FROM trial_site")
        self.at = defaultdict(set)
        for row in self.sites:
            self.at[row["organisation_id"]].add(row["trial_id"])
        self.sponsors = defaultdict(set)
        for row in atlas.rows("SELECT * FROM trial_party WHERE role = 'sponsor'"):
            self.sponsors[row["organisation_id"]].add(row["trial_id"])
        self.country = {row["id"]: row["country"] for row in atlas.rows("SELECT id, country FROM organisation")}

    def about(self, phrases):
        """Return the trials that have one of some phrases in a condition, keyword or title."""
        return {known for known, texts in self.words.items()
                if any(f" {phrase} " in f" {text} " for phrase in phrases for text in texts)}

    def in_country(self, country):
        return {row["trial_id"] for row in self.sites if row["country"] == country}

    def named_in(self, country):
        """Return the trials of which a site in a country is linked to somebody."""
        return {row["trial_id"] for row in self.sites if row["country"] == country and row["organisation_id"]}


@pytest.fixture(scope="module")
def registers(atlas):
    return _Registers(atlas)


def _counted(registers, item, about, asked):
    """Return what each sentence about a site should tell."""
    mine = registers.at[item.id]
    same = mine & about
    trials = [registers.trials[known] for known in same]
    country = registers.country[item.id]
    unnamed = registers.in_country(country) - {
        row["trial_id"] for row in registers.sites if row["organisation_id"] and row["country"] == country}
    wanted = _PHASES.get(asked.get("phase", ""), set())
    return {
        "test.same": {"trials": len(same), "all": len(mine)}, "test.other": {"trials": len(mine)},
        "test.phase": {"trials": sum(bool(set(row["phases"] or ()) & wanted) for row in trials),
                       "phase": asked.get("phase")},
        "test.treated": {"trials": sum(any(fold(asked.get("intervention", "")) in text for text in
                                           registers.interventions[row["id"]]) for row in trials)},
        "test.newest": {"day": max((row["start_date"] for row in trials if row["start_date"]), default=date.min)},
        "test.industry": {"trials": sum(row["sponsor_class"] in _INDUSTRY for row in trials), "of": len(same)},
        "test.industry_one": {}, "test.beds": {}, "test.nearby": {},
        "test.early": {"trials": sum(bool(set(registers.trials[known]["phases"] or ()) & _PHASES["1"])
                                     for known in mine)},
        "test.competing": {"trials": sum(row["state"] in {"recruiting", "not-yet-recruiting"} for row in trials)},
        "test.sponsored": {"trials": len(registers.sponsors[item.id])},
        "test.unseen": {"trials": len(registers.sponsors[item.id] & about & unnamed)},
    }


@pytest.mark.parametrize(("condition", "asked"), _GOLDEN, ids=[f"{text} {' '.join(asked.values())}".strip()
                                                              for text, asked in _GOLDEN])
def test_every_number_in_a_sentence_is_that_of_its_rows(atlas, registers, condition, asked):
    answer = sites_for(atlas, TestRequest(condition, limit=15, **asked))
    about = registers.about(condition_meant(atlas, condition).phrases)
    assert answer.items
    for item in answer.items:
        counted = _counted(registers, item, about, asked)
        for statement in item.evidence:
            assert_counted(statement, counted[statement.code])
        told = {statement.code for statement in item.evidence}
        assert ("test.same" in told) == bool(counted["test.same"]["trials"])
        assert ("test.competing" in told) == bool(counted["test.competing"]["trials"])
    region = asked.get("region", "BE")
    country = _ISO.get(region[:2], region[:2])
    here = registers.in_country(country)
    for statement in answer.summary:
        if statement.code in {"test.count", "test.count_condition"}:
            everybody = sites_for(atlas, TestRequest(condition, limit=10_000, **asked)).items
            able = [item for item in everybody if registers.at[item.id] & about or item.values["unseen"]]
            counted = {"sites": len(able), "of": len(everybody)}
            assert able
        elif statement.code in {"test.none", "test.none_condition"}:
            everybody = sites_for(atlas, TestRequest(condition, limit=10_000, **asked)).items
            assert not any(registers.at[item.id] & about or item.values["unseen"] for item in everybody)
            counted = {"of": len(everybody)}
        elif statement.code == "test.listed":
            able = [item for item in answer.items if registers.at[item.id] & about or item.values["unseen"]]
            counted = {"sites": len(able), "listed": len(answer.items)}
        elif statement.code in {"test.enough", "test.not_enough"}:
            counted = {"trials": len(here), "enough": 200}
            assert (statement.code == "test.enough") == (len(here) >= 200)
        elif statement.code == "test.unnamed":
            counted = {"trials": len(about & here - registers.named_in(country))}
        elif statement.code == "test.sponsor":
            (subject,) = {cited.subject for cited in statement.citations}
            counted = {"trials": len({known for known in registers.sponsors[subject] & about & here
                                      if registers.trials[known]["sponsor_class"] not in _INDUSTRY})}
        else:
            assert statement.code == "test.units"
            counted = {"units": len(statement.values["names"])}
        assert_counted(statement, counted)
    linked = sum(row["organisation_id"] is not None for row in registers.sites) / len(registers.sites)
    assert_counted(answer.caveats[0], {"share": linked})


def test_phase_1_units_are_those_of_the_pack(atlas):
    answer = sites_for(atlas, TestRequest("longkanker", phase="1"))
    (units,) = [statement for statement in answer.summary if statement.code == "test.units"]
    rows = atlas.rows("""
        SELECT DISTINCT o.name FROM capability AS c JOIN curated_party AS p ON p.row_id = c.id
        JOIN organisation AS o ON o.id = p.organisation_id
        WHERE p.record_type = 'capability' AND c.activity = 'phase-1-beds' AND o.state = 'active'""")
    assert sorted(units.values["names"]) == sorted(row["name"] for row in rows)


def test_nobody_is_said_to_offer_near_a_site_what_its_rows_do_not_say(atlas):
    told = [statement for item in sites_for(atlas, TestRequest("covid-19", limit=50)).items
            for statement in item.evidence if statement.code == "test.nearby"]
    assert len(told) > 20
    for statement in told:
        for cited in statement.citations:
            rows = atlas.rows("SELECT activity FROM capability WHERE source_id = ?", [cited.source_id])
            assert [row["activity"] for row in rows] == [statement.values["activity"]]
