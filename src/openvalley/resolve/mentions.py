"""Mentions: names of sites and sponsors as trials write them, linked to organisations or left as text.

A mention is linked when one of its parts - the whole, or what stands before or after a comma, a dash or a bracket - is
the name of exactly one organisation of its country; a part that names the town alone does not count. Otherwise it
stays text: a wrong site is worse than none.
"""

import re
from dataclasses import dataclass

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from openvalley.engine import Engine
from openvalley.resolve.evidence import SHORTEST_KEY
from openvalley.resolve.normalise import fold, name_key

#: Where a mention falls into parts: department, hospital, town and street are strung together with these.
_SEPARATORS = re.compile(r"\s[-\u2013\u2014|/]\s|[,;()\[\]|]|\s@\s|/ID#\s*\d+")
#: Parts of one mention that are looked at: addresses have more, names do not stand that far back.
_MOST_PARTS = 8

#: What `split_mentions` returns: the mention, one of its parts' key, and the part's place (0: the whole).
PARTS = pa.schema([pa.field("mention", pa.string()), pa.field("key", pa.string()), pa.field("part", pa.int32())])


@dataclass(frozen=True)
class MentionInputs:
    """What is linked, and with what: ``mentions`` (mention, country), ``names`` (id, key, country, folded_city)."""

    mentions: Table
    names: Table


def split_mentions(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the keys of the parts of a batch of mentions (column ``mention``); a kernel that every engine runs."""
    mentions, keys, parts = [], [], []
    for mention in batch.column("mention").to_pylist():
        pieces = [mention, *_SEPARATORS.split(mention)][:_MOST_PARTS]
        known: set[str] = set()
        for place, piece in enumerate(pieces):
            key = name_key(piece) if piece and fold(piece) else ""
            if len(key) >= SHORTEST_KEY and key not in known:
                known.add(key)
                mentions.append(mention)
                keys.append(key)
                parts.append(place)
    return pa.RecordBatch.from_arrays(
        [pa.array(mentions, pa.string()), pa.array(keys, pa.string()), pa.array(parts, pa.int32())], schema=PARTS)


def link_mentions(engine: Engine, inputs: MentionInputs) -> Table:
    """Return the linked mentions: ``mention``, ``country``, ``organisation_id``, ``matched`` (the part's key).

    Where a mention has a country, only organisations of that country count; a mention without one is linked when its
    name is borne by one organisation of the world.
    """
    mentions = inputs.mentions.filter(inputs.mentions.mention.notnull()).distinct()
    distinct = mentions.select("mention").distinct()
    parts = engine.map_batches(distinct, split_mentions, PARTS, "mention_parts")
    towns = inputs.names.select(town="folded_city").distinct()
    parts = parts.anti_join(towns, parts.key == towns.town)
    names = inputs.names.filter(inputs.names.key.length() >= SHORTEST_KEY).select("id", "key", "country").distinct()
    asked = mentions.join(parts, "mention")
    at_home = names.group_by("country", "key").aggregate(organisation_id=names.id.min(), bearers=names.id.nunique())
    at_home = at_home.filter(at_home.bearers == 1)
    within = asked.join(at_home, ["country", "key"])
    anywhere = names.group_by("key").aggregate(organisation_id=names.id.min(), bearers=names.id.nunique())
    anywhere = anywhere.filter(anywhere.bearers == 1)
    without = asked.filter(asked.country.isnull()).join(anywhere, "key")
    columns = ["mention", "country", "organisation_id", "key", "part"]
    found = ibis.union(within.select(*columns), without.select(*columns))
    first = ibis.window(group_by=["mention", "country"], order_by=["part", "organisation_id"])
    best = found.mutate(rank=ibis.row_number().over(first)).filter(ibis._.rank == 0)
    return best.select("mention", "country", "organisation_id", matched="key")
