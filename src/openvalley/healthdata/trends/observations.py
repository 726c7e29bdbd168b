"""Home monitoring: FHIR R4B bundles of Observations become rows of the CDM's measurement, at the hospital.

Reads bundles as a device platform exports them; writes a table that the hospital's own loading appends to measurement
(a node's user can write nothing). What cannot be taken is listed with its reason, and the rest is taken.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openvalley.errors import BadInput, ExtraMissing
from openvalley.healthdata.cdm.engines import Engine
from openvalley.storage import storage_errors

if TYPE_CHECKING:
    from fhir.resources.R4B.observation import Observation

#: Bytes of a bundle that is read; a day of ten thousand patients' devices has about a tenth of it.
LARGEST = 256 * 1024 * 1024
#: FHIR's addresses of code systems, with their names in the OMOP vocabulary.
SYSTEMS: Mapping[str, str] = {
    "http://loinc.org": "LOINC", "http://snomed.info/sct": "SNOMED", "http://unitsofmeasure.org": "UCUM"}
#: Concepts of operator_concept_id. Source: OMOP vocabulary, domain Meas Value Operator.
OPERATORS: Mapping[str, int] = {"<": 4171756, "<=": 4171754, ">=": 4171755, ">": 4172704}
#: Patient self-report. Source: OMOP vocabulary, domain Type Concept.
SELF_REPORT = 32865
#: States of an Observation that hold a result. Source: FHIR R4B, value set observation-status.
_FINAL = ("final", "amended", "corrected")
COLUMNS = ("measurement_id", "person_id", "measurement_concept_id", "measurement_date", "measurement_datetime",
           "measurement_type_concept_id", "operator_concept_id", "value_as_number", "unit_concept_id",
           "measurement_source_value", "unit_source_value")


@dataclass(frozen=True)
class Fault:
    """What was not taken.

    Attributes:
        file: the bundle.
        entry: its number in the bundle, from 0.
        reason: why.

    """

    file: str
    entry: int
    reason: str


@dataclass(frozen=True)
class Converted:
    """Rows of measurement, in the order of COLUMNS, and what was not taken."""

    rows: tuple[tuple[Any, ...], ...]
    faults: tuple[Fault, ...]


class _Faulty(Exception):  # noqa: N818 - a fact about an entry, never raised past this module
    pass


def convert(bundles: Sequence[Path], engine: Engine, first_id: int) -> Converted:
    """Turn bundles into rows.

    Args:
        bundles: files with one FHIR Bundle each, JSON.
        engine: the CDM, for its patients (person_source_value) and vocabulary.
        first_id: measurement_id of the first row; above all that the table has.

    Raises:
        BadInput: a file is no bundle.
        ExtraMissing: fhir.resources is not installed.

    """
    reader = _Reader(engine)
    rows: list[tuple[Any, ...]] = []
    faults: list[Fault] = []
    for path in bundles:
        entries = _entries(path)
        patients = _patients(entries)
        for number, resource in entries:
            if resource.get("resourceType") == "Patient":
                continue
            try:
                rows += [(first_id + len(rows) + place, *row)
                         for place, row in enumerate(reader.rows(resource, patients))]
            except _Faulty as problem:
                faults.append(Fault(path.name, number, str(problem)))
    return Converted(tuple(rows), tuple(faults))


def write_rows(rows: Sequence[Sequence[Any]], target: Path) -> None:
    """Write rows as CSV with a header.

    Raises:
        StorageFailed: the file cannot be written.

    """
    with storage_errors(target), target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


class _Reader:
    """Looks patients, codes and units up, each once."""

    def __init__(self, engine: Engine) -> None:
        try:
            from fhir.resources.R4B.observation import Observation  # noqa: PLC0415 - the extra [health]
        except ModuleNotFoundError as missing:
            raise ExtraMissing("The library of FHIR is not installed.",
                               hint="Install it with: pip install 'openvalley[health]'") from missing
        self._observation = Observation
        self._persons = {str(source): int(person) for person, source in engine.rows(
            "SELECT person_id, person_source_value FROM person WHERE person_source_value IS NOT NULL", {})}
        self._concepts = {(str(vocabulary), str(code)): int(concept) for concept, vocabulary, code in engine.rows(
            "SELECT concept_id, vocabulary_id, concept_code FROM concept WHERE vocabulary_id IN "
            "('LOINC', 'SNOMED', 'UCUM') AND domain_id IN ('Measurement', 'Unit')", {})}

    def rows(self, resource: Mapping[str, Any], patients: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """Return the rows of an Observation, without their ids: one, or one a component."""
        if resource.get("resourceType") != "Observation":
            raise _Faulty(f"is a {str(resource.get('resourceType'))[:40]}, not an Observation")
        try:
            told = self._observation.model_validate(resource)
        except ValueError as problem:
            raise _Faulty(f"is no FHIR R4B Observation: {_first(problem)}") from None
        if told.status not in _FINAL:
            raise _Faulty(f"has the status {told.status}")
        person, moment = self._person(told, patients), _moment(told)
        parts = [part for part in [told, *(told.component or [])] if getattr(part, "valueQuantity", None)]
        if not parts:
            raise _Faulty("has no value with a unit")
        return [self._row(part, person, moment) for part in parts]

    def _row(self, part: Any, person: int, moment: date | datetime) -> tuple[Any, ...]:  # noqa: ANN401 - or a component
        quantity = part.valueQuantity
        if quantity.value is None:
            raise _Faulty("has a quantity without a value")
        concept, code = self._code(part)
        unit = self._concepts.get((SYSTEMS.get(str(quantity.system), ""), str(quantity.code)))
        if unit is None:
            raise _Faulty(f"has the unit {str(quantity.code or quantity.unit)[:40]}, which this vocabulary lacks")
        day = moment.date() if isinstance(moment, datetime) else moment
        at = moment.replace(tzinfo=None).isoformat(sep=" ") if isinstance(moment, datetime) else ""
        return (person, concept, day.isoformat(), at, SELF_REPORT, OPERATORS.get(str(quantity.comparator), ""),
                float(quantity.value), unit, code, str(quantity.code))

    def _code(self, part: Any) -> tuple[int, str]:  # noqa: ANN401 - an Observation or a component
        codings = [(SYSTEMS.get(str(coding.system), ""), str(coding.code)) for coding in part.code.coding or []]
        for coding in codings:
            if coding in self._concepts:
                return self._concepts[coding], coding[1]
        shown = ", ".join(f"{system or '?'}:{code}"[:40] for system, code in codings) or "no code"
        raise _Faulty(f"has {shown}, which is no measurement of this vocabulary")

    def _person(self, told: "Observation", patients: Mapping[str, str]) -> int:
        subject = told.subject
        identifier = subject.identifier.value if subject and subject.identifier else None
        reference = str(subject.reference or "") if subject else ""
        known = identifier or patients.get(reference) or reference.rpartition("/")[2]
        if known not in self._persons:
            raise _Faulty("is about a patient whom person_source_value does not have")
        return self._persons[known]


def _entries(path: Path) -> list[tuple[int, Mapping[str, Any]]]:
    try:
        if path.stat().st_size > LARGEST:
            raise BadInput(f"{path} is larger than {LARGEST:,} bytes.", hint="Split the bundle.")
        document = json.loads(path.read_bytes())
    except OSError as problem:
        raise BadInput(f"{path} cannot be read: {problem.strerror}.", hint="Give FHIR bundles as JSON.") from problem
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"{path} is no JSON: {str(problem)[:100]}", hint="Give FHIR bundles as JSON.") from problem
    if not isinstance(document, dict) or document.get("resourceType") != "Bundle":
        raise BadInput(f"{path} is no FHIR Bundle.", hint="Its resourceType must be Bundle.")
    listed = document.get("entry", [])
    return [(number, entry["resource"]) if isinstance(entry, dict) and isinstance(entry.get("resource"), dict)
            else (number, {}) for number, entry in enumerate(listed if isinstance(listed, list) else [])]


def _patients(entries: Sequence[tuple[int, Mapping[str, Any]]]) -> dict[str, str]:
    """Return the first identifier of each Patient of a bundle, by its reference."""
    return {f"Patient/{resource.get('id')}": value for _, resource in entries
            if resource.get("resourceType") == "Patient" for value in _identifiers(resource)[:1]}


def _identifiers(resource: Mapping[str, Any]) -> list[str]:
    listed = resource.get("identifier")
    return [str(one["value"]) for one in (listed if isinstance(listed, list) else [])
            if isinstance(one, dict) and "value" in one]


def _moment(told: "Observation") -> date | datetime:
    for found in _moments(told):
        if isinstance(found, date):
            return found
    raise _Faulty("does not say on which day it was made")


def _moments(told: "Observation") -> Iterator[object]:
    yield told.effectiveDateTime
    yield told.effectiveInstant
    if told.effectivePeriod:
        yield told.effectivePeriod.start


def _first(problem: ValueError) -> str:
    errors = getattr(problem, "errors", None)
    if callable(errors):
        fault = errors()[0]
        return f"{'.'.join(map(str, fault['loc']))[:80]}: {fault['msg']}"[:200]
    return str(problem).splitlines()[0][:200]
