"""Who runs trials and where: their sites and parties as registers write them, and which organisations are meant.

What a register writes stays as it is. A link stands beside it with its probability and its reasons, and is certain
enough to count (``mention_link``) or only probable (``probable_link``), which is shown and never counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from openvalley.atlas.row_ids import row_id
from openvalley.engine import Engine
from openvalley.resolve.judgement import Judgement
from openvalley.resolve.likeness import Likeness
from openvalley.resolve.mentions import MentionInputs, link_mentions, mention


@dataclass(frozen=True)
class Named:
    """The organisations that texts of trials may mean.

    Attributes:
        organisations: ``id``, ``name``, ``country``, ``city``, ``folded_city``, ``state``, ``successor``, ``named``.
        names: ``id``, ``value``, ``kind``, ``key``; one row a name.
        towns: ``id``, ``city`` of their further sites.
        identities: ``record``, ``source_id``, ``id`` of their records.
        judgements: what people decided, in force, oldest first.

    """

    organisations: Table
    names: Table
    towns: Table
    identities: Table
    judgements: Sequence[Judgement] = ()


def sites(records: Table, links: Table) -> Table:
    """Return the sites of trials with their ``mention``, and the organisation each is linked to (null: text only)."""
    rows = records.mutate(trial_id=row_id(records, "trial_id"), mention=ibis.ifelse(
        records.facility.notnull(),
        mention(records.facility, records.city.fill_null(""), records.country.fill_null("")), ibis.null(str)))
    return _linked(rows, links)


def parties(records: Table, links: Table) -> Table:
    """Return who runs trials: ``trial_id``, ``role`` (sponsor, collaborator), ``name``, class, and links as sites."""
    rows = _parties(records)
    return _linked(rows.mutate(mention=mention(rows.name, ibis.literal(""), ibis.literal(""))), links)


def mentions(records: Table, site_records: Table) -> Table:
    """Return all mentions of trials: ``text``, ``town``, ``country``, ``assumed``; what is not known is empty.

    Registers do not tell a sponsor's country; it is assumed where all its trials, as far as is known, run in one.
    """
    facilities = site_records.filter(site_records.facility.notnull()).select(
        text="facility", town=site_records.city.fill_null(""), country=site_records.country.fill_null(""),
        assumed=ibis.literal(""))
    listed = records.select(trial_id=row_id(records), country=records.countries.unnest())
    visited = site_records.select(trial_id=row_id(site_records, "trial_id"), country="country")
    places = ibis.union(listed, visited, distinct=True)
    running = _parties(records).left_join(places.filter(places.country.notnull()), "trial_id")
    there = running.group_by("name").aggregate(first=running.country.min(), countries=running.country.nunique())
    sponsors = there.select(text="name", town=ibis.literal(""), country=ibis.literal(""),
                            assumed=ibis.ifelse(there.countries == 1, there["first"], ""))
    return ibis.union(facilities, sponsors)


def links(engine: Engine, found: Table, named: Named) -> Table:
    """Link mentions (`mentions`) to organisations; see `openvalley.resolve.mentions.link_mentions`."""
    known = named.organisations.filter(named.organisations.named)
    names = named.names.join(known.select("id", "country", "folded_city"), "id")
    spellings = names.select("id", "country", name="value", acronym=(names.kind == "acronym").fill_null(False))  # noqa: FBT003 - Ibis' form
    towns = ibis.union(known.filter(known.city.notnull()).select("id", "city"), named.towns, distinct=True)
    gone = engine.arrow(known.filter((known.state == "merged") & known.successor.notnull()).select(
        "id", "name", "successor"))
    inputs = MentionInputs(
        found, names.filter(names.kind != "acronym").select("id", "key", "country", "folded_city"),
        Likeness(engine.arrow(spellings), engine.arrow(towns)), engine.table("taken_over", _followed(gone)),
        named.judgements, named.identities)
    return link_mentions(engine, inputs)


def _followed(gone: pa.Table) -> pa.Table:
    """Lead organisations that others took over to the last one that did; those that lead in a circle stay."""
    rows = {row["id"]: row for row in gone.to_pylist()}
    followed = []
    for row in rows.values():
        target, passed = row["successor"], {row["id"]}
        while target in rows and target not in passed:
            passed.add(target)
            target = rows[target]["successor"]
        if target not in passed:
            followed.append({**row, "successor": target})
    return pa.Table.from_pylist(followed, gone.schema)


def certain(links: Table, uses: Table) -> Table:
    """Return the links of mentions that count: ``mention``, ``organisation_id``, why, and how many trials say it."""
    counted = uses.group_by("mention").aggregate(uses=uses.trial_id.nunique())
    sure = links.filter(links.standing == "linked").join(counted, "mention")
    return sure.select("mention", "text", "town", "country", "score", "method", "reasons", "uses",
                       organisation_id="id")


def uses(linked_sites: Table, running: Table) -> Table:
    """Return which trials say each mention: ``mention``, ``trial_id``."""
    return ibis.union(linked_sites.select("mention", "trial_id"), running.select("mention", "trial_id"), distinct=True)


def _parties(records: Table) -> Table:
    public = row_id(records)
    sponsors = records.select(trial_id=public, role=ibis.literal("sponsor"), name=records.sponsor,
                              party_class=records.sponsor_class)
    helping = records.select(trial_id=public, item=records.collaborators.unnest())
    helping = helping.select("trial_id", role=ibis.literal("collaborator"), name=helping.item["name"],
                             party_class=helping.item["class"])
    rows = ibis.union(sponsors, helping)
    return rows.filter(rows.name.notnull()).distinct()


def _linked(rows: Table, links: Table) -> Table:
    sure = links.filter(links.standing == "linked").select(linked="mention", organisation_id="id")
    return rows.left_join(sure, rows.mention == sure.linked).drop("linked")
