"""Trials as registers tell them: what they are about, their numbers, their state. Who is meant: trial_links.py."""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
from ibis.expr.types import BooleanValue, Table

from openvalley.atlas.row_ids import row_id
from openvalley.vocabulary.identifiers import Scheme
from openvalley.vocabulary.terms import Vocabulary
from openvalley.vocabulary.terms import terms as terms_of

#: Numbers by which two registers speak of one trial.
_SHARED_NUMBERS = (Scheme.NCT.value, Scheme.EUDRACT.value, Scheme.EU_CT.value)
#: States of trials that go on, and what such a trial is called when nobody has confirmed it for so many years: as
#: ClinicalTrials.gov does (glossary, "Unknown status").
_GOING_ON = ("not-yet-recruiting", "recruiting", "by-invitation", "running", "suspended")
_SILENT = "unknown"
_QUIET_YEARS = 2


@dataclass(frozen=True)
class TrialInputs:
    """Trial records, who runs them and where (`parties`, `sites`), and the organisations of the region (``id``)."""

    records: Table
    parties: Table
    sites: Table
    at_home: Table
    home: Sequence[str]


def trials(inputs: TrialInputs) -> Table:
    """Return one row a trial under its public id.

    ``state`` is the vocabulary's word for the ``status`` that the register states, unless that is out of date;
    ``in_region`` says that it runs in the region's countries, by its sites or by the register's list, or that an
    organisation of the region runs it; ``sites`` counts sites.

    """
    rows = inputs.records.mutate(id=row_id(inputs.records))
    counted = inputs.sites.group_by("trial_id").aggregate(sites=inputs.sites.position.count())
    sited = inputs.sites.filter(inputs.sites.country.isin(list(inputs.home))).select("trial_id")
    run = inputs.parties.semi_join(inputs.at_home, inputs.parties.organisation_id == inputs.at_home.id)
    listed = rows.select(trial_id="id", country=rows.countries.unnest())
    listed = listed.filter(listed.country.isin(list(inputs.home))).select("trial_id")
    near = ibis.union(sited, listed, run.select("trial_id"), distinct=True).select(near_id="trial_id")
    joined = rows.left_join(counted, rows.id == counted.trial_id).drop("trial_id")
    joined = joined.left_join(near, joined.id == near.near_id)
    joined = joined.mutate(in_region=joined.near_id.notnull())
    kept = joined.drop("near_id", "conditions", "condition_codes", "keywords", "collaborators", "interventions",
                       "identifiers", "countries")
    stated = [(kept.status.isin(list(term.attributes["stated"])), code)
              for code, term in terms_of(Vocabulary.TRIAL_STATE).items()]
    kept = kept.mutate(sites=kept.sites.fill_null(0), state=ibis.cases(*stated, else_=ibis.null(str)))
    return kept.mutate(state=ibis.ifelse(_silent(kept), _SILENT, kept.state))


def _silent(rows: Table) -> BooleanValue:
    """Tell which trials say that they go on, although they should have ended and nobody has said so for two years.

    That is the rule by which ClinicalTrials.gov itself calls a study's status unknown (its glossary: past its
    completion date, and not verified within two years); registers apply it late, or not at all. Time is told by the
    newest entry of the register, not by the clock.
    """
    newest = rows.last_updated.max().over(ibis.window(group_by="source"))
    going_on = rows.state.isin(list(_GOING_ON))
    return (going_on & (rows.end_date < newest) & (rows.last_updated < newest - ibis.interval(years=_QUIET_YEARS))
            ).fill_null(False)  # noqa: FBT003 - Ibis' form


def identifiers(records: Table) -> Table:
    """Return the numbers of trials: ``trial_id``, ``scheme`` (null: the sponsor's own), ``value``."""
    rows = records.select(trial_id=row_id(records),
                          item=records.identifiers.unnest())
    rows = rows.select("trial_id", scheme=rows.item.scheme, value=rows.item.value)
    return rows.filter(rows.value.notnull()).distinct()


def twins(numbers: Table) -> Table:
    """Return which trials are one in two registers (``trial_id``, ``other_id``): they share a registry's number."""
    shared = numbers.filter(numbers.scheme.isin(list(_SHARED_NUMBERS)))
    others = shared.view()
    pairs = shared.join(others, [shared.scheme == others.scheme, shared.value == others.value,
                                 shared.trial_id != others.trial_id])
    return pairs.select("trial_id", other_id=others.trial_id).distinct()


def terms(records: Table) -> Table:
    """Return what trials are about: ``trial_id``, ``kind`` (condition, code, keyword, intervention), ``term``."""
    public = row_id(records)
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
