"""Evidence that two records are the same organisation, as Ibis expressions over all records at once.

Each rule gives pairs of records with the rule's name and what they share. Names and domains lead to anchors: rows of
the sources that declare that each of their rows is one organisation (ROR does). Deterministic rules, strongest first:
a shared identifier, the same name within a country, the same web domain within a country backed by shared words. What
these leave alone is compared by likeness (alike.py).
"""

from collections.abc import Collection
from dataclasses import dataclass

import ibis
from ibis.expr.types import Table

from openvalley.engine import Engine
from openvalley.resolve.normalise import KEYED, key_names
from openvalley.vocabulary.identifiers import Scheme

#: Name and version of the machine that judges with these rules; every machine decision carries it.
MACHINE = "deterministic-1"

#: Schemes whose numbers are given to one legal entity or organisation. GRID, Wikidata and Funder Registry ids came
#: with ROR alone and say nothing that the ROR id does not.
LINKING_SCHEMES = (Scheme.ROR, Scheme.PIC, Scheme.KBO, Scheme.VAT, Scheme.LEI, Scheme.ISNI)
#: Kinds of name that identify: an acronym alone stands for many organisations.
_NAMING = ("label", "alias", "former")
#: Words that both names must share before a common web domain counts are at least this long, and this share of the
#: telling words of one of the record's names: under one domain of a large society stand many institutes.
_TELLING_WORD = 4
_SHARED_WORDS = 0.5
#: A key shorter than this is an acronym or a bare word and names too many organisations.
SHORTEST_KEY = 5


class Rule:
    """Names of the rules, strongest first; `STRENGTH` orders them."""

    IDENTIFIER = "identifier"
    SUCCESSOR = "successor"
    NAME = "name"
    DOMAIN = "domain"
    LIKENESS = "likeness"


STRENGTH = {Rule.IDENTIFIER: 0, Rule.SUCCESSOR: 1, Rule.NAME: 2, Rule.DOMAIN: 3, Rule.LIKENESS: 4}


def item(rule: str, value: str) -> str:
    """Return one piece of evidence as the text by which it is known again in a later build."""
    return f"{rule} {value}".replace("|", "/")


@dataclass(frozen=True)
class RecordTables:
    """The records taken apart for linking: one row a record, successor, identifier, name, name key and domain.

    ``keyed`` holds key and words of every distinct name, acronyms included.
    """

    records: Table
    names: Table
    successors: Table
    identifiers: Table
    keys: Table
    domains: Table
    keyed: Table


def take_apart(engine: Engine, organisations: Table, anchoring: Collection[str]) -> RecordTables:
    """Split organisation records into the tables that the rules compare.

    ``anchoring`` names the sources of which one row is one organisation (``anchors`` in their source.toml).
    """
    named = organisations.mutate(record=organisations.source.concat("/", organisations.source_id))
    records = engine.keep("resolve_records", named.select(
        "record", "source", "source_id", "country", "state", "name",
        city=named.locations[0].city,
        anchor=ibis.ifelse(named.source.isin(sorted(anchoring)) & (named.state != "withdrawn"), named.source_id, None),
    ))
    withdrawn = named.filter(named.state == "withdrawn").select("record", "source", relation=named.relations.unnest())
    successors = withdrawn.filter(withdrawn.relation.kind == "successor").select(
        "record", successor=withdrawn.source.concat("/", withdrawn.relation.value))
    identifiers = _identifiers(engine, named)
    names = named.select("record", "country", name=named.names.unnest())
    names = names.select("record", "country", name=names.name.value, kind=names.name.kind)
    names = engine.keep("resolve_names", names.filter(names.name.notnull()).distinct())
    keyed = engine.map_batches(names.select("name").distinct(), key_names, KEYED, "resolve_keyed")
    keys = names.filter(names.kind.isin(_NAMING)).join(keyed, "name").select("record", "country", "key").distinct()
    keys = engine.keep("resolve_keys", keys.filter(keys.key.length() >= SHORTEST_KEY))
    domains = named.select("record", "country", domain=named.domains.unnest()).distinct()
    return RecordTables(records, names, successors, identifiers, keys, engine.keep("resolve_domains", domains), keyed)


def evidence(engine: Engine, tables: RecordTables) -> Table:
    """Return all pairs: ``left``, ``right`` (records), ``rule``, ``value`` (what they share)."""
    return ibis.union(
        _same_identifier(tables), _withdrawn_successor(tables), _same_name(tables), _same_name_elsewhere(tables),
        _same_domain(engine, tables),
    )


