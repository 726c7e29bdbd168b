"""Trials, who runs them and where: sites and sponsors with the organisation they are linked to, if any."""

import ibis
from ibis.expr.types import Table

from openvalley.engine import Engine
from openvalley.resolve.mentions import MentionInputs, link_mentions

#: Separates the register and its number in a trial's public id: ``clinicaltrials:NCT04374565``.
SEPARATOR = ":"


def trials(records: Table, sites: Table) -> Table:
    """Return one row a trial under its public id, with the number of its sites."""
    rows = records.mutate(id=records.source.concat(SEPARATOR, records.source_id))
    counted = sites.group_by("trial_id").aggregate(sites=sites.position.count())
    joined = rows.left_join(counted, rows.id == counted.trial_id)
    kept = joined.drop("trial_id", "conditions", "condition_codes", "keywords", "collaborators", "interventions",
                       "identifiers", "countries")
    return kept.mutate(sites=kept.sites.fill_null(0))


def terms(records: Table) -> Table:
    """Return what trials are about: ``trial_id``, ``kind`` (condition, code, keyword, intervention), ``term``."""
    public = records.source.concat(SEPARATOR, records.source_id)
    parts = []
    for kind, column in (("condition", "conditions"), ("keyword", "keywords")):
        parts.append(records.select(trial_id=public, kind=ibis.literal(kind), term=records[column].unnest()))
    codes = records.select(trial_id=public, item=records.condition_codes.unnest())
    parts.append(codes.select("trial_id", kind=ibis.literal("code"), term=codes.item.title))
    tried = records.select(trial_id=public, item=records.interventions.unnest())
    parts.append(tried.select("trial_id", kind=ibis.literal("intervention"), term=tried.item["name"]))
    countries = records.select(trial_id=public, kind=ibis.literal("country"), term=records.countries.unnest())
    joined = ibis.union(*parts, countries)
    return joined.filter(joined.term.notnull()).distinct()


def sites(records: Table, links: Table) -> Table:
    """Return the sites of trials with the organisation each is linked to (null: text only)."""
    rows = records.mutate(trial_id=records.source.concat(SEPARATOR, records.trial_id))
    known = links.select(facility_named="mention", country_named="country", organisation_id="organisation_id")
    joined = rows.left_join(known, (rows.facility == known.facility_named) & (rows.country == known.country_named))
    return joined.drop("facility_named", "country_named")


def parties(records: Table, links: Table) -> Table:
    """Return who runs trials: ``trial_id``, ``role`` (sponsor, collaborator), ``name``, class, ``organisation_id``."""
    public = records.source.concat(SEPARATOR, records.source_id)
    sponsors = records.select(trial_id=public, role=ibis.literal("sponsor"), name=records.sponsor,
                              party_class=records.sponsor_class)
    helping = records.select(trial_id=public, item=records.collaborators.unnest())
    helping = helping.select("trial_id", role=ibis.literal("collaborator"), name=helping.item["name"],
                             party_class=helping.item["class"])
    rows = ibis.union(sponsors, helping)
    rows = rows.filter(rows.name.notnull()).distinct()
    known = links.filter(links.country.isnull()).select(named="mention", organisation_id="organisation_id")
    return rows.left_join(known, rows.name == known.named).drop("named")


def mentions(records: Table, site_records: Table) -> Table:
    """Return all mentions of trials once: ``mention``, ``country`` (null for sponsors)."""
    facilities = site_records.select(mention="facility", country="country")
    sponsors = records.select(mention="sponsor", country=ibis.null(str))
    helping = records.select(item=records.collaborators.unnest())
    helping = helping.select(mention=helping.item["name"], country=ibis.null(str))
    joined = ibis.union(facilities, sponsors, helping)
    return joined.filter(joined.mention.notnull()).distinct()


def links(engine: Engine, found: Table, names: Table) -> Table:
    """Link the mentions to organisations by their names (``id``, ``key``, ``country``, ``folded_city``)."""
    return engine.keep("mention_links", link_mentions(engine, MentionInputs(found, names)))
