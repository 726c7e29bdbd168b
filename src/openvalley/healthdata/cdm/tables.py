"""The tables and columns of the OMOP CDM 5.4 that a node reads, and no others.

Source: OMOP Common Data Model 5.4, https://ohdsi.github.io/CommonDataModel/cdm54.html
"""

from collections.abc import Mapping
from enum import StrEnum


class Family(StrEnum):
    """What a column holds, whatever a database calls its type."""

    NUMBER = "whole number"
    DECIMAL = "number"
    DATE = "date"
    TEXT = "text"


_ID = Family.NUMBER

#: Every table that is read, with its columns.
TABLES: Mapping[str, Mapping[str, Family]] = {
    "person": {"person_id": _ID, "gender_concept_id": _ID, "year_of_birth": _ID, "month_of_birth": _ID,
               "day_of_birth": _ID, "person_source_value": Family.TEXT},
    "condition_occurrence": {"person_id": _ID, "condition_concept_id": _ID, "condition_start_date": Family.DATE},
    "drug_exposure": {"person_id": _ID, "drug_concept_id": _ID, "drug_exposure_start_date": Family.DATE},
    "procedure_occurrence": {"person_id": _ID, "procedure_concept_id": _ID, "procedure_date": Family.DATE},
    "measurement": {"person_id": _ID, "measurement_concept_id": _ID, "measurement_date": Family.DATE,
                    "value_as_number": Family.DECIMAL, "unit_concept_id": _ID},
    "observation_period": {"person_id": _ID, "observation_period_start_date": Family.DATE,
                           "observation_period_end_date": Family.DATE},
    "concept": {"concept_id": _ID, "concept_name": Family.TEXT, "domain_id": Family.TEXT, "vocabulary_id": Family.TEXT,
                "concept_code": Family.TEXT, "standard_concept": Family.TEXT},
    "concept_ancestor": {"ancestor_concept_id": _ID, "descendant_concept_id": _ID},
    "cdm_source": {"cdm_version": Family.TEXT, "cdm_release_date": Family.DATE},
}
#: SQL type that a column of a family is read as, in DuckDB.
SQL_TYPES: Mapping[Family, str] = {
    Family.NUMBER: "BIGINT", Family.DECIMAL: "DOUBLE", Family.DATE: "DATE", Family.TEXT: "VARCHAR",
}
#: Types of a family as databases name them, in capitals and without a precision; these are read as they are.
KNOWN_TYPES: Mapping[Family, frozenset[str]] = {
    Family.NUMBER: frozenset({"BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER"}),
    Family.DECIMAL: frozenset({"DOUBLE", "FLOAT", "REAL", "DECIMAL", "NUMERIC", "DOUBLE PRECISION", "INTEGER",
                               "BIGINT"}),
    Family.DATE: frozenset({"DATE"}),
    Family.TEXT: frozenset({"VARCHAR", "TEXT", "CHARACTER VARYING", "CHARACTER"}),
}


def is_of(family: Family, sql_type: str) -> bool:
    """Tell whether a database's type needs no conversion."""
    return sql_type.upper().partition("(")[0].strip() in KNOWN_TYPES[family]
