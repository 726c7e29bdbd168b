"""Forty cohort questions, each beside SQL written by hand that runs on DuckDB and on PostgreSQL as it stands.

The statements share no text with what the node compiles: they join where it intersects, count where it lists, and spell
ages out. Ages without a day are counted on the day of the data: 2019-05-25 in GiBleed, 2022-10-10 in Synthea27Nj.
"""

from typing import Any, NamedTuple

GIBLEED, SYNTHEA = "gibleed", "synthea"
_CONDITION = "SELECT COUNT(DISTINCT person_id) FROM condition_occurrence WHERE condition_concept_id"
_DRUG = "SELECT COUNT(DISTINCT person_id) FROM drug_exposure WHERE drug_concept_id"
_PROCEDURE = "SELECT COUNT(DISTINCT person_id) FROM procedure_occurrence WHERE procedure_concept_id"
_MEASUREMENT = "SELECT COUNT(DISTINCT person_id) FROM measurement WHERE measurement_concept_id"
_BELOW = "IN (SELECT descendant_concept_id FROM concept_ancestor WHERE ancestor_concept_id ="
_HAS = ("EXISTS (SELECT 1 FROM condition_occurrence c WHERE c.person_id = p.person_id AND c.condition_concept_id = {})")
_TAKES = "EXISTS (SELECT 1 FROM drug_exposure d WHERE d.person_id = p.person_id AND d.drug_concept_id = {})"
_WHO = "SELECT COUNT(*) FROM person p WHERE "
_BIRTHDAY = "MAKE_DATE(CAST(p.year_of_birth AS INT), CAST(p.month_of_birth AS INT), CAST(p.day_of_birth AS INT))"
_EVENT_AGE = (
    "SELECT COUNT(DISTINCT c.person_id) FROM condition_occurrence c JOIN person p ON p.person_id = c.person_id "
    "WHERE c.condition_concept_id = {} AND c.condition_start_date >= " + _BIRTHDAY + " + INTERVAL '{} years'"
    " AND c.condition_start_date < " + _BIRTHDAY + " + INTERVAL '{} years'")


class Asked(NamedTuple):
    """A question, where it is asked, and what a person would write instead."""

    database: str
    question: dict[str, Any]
    sql: str


def _g(question: dict[str, Any], sql: str) -> Asked:
    return Asked(GIBLEED, question, sql)


def _s(question: dict[str, Any], sql: str) -> Asked:
    return Asked(SYNTHEA, question, sql)


