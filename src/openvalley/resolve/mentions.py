"""Mentions: names of sites and sponsors as trials write them, linked to organisations or left as text.

Reads every distinct text with its town and country. It is linked when it is the name of the one organisation of its
country, else by the kernel that links the lists of users (likeness.py): from its match line on for sure, from its
review line on as *probable*. All else stays text: a wrong site is worse than none. A sponsor's country is not told by
registers; where all its trials run in one country, it is looked for there first, and what is found by likeness must
be the likelier. Next: the atlas's trials, and its tables of links.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import pyarrow as pa
from ibis.expr.types import BooleanValue, StringValue, Table

from openvalley.engine import Engine
from openvalley.engine.base import Kernel
from openvalley.resolve.evidence import SHORTEST_KEY
from openvalley.resolve.judged_mentions import SOURCE, verdicts
from openvalley.resolve.judgement import Judgement
from openvalley.resolve.likeness import FOUND
from openvalley.resolve.link import MATCH, REVIEW, SCORES
from openvalley.resolve.normalise import fold, name_key

#: Probability from which likeness links a text whose country is only assumed: the lists that the kernel's
#: probabilities were calibrated on state theirs.
ASSUMED_MATCH = 0.8
#: What `key_mentions` returns: text and town, the text's key, and the town for comparison.
KEYED_MENTIONS = pa.schema([(name, pa.string()) for name in ("text", "town", "key", "place")])
_SETTLED = pa.schema([(name, pa.string()) for name in ("row", "id", "why")])
_REFUSED = pa.schema([("row", pa.string()), ("never", pa.list_(pa.string()))])


@dataclass(frozen=True)
class MentionInputs:
    """What is linked, and with what.

    Attributes:
        mentions: ``text``, ``town``, ``country``, ``assumed`` (the country of all trials of a text without one); what
            is not known is empty.
        names: ``id``, ``key``, ``country``, ``folded_city`` of the organisations, one row a name.
        likeness: compares texts with the organisations by likeness.
        successors: ``id``, ``name``, ``successor`` of organisations that others took over.
        judgements: those of people in force, oldest first; those that are about no mention say nothing here.
        identities: ``record`` and ``id`` of every row of a register that is an organisation, or a part of one.

    """

    mentions: Table
    names: Table
    likeness: Kernel
    successors: Table
    judgements: Sequence[Judgement]
    identities: Table


def mention(text: StringValue, town: StringValue, country: StringValue) -> StringValue:
    """Return how judgements name mentions, as an expression; what is not known is empty."""
    return ibis.literal(f"{SOURCE}/").concat(country, "/", town.replace("/", " "), "/", text)


def key_mentions(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Add keys to a batch of texts with their towns; a kernel that every engine runs."""
    texts, towns = batch.column("text").to_pylist(), batch.column("town").to_pylist()
    keys = [name_key(text) if fold(text) else "" for text in texts]
    columns = [texts, towns, keys, [fold(town) for town in towns]]
    return pa.RecordBatch.from_arrays([pa.array(column, pa.string()) for column in columns], schema=KEYED_MENTIONS)


def link_mentions(engine: Engine, inputs: MentionInputs) -> Table:
    """Return the mentions that some organisation comes near.

    Returns:
        ``mention`` (as a judgement names it), ``text``, ``town``, ``country``, ``id`` (of the organisation), ``score``
        (probability that it is meant), ``standing`` (linked or probable), ``method`` (name, likeness or judgement),
        ``reasons``, ``rival`` (the next best) and ``rival_score``.

    """
    asked = _asked(engine, inputs.mentions)
    people = _judged(engine, inputs.judgements, inputs.identities)
    open_ = asked.anti_join(people.settled, "row").left_join(people.refused, "row").drop("row_right")
    named = engine.keep("mentions_named", _named(open_, inputs.names))
    left = open_.anti_join(named, "row")
    compared = left.filter((left.there != "") & (left.key != left.place)).select(
        "row", name="text", town="town", country="there", never="never")
    alike = engine.map_batches(compared, inputs.likeness, FOUND, "mentions_alike", "country")
    alike = alike.filter(alike.probability >= REVIEW).select(
        "row", "id", "reasons", "rival", score="probability", rival_score="rival_probability",
        method=ibis.literal("likeness"))
    same = people.settled.filter(people.settled.id.notnull())
    same = same.select("row", "id", score=ibis.literal(1.0), reasons=_reason("judged", same.why),
                       method=ibis.literal("judgement"), rival=ibis.null(str), rival_score=ibis.null(float))
    found = ibis.union(named, alike.select(*named.columns), same.select(*named.columns)).join(asked, "row")
    taken_over = inputs.successors.select("successor", former="name", gone="id")
    found = found.left_join(taken_over, found.id == taken_over.gone)
    # What a person chose stays chosen, also where another took it over.
    found = found.mutate(successor=ibis.ifelse(found.method == "judgement", ibis.null(str), found.successor))
    followed = found.reasons.concat(_reason("successor", found.former))
    why = ibis.ifelse(found.successor.notnull(), followed, found.reasons)
    assumed = (found.country == "") & (found.there != "")
    why = ibis.ifelse(assumed, why.concat(_reason("trials-there", found.there)), why)
    sure = found.score >= ibis.ifelse(assumed & (found.method == "likeness"), ASSUMED_MATCH, MATCH)
    return engine.keep("mention_links", found.select(
        "text", "town", "country", "score", "method", "rival", "rival_score", mention="row",
        id=ibis.coalesce(found.successor, found.id), standing=ibis.ifelse(sure, "linked", "probable"),
        reasons=why))


