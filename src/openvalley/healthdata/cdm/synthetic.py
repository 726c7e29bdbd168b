"""Makes a CDM of invented persons, to try a node on and to measure with: the same seed gives the same persons.

Nobody in it lives, and no figure in it is an epidemiological finding: the shares below are round numbers, chosen so
that questions have answers of all sizes. Concepts are those of the OMOP vocabulary.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from openvalley.errors import StorageFailed

#: Day up to which the data go, and how many days before it they begin.
AS_OF, DAYS = np.datetime64("2025-06-30"), 3650
#: concept_id, name, domain, vocabulary, code.
CONCEPTS = (
    (201820, "Diabetes mellitus", "Condition", "SNOMED", "73211009"),
    (201826, "Type 2 diabetes mellitus", "Condition", "SNOMED", "44054006"),
    (201254, "Type 1 diabetes mellitus", "Condition", "SNOMED", "46635009"),
    (320128, "Essential hypertension", "Condition", "SNOMED", "59621000"),
    (317009, "Asthma", "Condition", "SNOMED", "195967001"),
    (255573, "Chronic obstructive pulmonary disease", "Condition", "SNOMED", "13645005"),
    (313217, "Atrial fibrillation", "Condition", "SNOMED", "49436004"),
    (1503297, "metformin", "Drug", "RxNorm", "6809"),
    (1308216, "lisinopril", "Drug", "RxNorm", "29046"),
    (4163872, "Plain chest X-ray", "Procedure", "SNOMED", "399208008"),
    (3004410, "Hemoglobin A1c/Hemoglobin.total in Blood", "Measurement", "LOINC", "4548-4"),
    (3004249, "Systolic blood pressure", "Measurement", "LOINC", "8480-6"),
    (8554, "percent", "Unit", "UCUM", "%"),
    (8876, "millimeter mercury column", "Unit", "UCUM", "mm[Hg]"),
    (8507, "MALE", "Gender", "Gender", "M"),
    (8532, "FEMALE", "Gender", "Gender", "F"),
    (9202, "Outpatient Visit", "Visit", "Visit", "OP"),
)
#: Which concept stands above which.
_ABOVE = ((201820, 201826), (201820, 201254))


class _Shares(NamedTuple):
    """A condition: the share of persons under and from 50 who have it, and a drug that half of them get, 0 for none."""

    concept: int
    young: float
    old: float
    drug: int


_CONDITIONS = (
    _Shares(201826, 0.02, 0.18, 1503297), _Shares(201254, 0.006, 0.004, 0), _Shares(320128, 0.08, 0.45, 1308216),
    _Shares(317009, 0.08, 0.06, 0), _Shares(255573, 0.002, 0.08, 0), _Shares(313217, 0.001, 0.06, 0),
)


@dataclass(frozen=True)
class Recipe:
    """What a synthetic CDM holds.

    Attributes:
        persons: how many; >= 1.
        seed: the same seed gives the same persons.
        hospital: number of the hospital; hospitals of one seed share their first persons.
        shared: how many of the persons are known in every hospital of the seed that shares as many; <= persons.

    """

    persons: int = 2000
    seed: int = 1
    hospital: int = 0
    shared: int = 400


def make_cdm(path: Path, recipe: Recipe) -> None:
    """Write a CDM 5.4 as a DuckDB file.

    Raises:
        StorageFailed: the file cannot be written.

    """
    try:
        with duckdb.connect(str(path)) as connection:
            for name, table in _tables(recipe).items():
                connection.register("arrived", table)
                connection.execute(f"CREATE TABLE {name} AS SELECT * FROM arrived")
                connection.unregister("arrived")
    except (OSError, duckdb.IOException) as problem:
        raise StorageFailed(f"{path} cannot be written: {problem}", hint="Is the disk full?") from problem


def _tables(recipe: Recipe) -> dict[str, pa.Table]:
    blocks = list(_blocks(recipe))
    names = blocks[0].keys()
    tables = {name: pa.concat_tables([block[name] for block in blocks]) for name in names}
    columns = list(zip(*CONCEPTS, strict=True))
    tables["concept"] = pa.table({
        **dict(zip(("concept_id", "concept_name", "domain_id", "vocabulary_id", "concept_code"), columns, strict=True)),
        "standard_concept": ["S"] * len(CONCEPTS)})
    itself = [(concept[0], concept[0]) for concept in CONCEPTS]
    above, below = zip(*(*_ABOVE, *itself), strict=True)
    tables["concept_ancestor"] = pa.table({"ancestor_concept_id": above, "descendant_concept_id": below})
    tables["cdm_source"] = pa.table({
        "cdm_source_name": ["Invented persons"], "cdm_version": ["5.4"],
        "cdm_release_date": pa.array([AS_OF.astype(object)], pa.date32())})
    return tables


def _blocks(recipe: Recipe) -> Iterator[dict[str, pa.Table]]:
    """Yield the persons whom all hospitals share, then this hospital's own."""
    first = 0
    for stream, number in ((0, recipe.shared), (recipe.hospital + 1, recipe.persons - recipe.shared)):
        if number:
            yield _block(np.random.default_rng([recipe.seed, stream]), f"SYN-{recipe.seed}-{stream}", first, number)
            first += number