def _identifiers(engine: Engine, named: Table) -> Table:
    listed = named.select("record", identifier=named.identifiers.unnest())
    listed = listed.select("record", scheme=listed.identifier.scheme, value=listed.identifier.value)
    belgian = listed.filter((listed.scheme == Scheme.VAT.value) & listed.value.startswith("BE"))
    enterprise = belgian.select("record", scheme=ibis.literal(Scheme.KBO.value), value=belgian.value.substr(2))
    linking = listed.filter(listed.scheme.isin([scheme.value for scheme in LINKING_SCHEMES]))
    return engine.keep("resolve_identifiers", ibis.union(linking, enterprise, distinct=True))


def _same_identifier(tables: RecordTables) -> Table:
    """Connect each record with the first record that has the same identifier."""
    rows = tables.identifiers
    first = rows.group_by("scheme", "value").aggregate(left=rows.record.min(), holders=rows.record.nunique())
    pairs = rows.join(first.filter(first.holders > 1), ["scheme", "value"])
    return pairs.filter(pairs.record != pairs.left).select(
        "left", right=pairs.record, rule=ibis.literal(Rule.IDENTIFIER), value=pairs.scheme.concat(" ", pairs.value))


def _withdrawn_successor(tables: RecordTables) -> Table:
    """Connect a record that its register withdrew with the one record that took its place."""
    rows = tables.successors
    single = rows.group_by("record").aggregate(left=rows.successor.min(), successors=rows.successor.nunique())
    single = single.filter(single.successors == 1)
    known = single.join(tables.records.select(left="record"), "left")
    return known.select("left", right=known.record, rule=ibis.literal(Rule.SUCCESSOR), value=known.left)


def _same_name(tables: RecordTables) -> Table:
    """Connect a record with the one anchor of its country that has the same name key."""
    anchored = tables.keys.join(tables.records.filter(tables.records.anchor.notnull()).select("record"), "record")
    unique = anchored.group_by("country", "key").aggregate(
        left=anchored.record.min(), bearers=anchored.record.nunique())
    pairs = _unanchored(tables).join(unique.filter(unique.bearers == 1), ["country", "key"])
    return pairs.select("left", right=pairs.record, rule=ibis.literal(Rule.NAME), value=pairs.key)


def _same_name_elsewhere(tables: RecordTables) -> Table:
    """Connect records of different sources that no anchor stands between: one bearer in each source."""
    rows = _unanchored(tables)
    bearers = rows.group_by("source", "country", "key").aggregate(record=rows.record.min(), count=rows.record.nunique())
    lone = bearers.filter(bearers["count"] == 1)
    first = lone.group_by("country", "key").aggregate(left=lone.record.min(), sources=lone.source.nunique())
    pairs = lone.join(first.filter(first.sources > 1), ["country", "key"])
    return pairs.filter(pairs.record != pairs.left).select(
        "left", right=pairs.record, rule=ibis.literal(Rule.NAME), value=pairs.key)


def _unanchored(tables: RecordTables) -> Table:
    others = tables.records.filter(tables.records.anchor.isnull()).select("record", "source")
    return tables.keys.join(others, "record").select("record", "source", "country", "key")


def _same_domain(engine: Engine, tables: RecordTables) -> Table:
    """Connect a record with the one anchor of its country on the same domain, if words are shared too."""
    anchored = tables.domains.join(tables.records.filter(tables.records.anchor.notnull()).select("record"), "record")
    unique = anchored.group_by("country", "domain").aggregate(
        left=anchored.record.min(), bearers=anchored.record.nunique())
    others = tables.domains.join(tables.records.filter(tables.records.anchor.isnull()).select("record"), "record")
    pairs = others.join(unique.filter(unique.bearers == 1), ["country", "domain"])
    pairs = engine.keep("resolve_domain_pairs", pairs.select("left", right="record", value="domain"))
    ours = pairs.select("left", "value", record="right").join(_words(tables), "record")
    ours = ours.select("left", "value", "key", "word", right="record")
    length = ours.group_by("left", "right", "value", "key").aggregate(words=ours.word.nunique())
    theirs = pairs.select("right", record="left").join(_words(tables), "record")
    theirs = theirs.select("right", "word", left="record").distinct()
    shared = ours.join(theirs, ["left", "right", "word"]).group_by("left", "right", "value", "key").aggregate(
        shared=ibis._.word.nunique())
    backed = shared.join(length, ["left", "right", "value", "key"])
    backed = backed.filter(backed.shared >= _SHARED_WORDS * backed.words)
    return backed.select("left", "right", rule=ibis.literal(Rule.DOMAIN), value="value").distinct()


def _words(tables: RecordTables) -> Table:
    """Return the telling words of every name key: ``record``, ``key``, ``word``."""
    words = tables.keys.select("record", "key", word=tables.keys.key.split(" ").unnest())
    return words.filter(words.word.length() >= _TELLING_WORD).distinct()
