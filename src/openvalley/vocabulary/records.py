"""Record types: the typed rows that sources write and every layer below reads.

A record says what one register says, in our field names and units, with nothing joined and nothing judged. Every
record carries ``source`` (name of the source), ``source_id`` (the register's own id of the row) and
``source_version``. Money is in euro, dates are dates, countries are ISO 3166-1 alpha-2, an unknown value is null.
"""

from dataclasses import dataclass
from functools import cache

import pyarrow as pa

_PROVENANCE = [
    pa.field("source", pa.string(), nullable=False),
    pa.field("source_id", pa.string(), nullable=False),
    pa.field("source_version", pa.string(), nullable=False),
]

#: A name with its language (ISO 639-1, null when the register does not say) and its kind: label, alias, acronym or
#: former.
NAME = pa.struct([("value", pa.string()), ("language", pa.string()), ("kind", pa.string())])
#: An identifier in canonical form (see `openvalley.vocabulary.identifiers`).
IDENTIFIER = pa.struct([("scheme", pa.string()), ("value", pa.string())])
#: A place as the register gives it; latitude and longitude in degrees (WGS 84).
LOCATION = pa.struct([
    ("city", pa.string()), ("postcode", pa.string()), ("country", pa.string()), ("region", pa.string()),
    ("nuts", pa.string()), ("latitude", pa.float64()), ("longitude", pa.float64()),
])
#: How an organisation stands to another: parent, child, related, successor, predecessor.
RELATION = pa.struct([("kind", pa.string()), ("scheme", pa.string()), ("value", pa.string())])
#: A code of a classification with its title.
CODE = pa.struct([("code", pa.string()), ("title", pa.string())])


@dataclass(frozen=True)
class RecordType:
    """One record type: its name (also its file's name), its schema, and the columns that must never be null."""

    name: str
    schema: pa.Schema
    required: tuple[str, ...]


def _record(name: str, required: tuple[str, ...], fields: list[tuple[str, pa.DataType]]) -> RecordType:
    columns = [pa.field(column, kind, nullable=column not in required) for column, kind in fields]
    return RecordType(name, pa.schema([*_PROVENANCE, *columns]), ("source", "source_id", "source_version", *required))


#: An organisation as one register knows it. ``kinds`` are codes of the kind vocabulary, best first; ``state`` is a life
#: state, or ``withdrawn`` where the register took its own row back; ``verification`` is register, mission or
#: unverified; ``reference`` is what a pack row gives as its source.
ORGANISATION = _record("organisation", ("country",), [
    ("name", pa.string()),
    ("names", pa.list_(NAME)),
    ("kinds", pa.list_(pa.string())),
    ("state", pa.string()),
    ("state_date", pa.string()),
    ("identifiers", pa.list_(IDENTIFIER)),
    ("country", pa.string()),
    ("locations", pa.list_(LOCATION)),
    ("website", pa.string()),
    ("domains", pa.list_(pa.string())),
    ("founded", pa.int32()),
    ("relations", pa.list_(RELATION)),
    ("stages", pa.list_(pa.string())),
    ("platforms", pa.list_(pa.string())),
    ("sectors", pa.list_(pa.string())),
    ("sme", pa.bool_()),
    ("verification", pa.string()),
    ("reference", pa.string()),
    ("checked_on", pa.date32()),
])

#: A funded project. ``programme`` is the framework programme (FP7, H2020, HORIZON); costs in euro.
PROJECT = _record("project", (), [
    ("acronym", pa.string()),
    ("title", pa.string()),
    ("objective", pa.string()),
    ("status", pa.string()),
    ("start_date", pa.date32()),
    ("end_date", pa.date32()),
    ("signature_date", pa.date32()),
    ("total_cost", pa.float64()),
    ("eu_contribution", pa.float64()),
    ("programme", pa.string()),
    ("legal_bases", pa.list_(CODE)),
    ("topics", pa.list_(CODE)),
    ("fields", pa.list_(CODE)),
    ("call", pa.string()),
    ("funding_scheme", pa.string()),
    ("doi", pa.string()),
    ("website", pa.string()),
])

#: Who takes part in a project. ``organisation_id`` is the source_id of an organisation record of the same source.
PARTICIPATION = _record("participation", ("project_id", "organisation_id"), [
    ("project_id", pa.string()),
    ("organisation_id", pa.string()),
    ("role", pa.string()),
    ("position", pa.int32()),
    ("activity_type", pa.string()),
    ("sme", pa.bool_()),
    ("eu_contribution", pa.float64()),
    ("net_eu_contribution", pa.float64()),
    ("total_cost", pa.float64()),
    ("ended", pa.bool_()),
])

RECORD_TYPES: tuple[RecordType, ...] = (ORGANISATION, PROJECT, PARTICIPATION)


@cache
def record_type(name: str) -> RecordType:
    """Return the record type of this name; ``KeyError`` when there is none."""
    return {kind.name: kind for kind in RECORD_TYPES}[name]