def _asked(engine: Engine, mentions: Table) -> Table:
    """Return each mention once, with its key, where it is looked for, and how judgements name it."""
    once = mentions.group_by("text", "town", "country").aggregate(assumed=mentions.assumed.max())
    keyed = engine.map_batches(once.select("text", "town").distinct(), key_mentions, KEYED_MENTIONS, "mentions_keyed")
    asked = once.join(keyed, ["text", "town"])
    return engine.keep("mentions_asked", asked.mutate(
        row=mention(asked.text, asked.town, asked.country),
        there=ibis.ifelse(asked.country != "", asked.country, asked.assumed)))


@dataclass(frozen=True)
class _Judged:
    """What people decided about mentions.

    ``settled``: ``row``, ``id`` (null: nobody is meant), ``why``. ``refused``: ``row``, ``never`` (organisations).
    """

    settled: Table
    refused: Table


def _judged(engine: Engine, judgements: Sequence[Judgement], identities: Table) -> _Judged:
    """Return what people decided: of each mention the last word on what it is, and all that it is not.

    A judgement about a record that no register has any more says nothing.
    """
    found = verdicts(judgements)
    records = sorted({record for verdict in found.values() for record in (verdict.meant, *verdict.refused) if record})
    rows = engine.arrow(identities.filter(identities.record.isin(records)).select("record", "id")) if records else None
    known = dict(zip(rows["record"].to_pylist(), rows["id"].to_pylist(), strict=True)) if rows else {}
    settled = [{"row": row, "id": known.get(verdict.meant), "why": verdict.settled.why}
               for row, verdict in sorted(found.items())
               if verdict.settled and (not verdict.meant or verdict.meant in known)]
    never = {row: {known[record] for record in verdict.refused if record in known} for row, verdict in found.items()}
    refused = [{"row": row, "never": sorted(ids)} for row, ids in sorted(never.items()) if ids]
    return _Judged(
        engine.table("mentions_settled", pa.Table.from_pylist(settled, _SETTLED)),
        engine.table("mentions_refused", pa.Table.from_pylist(refused, _REFUSED)))


def _named(asked: Table, names: Table) -> Table:
    """Return the mentions that are the name of one organisation: of their country, else of the world.

    A name that only says a town names nobody. Where mention and organisation are in different towns, the name must say
    the organisation's: hospitals of one name stand in many towns.
    """
    bearing = names.filter(names.key.length() >= SHORTEST_KEY).select("id", "key", "country", "folded_city").distinct()
    bearing = bearing.anti_join(names.select(key="folded_city").distinct(), "key")
    at_home = bearing.group_by("key", there="country").aggregate(
        id=bearing.id.min(), city=bearing.folded_city.min(), bearers=bearing.id.nunique())
    within = asked.filter(asked.there != "").join(at_home.filter(at_home.bearers == 1), ["key", "there"])
    same_town = (within.place == within.city).fill_null(False)  # noqa: FBT003 - Ibis' form
    within = within.filter((within.place == "") | within.city.isnull() | same_town | _says(within.key, within.city))
    why = _reason("same-name", within.key)
    within = within.select(
        "row", "id", score=ibis.ifelse(same_town, SCORES["name and city"], SCORES["name"]),
        reasons=ibis.ifelse(same_town, why.concat(_reason("same-town", within.city)), why))
    anywhere = bearing.group_by("key").aggregate(id=bearing.id.min(), bearers=bearing.id.nunique())
    stateless = asked.filter(asked.country == "").anti_join(within, "row")
    without = stateless.join(anywhere.filter(anywhere.bearers == 1), "key")
    without = without.select("row", "id", score=ibis.literal(SCORES["name only"]),
                             reasons=_reason("only-name", without.key))
    found = ibis.union(within, without).join(asked.select("row", "never"), "row")
    found = found.filter(~found.never.contains(found.id).fill_null(False))  # noqa: FBT003 - Ibis' form
    return found.select("row", "id", "score", "reasons", method=ibis.literal("name"), rival=ibis.null(str),
                        rival_score=ibis.null(float))


def _says(key: StringValue, city: StringValue) -> BooleanValue:
    return ibis.literal(" ").concat(key, " ").contains(ibis.literal(" ").concat(city, " "))


def _reason(code: str, detail: StringValue) -> ibis.Value:
    return ibis.array([ibis.struct({"code": ibis.literal(code), "detail": detail.fill_null("")})])
