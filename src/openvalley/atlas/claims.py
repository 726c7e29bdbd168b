"""Claims: every value that a source gives for a property of an organisation, and which of them wins.

A property is single (one value is shown, the others stay visible as overruled) or multiple (all values are shown):
`openvalley.vocabulary.properties` lists them. Which source wins a single property is declared in the sources'
source.toml (``precedence``), not here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import pyarrow as pa
from ibis.expr.types import BooleanValue, Table, Value

from openvalley.engine import Engine
from openvalley.sources.specification import SourceSpecification
from openvalley.vocabulary.properties import SINGLE, TAGS

COLUMNS = ("subject", "property", "value", "qualifier", "source", "source_id", "source_version", "verification",
           "reference")


@dataclass(frozen=True)
class Property:
    """How a single-valued property is read from a record: the value as text, and a qualifier or null."""

    name: str
    value: Value
    qualifier: Value


def claims(engine: Engine, organisations: Table, identities: Table,
           specifications: Sequence[SourceSpecification]) -> Table:
    """Return all claims about organisations, with ``wins`` and ``rank``.

    ``wins`` says whether the value is shown as the fact; ``rank`` is its place among the values of its single property
    (0 is shown, 1 would be shown without it), null where all values are shown.

    Args:
        engine: runs the expressions.
        organisations: organisation records of all sources.
        identities: ``source``, ``source_id``, ``id`` of every record that belongs to an organisation.
        specifications: the sources, for their precedence.

    """
    rows = organisations.join(identities.select("source", "source_id", subject="id"), ["source", "source_id"])
    rows = engine.keep("claim_records", rows)
    single = ibis.union(*(_claim(rows, entry) for entry in _single(rows)))
    ranked = single.left_join(engine.table("precedence", _precedence(specifications)), ["source", "property"])
    # A row that its register took back says what was, so it wins only where no other row says anything.
    # Within one source the row that gave the organisation its id speaks first.
    best = ibis.window(group_by=["subject", "property"],
                       order_by=["withdrawn", "rank", "strange", "source_id", "value"])
    ranked = ranked.select(*COLUMNS, "withdrawn", "rank", strange=~ranked.subject.endswith(ranked.source_id))
    ranked = ranked.mutate(place=ibis.row_number().over(best).cast("int32")).drop("withdrawn", "rank", "strange")
    ranked = ranked.mutate(wins=ranked.place == 0).rename(rank="place")
    multiple = ibis.union(*_multiple(rows, identities)).mutate(wins=True, rank=ibis.null("int32"))
    return engine.keep("claims", ibis.union(ranked, multiple.select(*ranked.columns)))


def _single(rows: Table) -> list[Property]:
    none = ibis.null(str)
    place = rows.locations[0]
    point = ibis.ifelse(place.latitude.notnull() & place.longitude.notnull(),
                        place.latitude.cast(str).concat(",", place.longitude.cast(str)), none)
    return [
        Property("name", rows.name, none),
        Property("kind", rows.kinds[0], none),
        Property("state", ibis.ifelse(rows.state == "withdrawn", none, rows.state), none),
        Property("state_date", rows.state_date, none),
        Property("country", rows.country, none),
        Property("city", place.city, point),
        Property("postcode", place.postcode, none),
        Property("nuts", place.nuts, none),
        Property("website", rows.website, none),
        Property("founded", rows.founded.cast(str), none),
        Property("headcount", rows.headcount.cast(str), rows.headcount_year.cast(str)),
        Property("sme", rows.sme.cast(str), none),
    ]


def _claim(rows: Table, entry: Property) -> Table:
    return rows.filter(entry.value.notnull()).select(
        "subject", property=ibis.literal(entry.name), value=entry.value, qualifier=entry.qualifier,
        source=rows.source, source_id=rows.source_id, source_version=rows.source_version,
        verification=rows.verification, reference=rows.reference, withdrawn=_withdrawn(rows))


def _withdrawn(rows: Table) -> BooleanValue:
    return (rows.state == "withdrawn").fill_null(False)  # noqa: FBT003 - Ibis' form


def _multiple(rows: Table, identities: Table) -> list[Table]:
    provenance = ["subject", "source", "source_id", "source_version", "verification", "reference"]
    names = rows.select(*provenance, item=rows.names.unnest(), withdrawn=_withdrawn(rows))
    kind = ibis.ifelse(names.withdrawn & (names.item.kind != "acronym"), "former", names.item.kind)
    names = names.select(*provenance, property=ibis.literal("other_name"), value=names.item.value,
                         qualifier=kind.concat(":", names.item.language.fill_null("")))
    numbers = rows.select(*provenance, item=rows.identifiers.unnest())
    numbers = numbers.select(*provenance, property=ibis.literal("identifier"), value=numbers.item.value,
                             qualifier=numbers.item.scheme)
    tags = [
        rows.select(*provenance, property=ibis.literal(name), value=rows[column].unnest(), qualifier=ibis.null(str))
        for column, name in ((f"{name}s", name) for name in (*TAGS, "domain"))
    ]
    found = [names, numbers, *tags, *_relations(rows, identities, provenance)]
    return [table.filter(table.value.notnull()).select(*COLUMNS) for table in found]


def _relations(rows: Table, identities: Table, provenance: Sequence[str]) -> list[Table]:
    """Relations name a record of the same source (ROR id, or key of a pack row); they become public ids."""
    related = rows.select(*provenance, item=rows.relations.unnest())
    related = related.select(*provenance, kind=related.item.kind, other=related.item.value)
    targets = identities.select(source="source", other="source_id", value="id")
    known = related.join(targets, ["source", "other"])
    known = known.filter(known.value != known.subject)
    # Where only the later organisation names the earlier one, its word is enough.
    told = known.filter(known.kind == "successor")
    later = known.filter(known.kind == "predecessor")
    later = later.mutate(subject=later.value, value=later.subject, kind=ibis.literal("successor"))
    later = later.anti_join(told, ["source", "subject", "value"])
    known = known.union(later.select(*known.columns))
    return [
        known.filter(known.kind == kind).select(*provenance, property=ibis.literal(kind), value="value",
                                                qualifier=ibis.null(str))
        for kind in ("successor", "parent")
    ]


def _precedence(specifications: Sequence[SourceSpecification]) -> pa.Table:
    """Return ``source``, ``property``, ``rank`` (lower wins) for all single properties."""
    rows: list[Mapping[str, object]] = [
        {"source": specification.name, "property": name,
         "rank": specification.precedence_of.get(name, specification.precedence)}
        for specification in specifications for name in SINGLE
    ]
    return pa.Table.from_pylist(list(rows), pa.schema([("source", pa.string()), ("property", pa.string()),
                                                       ("rank", pa.int64())]))