def _block(rng: np.random.Generator, label: str, first: int, number: int) -> dict[str, pa.Table]:
    persons = np.arange(first + 1, first + number + 1)
    female = rng.random(number) < 0.5  # noqa: PLR2004 - half of the persons
    born = AS_OF - (rng.beta(1.3, 1.5, number) * 95 * 365.25).astype(np.int64)
    year, month = born.astype("datetime64[Y]").astype(int) + 1970, born.astype("datetime64[M]").astype(int) % 12 + 1
    age = (AS_OF - born).astype(int) // 365
    tables = {"person": pa.table({
        "person_id": persons, "gender_concept_id": np.where(female, 8532, 8507), "year_of_birth": year,
        "month_of_birth": month, "day_of_birth": (born - born.astype("datetime64[M]")).astype(int) + 1,
        "person_source_value": [f"{label}-{person}" for person in range(number)]})}
    since = np.maximum(born, AS_OF - DAYS)
    span = (AS_OF - since).astype(int) + 1

    def days(who: np.ndarray[Any, np.dtype[np.int64]]) -> Any:  # noqa: ANN401 - numpy's dates have no short type
        return since[who] + (rng.random(len(who)) * span[who]).astype(np.int64)

    conditions, drugs = [], []
    for concept, young, old, drug in _CONDITIONS:
        who = np.flatnonzero(rng.random(number) < np.where(age < 50, young, old))  # noqa: PLR2004 - as _Shares says
        conditions.append((who, concept, days(who)))
        if drug:
            treated = who[rng.random(len(who)) < 0.5]  # noqa: PLR2004 - as _Shares says
            drugs.append((treated, drug, days(treated)))
    tables["condition_occurrence"] = _events(persons, conditions, ("condition_concept_id", "condition_start_date"))
    tables["drug_exposure"] = _events(persons, drugs, ("drug_concept_id", "drug_exposure_start_date"))
    seen = np.repeat(np.arange(number), rng.integers(0, 4, number))
    pictured = seen[rng.random(len(seen)) < 0.1]  # noqa: PLR2004 - every tenth visit has an X-ray
    tables["visit_occurrence"] = _events(persons, [(seen, 9202, days(seen))], ("visit_concept_id", "visit_start_date"))
    tables["procedure_occurrence"] = _events(persons, [(pictured, 4163872, days(pictured))],
                                             ("procedure_concept_id", "procedure_date"))
    diabetic = np.isin(np.arange(number), conditions[0][0])
    sugar = np.where(diabetic[seen], rng.normal(7.4, 1.2, len(seen)), rng.normal(5.4, 0.3, len(seen)))
    pressure = rng.normal(118 + age[seen] * 0.3, 14)
    tables["measurement"] = pa.concat_tables([
        _events(persons, [(seen, concept, days(seen))], ("measurement_concept_id", "measurement_date"))
        .append_column("value_as_number", pa.array(np.round(values, 1)))
        .append_column("unit_concept_id", pa.array(np.full(len(seen), unit)))
        for concept, values, unit in ((3004410, sugar, 8554), (3004249, pressure, 8876))])
    tables["observation_period"] = pa.table({
        "person_id": persons, "observation_period_start_date": pa.array(since, pa.date32()),
        "observation_period_end_date": pa.array(np.full(number, AS_OF), pa.date32())})
    return tables


def _events(persons: Any, events: list[tuple[Any, int, Any]], columns: tuple[str, str]) -> pa.Table:  # noqa: ANN401
    """Return events as a table: who (positions in `persons`), which concept, when."""
    who = np.concatenate([event[0] for event in events])
    concept = np.concatenate([np.full(len(event[0]), event[1]) for event in events])
    when = np.concatenate([event[2] for event in events])
    return pa.table({"person_id": persons[who], columns[0]: concept, columns[1]: pa.array(when, pa.date32())})
