"""Opens a CDM: what is missing, of another version or not readable is said before the first question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

import numpy as np

from openvalley.errors import BadCdm
from openvalley.healthdata.cdm.cohorts import Criterion, concepts, settled
from openvalley.healthdata.cdm.compiling import compile_cohort
from openvalley.healthdata.cdm.connecting import engine_for
from openvalley.healthdata.cdm.engines import Engine, Persons
from openvalley.healthdata.cdm.naming import named
from openvalley.healthdata.cdm.tables import TABLES

#: Version of the CDM that a node is written for.
VERSION = "5.4"
#: Columns that databases of other versions or makers lack without harm.
_OPTIONAL = {"person": {"person_source_value"}, "cdm_source": {"cdm_release_date"}}


@dataclass(frozen=True)
class Cdm:
    """An open CDM.

    Attributes:
        engine: where statements run.
        version: what the database says of itself, such as 5.4.
        as_of: the day up to which its data go; ages without a day are counted on it.
        everybody: person_id of every person, ascending.
        warnings: what an answer must be read with, as sentences.

    """

    engine: Engine
    version: str
    as_of: date
    everybody: Persons
    warnings: tuple[str, ...]

    @property
    def population(self) -> int:
        """How many persons there are."""
        return len(self.everybody)

    @property
    def stamp(self) -> str:
        """What tells one state of the data from the next."""
        return f"{self.as_of.isoformat()}/{self.population}"

    def settle(self, criterion: Criterion) -> Criterion:
        """Return a cohort as this database understands it.

        Raises:
            BadCohort: a concept is not in its vocabulary, or cannot be asked for as what it is asked for.

        """
        return settled(criterion, self.as_of, named(self.engine, criterion))

    def persons(self, criterion: Criterion) -> Persons:
        """Return the person_id of everybody in a settled cohort, ascending."""
        return np.unique(self.engine.persons(compile_cohort(criterion)))

    def count(self, criterion: Criterion) -> int:
        """Return how many persons are in a cohort, exactly. For the hospital's own eyes."""
        return len(self.persons(self.settle(criterion)))

    def notes(self, criterion: Criterion) -> tuple[str, ...]:
        """Return the warnings that matter for a cohort."""
        return self.warnings if concepts(criterion) else ()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.close()

    def __enter__(self) -> Self:
        """Return the open CDM."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def open_cdm(dsn: str, *, accept: Sequence[str] = ()) -> Cdm:
    """Open and check a CDM.

    Args:
        dsn: a DuckDB file, a folder of Parquet or CSV files, or postgresql://user@host/database?schema=cdm.
        accept: further versions to take, such as 5.3: the columns that are read here are the same in it.

    Raises:
        BadCdm: it is not there, lacks tables or columns, is of another version, or has no vocabulary or persons.
        ExtraMissing: PostgreSQL is asked for, and its driver is not installed.

    """
    engine = engine_for(dsn)
    try:
        return _checked(engine, (VERSION, *accept))
    except BaseException:
        engine.close()
        raise


def _checked(engine: Engine, versions: Sequence[str]) -> Cdm:
    found = {table: engine.columns(table) for table in TABLES}
    _all_there(engine, found)
    engine.prepare(list(TABLES))
    version = _version(engine, versions)
    for table, what in (("concept", "vocabulary"), ("person", "persons")):
        if not engine.rows(f"SELECT 1 FROM {table} LIMIT 1", {}):
            raise BadCdm(f"The table {table} of {engine.place} is empty: there is no {what} to ask about."
                         if table == "concept" else f"There are no persons in {engine.place}.",
                         hint="Load the vocabulary from athena.ohdsi.org." if table == "concept" else
                         "Load the tables of the CDM.", table=table)
    everybody = [row[0] for row in engine.rows("SELECT DISTINCT person_id FROM person ORDER BY 1", {})]
    warnings = () if engine.rows("SELECT 1 FROM concept_ancestor LIMIT 1", {}) else (
        "The vocabulary has no concept_ancestor rows: a concept stands for itself alone, without its descendants.",)
    return Cdm(engine, version, _as_of(engine, "cdm_release_date" in found["cdm_source"]),
               np.array(everybody, dtype=np.int64), warnings)


def _all_there(engine: Engine, found: Mapping[str, Mapping[str, str]]) -> None:
    missing = [table for table, columns in found.items() if not columns]
    if missing:
        raise BadCdm(f"{engine.place} is no OMOP CDM: it has no {', '.join(missing)}.",
                     hint="Make the tables with the DDL of the CDM 5.4; in PostgreSQL name their schema with "
                          "?schema=cdm, and let the user read them.", tables=missing)
    for table, columns in TABLES.items():
        lacking = [column for column in columns
                   if column not in found[table] and column not in _OPTIONAL.get(table, ())]
        if lacking:
            raise BadCdm(f"The table {table} of {engine.place} has no {', '.join(lacking)}.",
                         hint="Make the tables with the DDL of the CDM 5.4.", table=table, columns=lacking)


def _version(engine: Engine, versions: Sequence[str]) -> str:
    told = [str(row[0]).strip() for row in engine.rows("SELECT cdm_version FROM cdm_source", {}) if row[0]]
    if not told:
        raise BadCdm(f"{engine.place} does not say which version of the CDM it is: cdm_source is empty.",
                     hint="Fill in cdm_source.cdm_version.", table="cdm_source")
    version = told[0].removeprefix("v")
    if not any(version == one or version.startswith(f"{one}.") for one in versions):
        raise BadCdm(f"{engine.place} is an OMOP CDM {version}; {VERSION} is needed.",
                     hint=f"Convert it, or take it as it is with --accept-version {'.'.join(version.split('.')[:2])}: "
                          "the columns that a node reads are the same in 5.3.", version=version)
    return version


def _as_of(engine: Engine, released: bool) -> date:  # noqa: FBT001 - whether the column is there
    queries = (["SELECT MAX(cdm_release_date) FROM cdm_source"] if released else []) + [
        "SELECT MAX(observation_period_end_date) FROM observation_period"]
    for query in queries:
        day = engine.rows(query, {})[0][0]
        if day is not None:
            return day.date() if isinstance(day, datetime) else date.fromisoformat(str(day))
    raise BadCdm(f"{engine.place} does not say up to which day its data go.",
                 hint="Fill in cdm_source.cdm_release_date.", table="cdm_source")
