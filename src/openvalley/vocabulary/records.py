"""Record types: the typed rows that sources write and every layer below reads.

A record says what one register says, in our field names and units, with nothing joined and nothing judged. Every
record carries ``source`` (name of the source), ``source_id`` (the register's own id of the row) and
``source_version``. Money is in euro, dates are dates, countries are ISO 3166-1 alpha-2, an unknown value is null.
"""

from dataclasses import dataclass

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


def define_record_type(name: str, required: tuple[str, ...], fields: list[tuple[str, pa.DataType]]) -> RecordType:
    """Return a record type of these columns; the three of its provenance are added."""
    columns = [pa.field(column, kind, nullable=column not in required) for column, kind in fields]
    return RecordType(name, pa.schema([*_PROVENANCE, *columns]), ("source", "source_id", "source_version", *required))


#: An organisation as one register knows it. ``kinds`` are codes of the kind vocabulary, best first; ``state`` is a life
#: state, or ``withdrawn`` where the register took its own row back; ``headcount`` is a published number of people, for
#: ``headcount_year``; ``activities`` are NACE codes. Of pack rows: ``verification`` is one of
#: `openvalley.vocabulary.curated.Verification`, ``reference`` what the row gives as its source, ``digest`` changes when
#: one of its cells does.
ORGANISATION = define_record_type("organisation", ("country",), [
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
    ("headcount", pa.int32()),
    ("headcount_year", pa.int32()),
    ("relations", pa.list_(RELATION)),
    ("stages", pa.list_(pa.string())),
    ("platforms", pa.list_(pa.string())),
    ("sectors", pa.list_(pa.string())),
    ("sme", pa.bool_()),
    ("legal_form", pa.string()),
    ("activities", pa.list_(CODE)),
    ("verification", pa.string()),
    ("reference", pa.string()),
    ("checked_on", pa.date32()),
    ("digest", pa.string()),
])

#: A funded project. ``programme`` is the framework programme (FP7, H2020, HORIZON); costs in euro.
PROJECT = define_record_type("project", (), [
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
PARTICIPATION = define_record_type("participation", ("project_id", "organisation_id"), [
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

#: A person-free party to a trial as the register writes it, with the register's own class of it.
PARTY = pa.struct([("name", pa.string()), ("class", pa.string())])
#: What is tried: its kind (drug, biological, device, procedure, behavioural, ...) and its name.
INTERVENTION = pa.struct([("kind", pa.string()), ("name", pa.string())])
#: A text in a language (ISO 639-1).
TEXT = pa.struct([("language", pa.string()), ("value", pa.string())])

#: A clinical trial. ``phases`` are PHASE0, EARLY_PHASE1, PHASE1 to PHASE4, NA; ``status`` and classes are the
#: register's own codes; dates given to the month stand on its first day; ``sponsor`` is null where it was withheld
#: because it may be a person. Sponsors and sites are mentions: text, linked or not by resolve/.
TRIAL = define_record_type("trial", (), [
    ("title", pa.string()),
    ("official_title", pa.string()),
    ("acronym", pa.string()),
    ("summary", pa.string()),
    ("status", pa.string()),
    ("study_type", pa.string()),
    ("phases", pa.list_(pa.string())),
    ("conditions", pa.list_(pa.string())),
    ("condition_codes", pa.list_(CODE)),
    ("keywords", pa.list_(pa.string())),
    ("interventions", pa.list_(INTERVENTION)),
    ("enrolment", pa.int32()),
    ("enrolment_kind", pa.string()),
    ("start_date", pa.date32()),
    ("primary_completion_date", pa.date32()),
    ("end_date", pa.date32()),
    ("first_posted", pa.date32()),
    ("last_updated", pa.date32()),
    ("sponsor", pa.string()),
    ("sponsor_class", pa.string()),
    ("sponsor_withheld", pa.bool_()),
    ("collaborators", pa.list_(PARTY)),
    ("countries", pa.list_(pa.string())),
    ("sex", pa.string()),
    ("minimum_age", pa.string()),
    ("maximum_age", pa.string()),
    ("healthy_volunteers", pa.bool_()),
    ("has_results", pa.bool_()),
    ("identifiers", pa.list_(IDENTIFIER)),
])

#: A place where a trial runs, as the register writes it; ``trial_id`` is the source_id of a trial of the same source.
TRIAL_SITE = define_record_type("trial_site", ("trial_id",), [
    ("trial_id", pa.string()),
    ("position", pa.int32()),
    ("facility", pa.string()),
    ("city", pa.string()),
    ("region", pa.string()),
    ("postcode", pa.string()),
    ("country", pa.string()),
    ("status", pa.string()),
    ("latitude", pa.float64()),
    ("longitude", pa.float64()),
])

#: A funding call topic. ``stated_status`` is the register's word at the time; what is open follows from the dates.
CALL = define_record_type("call", (), [
    ("title", pa.string()),
    ("description", pa.string()),
    ("call_id", pa.string()),
    ("call_title", pa.string()),
    ("programme", pa.string()),
    ("cluster", pa.string()),
    ("destination", pa.string()),
    ("action_type", pa.string()),
    ("procedure", pa.string()),
    ("stated_status", pa.string()),
    ("published", pa.date32()),
    ("opens", pa.date32()),
    ("deadlines", pa.list_(pa.date32())),
    ("budget", pa.float64()),
    ("url", pa.string()),
    ("keywords", pa.list_(pa.string())),
])

#: An occupation or a group of occupations. ``kind`` is occupation or group; ``isco`` is the ISCO-08 code it is or
#: stands under; ``names`` have languages, kind label or alias.
OCCUPATION = define_record_type("occupation", ("kind",), [
    ("kind", pa.string()),
    ("code", pa.string()),
    ("isco", pa.string()),
    ("names", pa.list_(NAME)),
    ("descriptions", pa.list_(TEXT)),
])

#: An occupation that an employment service calls short of people: its own title, in its own language. ``region`` is a
#: NUTS-1 code.
SHORTAGE = define_record_type("shortage", ("region", "title"), [
    ("region", pa.string()),
    ("year", pa.int32()),
    ("occupation_group", pa.string()),
    ("title", pa.string()),
    ("language", pa.string()),
])

#: A region of the NUTS classification with its boundary as GeoJSON geometry (WGS 84); level 0 is a country.
REGION = define_record_type("region", ("level", "country"), [
    ("level", pa.int32()),
    ("country", pa.string()),
    ("name", pa.string()),
    ("latin_name", pa.string()),
    ("classification", pa.string()),
    ("boundary", pa.string()),
])

#: A statistical figure of a region in a year; ``dimensions`` are what else it is broken down by (code and value).
INDICATOR = define_record_type("indicator", ("indicator", "region", "year"), [
    ("indicator", pa.string()),
    ("title", pa.string()),
    ("region", pa.string()),
    ("year", pa.int32()),
    ("value", pa.float64()),
    ("unit", pa.string()),
    ("dimensions", pa.list_(CODE)),
    ("flag", pa.string()),
])

#: The types whose records come from registers.
REGISTER_TYPES: tuple[RecordType, ...] = (
    ORGANISATION, PROJECT, PARTICIPATION, TRIAL, TRIAL_SITE, CALL, OCCUPATION, SHORTAGE, REGION, INDICATOR,
)
