"""Probable links: what is too uncertain to count and too near to be silent about, for people to decide.

Reads links that were found by likeness below the line of what counts. They are shown with the word "probably", never
counted in a figure and never exported as a fact. Next: openvalley review, where people decide about them.
"""

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from openvalley.resolve.linker.reasons import REASONS

#: The table ``probable_link``, one row a pair that waits for a person:
#:
#: - ``kind``: ``mention`` (a text of trials) or ``record`` (a row of a register);
#: - ``asked``: how a judgement names it (``mention/BE/Gent/UZ Gent``, ``cordis/999986096``);
#: - ``asked_id``: the organisation that a record is now; null for mentions;
#: - ``name``, ``town``, ``country``: what it says, as written; empty where it does not say;
#: - ``candidate``: how a judgement names what it probably is (``ror/https://ror.org/00xmkp704``);
#: - ``candidate_id``: that organisation;
#: - ``score``: the probability that it is meant, 0 to 1;
#: - ``reasons``: why, as codes of `openvalley.resolve.linker.reasons.WORDS` with what they speak of;
#: - ``rival_id``, ``rival_score``: the next best organisation and its own likeness, 0 to 1; null where there is none;
#: - ``uses``: how many trials, or participations in projects, hang on it: what to decide first.
PROBABLE = pa.schema([
    *((name, pa.string()) for name in ("kind", "asked", "asked_id", "name", "town", "country", "candidate",
                                       "candidate_id")),
    ("score", pa.float64()), ("reasons", REASONS), ("rival_id", pa.string()), ("rival_score", pa.float64()),
    ("uses", pa.int64())])


def of_mentions(links: Table, uses: Table, identities: Table) -> Table:
    """Return the probable links of mentions, as `PROBABLE`.

    Args:
        links: what `openvalley.resolve.mentions.link_mentions` returned.
        uses: ``mention``, ``trial_id``; one row a trial that says it.
        identities: ``record``, ``source_id``, ``id`` of every record that belongs to an organisation.

    """
    counted = uses.group_by("mention").aggregate(uses=uses.trial_id.nunique())
    rows = links.filter(links.standing == "probable").join(counted, "mention")
    rows = rows.join(speaking(identities), "id")
    return rows.select(
        kind=ibis.literal("mention"), asked="mention", asked_id=ibis.null(str), name="text", town="town",
        country="country", candidate="record", candidate_id="id", score="score", reasons="reasons", rival_id="rival",
        rival_score="rival_score", uses="uses").cast(ibis.schema(PROBABLE))


def of_records(near: Table, organisations: Table, identities: Table, participations: Table) -> Table:
    """Return the probable links of rows of registers, as `PROBABLE`.

    Args:
        near: what came near and was not joined (`openvalley.resolve.alike.NEAR`).
        organisations: organisation records of all sources.
        identities: ``record``, ``id`` of every record that belongs to an organisation.
        participations: the records of who takes part in which project.

    """
    said = organisations.select(asked=organisations.source.concat("/", organisations.source_id), name="name",
                                town=organisations.locations[0].city, country="country")
    counted = participations.group_by(
        asked=participations.source.concat("/", participations.organisation_id)).aggregate(uses=ibis._.count())
    rows = near.join(said, "asked").left_join(counted, "asked").drop("asked_right")
    for record, known in (("asked", "asked_id"), ("candidate", "candidate_id"), ("rival", "rival_id")):
        ids = identities.select(**{record: "record", known: "id"})
        rows = rows.left_join(ids, record).drop(f"{record}_right")
    told = {column: rows[column].fill_null("") for column in ("name", "town", "country")}
    return rows.select(
        "asked", "asked_id", "candidate", "candidate_id", "score", "reasons", "rival_id", "rival_score",
        kind=ibis.literal("record"), uses=rows.uses.fill_null(0), **told).select(*PROBABLE.names).cast(
            ibis.schema(PROBABLE))


def speaking(identities: Table) -> Table:
    """Return for each organisation the record by which judgements name it: the one that gave it its id, if any."""
    ranked = identities.mutate(strange=~identities.id.endswith(identities.source_id))
    first = ibis.window(group_by="id", order_by=["strange", "record"])
    ranked = ranked.mutate(place=ibis.row_number().over(first))
    return ranked.filter(ranked.place == 0).select("id", "record")
