"""Record types of what is curated: the tables of a region pack beside its organisations.

Each row carries ``reference`` (where a reader can check it), ``checked_on``, ``verification`` (see `Verification`) and
``digest``, which changes when one of its cells does. ``organisation``, ``provider``, ``parent`` and the
like are keys of the pack's organisations; in partnerships also public ids. Money is in euro; codes are those of the
vocabulary named in brackets.
"""

from enum import StrEnum

import pyarrow as pa

from openvalley.vocabulary.records import NAME, RecordType, define_record_type


class Verification(StrEnum):
    """How a curated row is known to be right."""

    #: Checked against a register.
    REGISTER = "register"
    #: Known from the cluster's own work.
    MISSION = "mission"
    #: Not yet checked.
    UNVERIFIED = "unverified"
    #: Not yet checked when it was written, and checked by a curator since: no cell says so, a confirmation does.
    CONFIRMED = "confirmed"


_CHECKED = [("reference", pa.string()), ("checked_on", pa.date32()), ("verification", pa.string()),
            ("digest", pa.string())]
_TEXTS = pa.list_(pa.string())

#: A place of an organisation: stages, platforms, and what it does there (site_roles).
SITE = define_record_type("site", ("organisation",), [
    ("organisation", pa.string()), ("name", pa.string()), ("city", pa.string()), ("nuts", pa.string()),
    ("stages", _TEXTS), ("platforms", _TEXTS), ("roles", _TEXTS), *_CHECKED])

#: What an investor invests in: when (investment_stages), how much, in which fields (sectors), where (NUTS or country
#: codes), whose money it is (ownerships).
INVESTOR = define_record_type("investor", ("organisation",), [
    ("organisation", pa.string()), ("investment_stages", _TEXTS), ("min_ticket", pa.float64()),
    ("max_ticket", pa.float64()), ("fields", _TEXTS), ("invests_in", _TEXTS), ("ownership", pa.string()),
    ("page", pa.string()), *_CHECKED])

#: One thing that an organisation can do at one place: with what (platforms), what (activities), at which scale, under
#: which standards (GMP, GLP, GCP, ISO13485), for which trial phases (trial_phases), for whom (availabilities).
CAPABILITY = define_record_type("capability", ("organisation", "activity"), [
    ("organisation", pa.string()), ("city", pa.string()), ("nuts", pa.string()), ("modality", pa.string()),
    ("activity", pa.string()), ("scales", _TEXTS), ("standards", _TEXTS), ("phases", _TEXTS),
    ("availability", pa.string()), ("note", pa.string()), *_CHECKED])

#: A funding instrument. Who may ask: organisation kinds, sizes (company_sizes), seats (NUTS codes), age in years;
#: ``max_intensity`` is the largest share of costs that is paid, in percent; ``dilutive`` says that shares are given.
INSTRUMENT = define_record_type("instrument", ("level", "dilutive"), [
    ("names", pa.list_(NAME)), ("provider", pa.string()), ("level", pa.string()), ("dilutive", pa.bool_()),
    ("who_kinds", _TEXTS), ("who_sizes", _TEXTS), ("who_seats", _TEXTS), ("max_age_years", pa.int32()),
    ("min_amount", pa.float64()), ("max_amount", pa.float64()), ("max_intensity", pa.float64()),
    ("rhythm", pa.string()), ("cut_offs", pa.list_(pa.date32())), ("cumulation", pa.string()), ("stages", _TEXTS),
    ("sectors", _TEXTS), ("page", pa.string()), ("about", pa.string()), *_CHECKED])

#: A training programme or STEM initiative: who runs it, where, at which level (education_levels), in which languages
#: (ISO 639-1), for which stages; ``occupations`` are ISCO-08 groups; ``places`` a year, published for ``places_year``.
PROGRAMME = define_record_type("programme", ("kind",), [
    ("names", pa.list_(NAME)), ("kind", pa.string()), ("organisations", _TEXTS), ("city", pa.string()),
    ("nuts", pa.string()), ("level", pa.string()), ("languages", _TEXTS), ("stages", _TEXTS), ("sectors", _TEXTS),
    ("occupations", _TEXTS), ("places", pa.int32()), ("places_year", pa.int32()), ("page", pa.string()),
    ("about", pa.string()), *_CHECKED])

#: A partnership: its kind (partnership_kinds), theme, who coordinates it, who takes part, from when to when (YYYY,
#: YYYY-MM or a day); ``project`` is the public id of its project.
PARTNERSHIP = define_record_type("partnership", ("kind",), [
    ("names", pa.list_(NAME)), ("kind", pa.string()), ("theme", pa.string()), ("coordinator", pa.string()),
    ("partners", _TEXTS), ("start", pa.string()), ("end", pa.string()), ("programme", pa.string()),
    ("project", pa.string()), ("page", pa.string()), ("about", pa.string()), *_CHECKED])

#: A company that came out of another organisation's research.
SPIN_OFF = define_record_type("spin_off", ("company", "parent"), [
    ("company", pa.string()), ("parent", pa.string()), ("year", pa.int32()), ("field", pa.string()), *_CHECKED])

#: An event that recurs; ``months`` are numbers, 1 to 12.
EVENT = define_record_type("event", (), [
    ("names", pa.list_(NAME)), ("organiser", pa.string()), ("rhythm", pa.string()), ("months", pa.list_(pa.int32())),
    ("city", pa.string()), ("nuts", pa.string()), ("page", pa.string()), ("about", pa.string()), *_CHECKED])

#: A figure that is quoted about the region: what, how much, in which unit, how it is defined, when and who says so.
FIGURE = define_record_type("figure", ("value",), [
    ("labels", pa.list_(NAME)), ("value", pa.float64()), ("unit", pa.string()), ("definition", pa.string()),
    ("as_of", pa.string()), ("says", pa.string()), *_CHECKED])

CURATED_TYPES: tuple[RecordType, ...] = (
    SITE, INVESTOR, CAPABILITY, INSTRUMENT, PROGRAMME, PARTNERSHIP, SPIN_OFF, EVENT, FIGURE,
)