FORTY = (
    _g({"condition": "SNOMED:13200003"}, f"{_CONDITION} = 4027663"),
    _g({"condition": 192671, "descendants": False}, f"{_CONDITION} = 192671"),
    _g({"condition": 44782620}, f"{_CONDITION} {_BELOW} 44782620)"),
    _g({"condition": 442628}, f"{_CONDITION} {_BELOW} 442628)"),
    _g({"condition": 40481087, "days": 5},
       "SELECT COUNT(*) FROM (SELECT person_id FROM condition_occurrence WHERE condition_concept_id = 40481087 "
       "GROUP BY person_id HAVING COUNT(DISTINCT condition_start_date) > 4) t"),
    _g({"condition": 260139, "from": "2000-01-01", "to": "2009-12-31"},
       f"{_CONDITION} = 260139 AND condition_start_date BETWEEN DATE '2000-01-01' AND DATE '2009-12-31'"),
    _g({"condition": 260139, "to": "1960-06-30"},
       f"{_CONDITION} = 260139 AND NOT condition_start_date > DATE '1960-06-30'"),
    _g({"condition": 378001, "age": {"min": 40, "max": 59}}, _EVENT_AGE.format(378001, 40, 60)),
    _g({"condition": 28060, "age": {"max": 5}}, _EVENT_AGE.format(28060, 0, 6)),
    _g({"drug": "RxNorm:140587"}, f"{_DRUG} = 1118084"),
    _g({"drug": 21602818}, f"{_DRUG} {_BELOW} 21602818)"),
    _g({"drug": 21500837, "from": "2015-01-01"},
       f"{_DRUG} {_BELOW} 21500837) AND drug_exposure_start_date >= DATE '2015-01-01'"),
    _g({"procedure": "SNOMED:288086009"}, f"{_PROCEDURE} = 4125906"),
    _g({"procedure": 4107731, "days": 30},
       "SELECT COUNT(*) FROM (SELECT person_id FROM procedure_occurrence WHERE procedure_concept_id = 4107731 "
       "GROUP BY person_id HAVING COUNT(DISTINCT procedure_date) >= 30) t"),
    _g({"measurement": 3006322}, f"{_MEASUREMENT} = 3006322"),
    _g({"measurement": 3006322, "min": 38}, f"{_MEASUREMENT} = 3006322 AND CAST(value_as_number AS DECIMAL) >= 38"),
    _g({"sex": "female"}, _WHO + "p.gender_concept_id = 8532"),
    _g({"age": {"min": 65}}, _WHO + f"{_BIRTHDAY} + INTERVAL '65 years' <= DATE '2019-05-25'"),
    _g({"age": {"min": 40, "max": 49, "on": "2010-07-15"}},
       _WHO + f"{_BIRTHDAY} + INTERVAL '40 years' <= DATE '2010-07-15' "
              f"AND {_BIRTHDAY} + INTERVAL '50 years' > DATE '2010-07-15'"),
    _g({"observed": {"from": "2016-01-01", "to": "2016-12-31"}},
       _WHO + "EXISTS (SELECT 1 FROM observation_period o WHERE o.person_id = p.person_id AND "
              "o.observation_period_start_date < DATE '2017-01-01' AND "
              "o.observation_period_end_date > DATE '2015-12-31')"),
    _g({"all": [{"drug": 1118084}, {"condition": 192671}]},
       _WHO + f"{_TAKES.format(1118084)} AND {_HAS.format(192671)}"),
    _g({"all": [{"drug": 1118084}, {"not": {"condition": 192671}}]},
       _WHO + f"{_TAKES.format(1118084)} AND NOT {_HAS.format(192671)}"),
    _g({"any": [{"condition": 4027663}, {"condition": 4283893, "descendants": False}]},
       f"{_CONDITION} IN (4027663, 4283893)"),
    _g({"not": {"condition": 372328}}, _WHO + f"NOT {_HAS.format(372328)}"),
    _g({"all": [{"sex": "male"}, {"age": {"min": 50, "max": 59}},
                {"any": [{"drug": 1118084}, {"drug": 1115171}]}, {"not": {"condition": 4027663}}]},
       _WHO + f"p.gender_concept_id = 8507 AND {_BIRTHDAY} + INTERVAL '50 years' <= DATE '2019-05-25' AND "
              f"{_BIRTHDAY} + INTERVAL '60 years' > DATE '2019-05-25' AND ({_TAKES.format(1118084)} OR "
              f"{_TAKES.format(1115171)}) AND NOT {_HAS.format(4027663)}"),
    _g({"not": {"any": [{"sex": "female"}, {"condition": 81151}, {"procedure": 4163872}]}},
       _WHO + f"p.gender_concept_id <> 8532 AND NOT {_HAS.format(81151)} AND p.person_id NOT IN "
              "(SELECT person_id FROM procedure_occurrence WHERE procedure_concept_id = 4163872)"),
    _s({"condition": "SNOMED:444814009"}, f"{_CONDITION} = 40481087"),
    _s({"condition": 4251306, "days": 3},
       "SELECT COUNT(*) FROM (SELECT person_id FROM condition_occurrence WHERE condition_concept_id = 4251306 "
       "GROUP BY person_id HAVING COUNT(DISTINCT condition_start_date) >= 3) t"),
    _s({"drug": "RxNorm:313782"}, f"{_DRUG} = 1127433"),
    _s({"drug": 1127433, "from": "2018-01-01"},
       f"{_DRUG} = 1127433 AND drug_exposure_start_date > DATE '2017-12-31'"),
    _s({"procedure": 4326177}, f"{_PROCEDURE} = 4326177"),
    _s({"measurement": "LOINC:8480-6", "min": 140}, f"{_MEASUREMENT} = 3004249 AND value_as_number >= 140"),
    _s({"measurement": 3004249, "min": 120, "max": 129.5, "unit": 8876},
       f"{_MEASUREMENT} = 3004249 AND value_as_number BETWEEN 120 AND 129.5 AND unit_concept_id = 8876"),
    _s({"measurement": 3025315, "max": 10, "age": {"max": 1}},
       "SELECT COUNT(DISTINCT m.person_id) FROM measurement m JOIN person p ON p.person_id = m.person_id WHERE "
       "m.measurement_concept_id = 3025315 AND m.value_as_number <= 10 AND "
       f"m.measurement_date < {_BIRTHDAY} + INTERVAL '2 years'"),
    _s({"sex": "male"}, _WHO + "p.gender_concept_id = 8507"),
    _s({"age": {"max": 17}}, _WHO + f"{_BIRTHDAY} + INTERVAL '18 years' > DATE '2022-10-10'"),
    _s({"all": [{"sex": "female"}, {"measurement": 3004249, "min": 120}]},
       _WHO + "p.gender_concept_id = 8532 AND EXISTS (SELECT 1 FROM measurement m WHERE m.person_id = p.person_id "
              "AND m.measurement_concept_id = 3004249 AND m.value_as_number >= 120)"),
    _s({"all": [{"condition": 320128}, {"not": {"drug": 19080128}}]},
       _WHO + f"{_HAS.format(320128)} AND NOT {_TAKES.format(19080128)}"),
    _s({"any": [{"condition": 439777}, {"condition": 257012}]}, f"{_CONDITION} IN (439777, 257012)"),
    _s({"observed": {"to": "1990-12-31"}},
       _WHO + "p.person_id IN (SELECT person_id FROM observation_period WHERE observation_period_start_date <= "
              "DATE '1990-12-31')"),
)
