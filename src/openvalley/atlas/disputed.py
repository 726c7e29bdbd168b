"""Disputes beside the atlas: what can be disputed, and what is disputed about an organisation or a pack's row now.

Reads the atlas and the home's disputes (resolve/disputes.py), appends to these. An organisation answers for all ids
that lead to it: a dispute stays with it when its id changes or when it is merged. A row of the region pack beside its
organisations is disputed by itself, cell by cell. Next: cli/disputing.py, the site.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvalley.atlas.model import Claim
from openvalley.atlas.pack_rows import TABLE_OF, CuratedRow, cells_of, row_of, table_of
from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.atlas.row_corrections import disputable
from openvalley.errors import BadInput, UnknownIdentity
from openvalley.resolve.curator_decisions import State
from openvalley.resolve.disputes import Dispute, DisputeStore
from openvalley.resolve.sent import OTHER, Fault, Sent
from openvalley.settings import Settings
from openvalley.vocabulary.properties import MULTIPLE, SINGLE

#: What a dispute may be about: every property of the claims that a page shows, and what is none of them.
PROPERTIES = (*(name for name in (*SINGLE, *MULTIPLE) if name != "domain"), OTHER)


@dataclass(frozen=True)
class Subject:
    """What a dispute is about as it is known now; ``name`` None: it has none, or is known no more."""

    id: str
    name: str | None


def ids_of(atlas: Atlas, known: str) -> list[str]:
    """Return an organisation's id and every id that leads to it."""
    return [known, *_leading(atlas).get(known, ())]


def _leading(atlas: Atlas) -> Mapping[str, Sequence[str]]:
    """Return the ids that lead to each organisation, read once: no index knows where they lead."""
    rows = "SELECT target, list(id ORDER BY id) AS ids FROM redirect WHERE target IS NOT NULL GROUP BY target"
    return remembered(atlas, "ids that lead elsewhere", lambda: {row["target"]: row["ids"] for row in atlas.rows(rows)})


def disputes_about(atlas: Atlas, settings: Settings, known: str) -> list[Dispute]:
    """Return the disputes about an organisation (by its current id), oldest first.

    Raises:
        StorageFailed: the disputes cannot be read.

    """
    if not settings.judgements.exists():
        return []
    return DisputeStore(settings.judgements).about(ids_of(atlas, known))


def every_dispute(settings: Settings) -> list[Dispute]:
    """Return every dispute of the home, oldest first; nothing is made where there is none.

    Raises:
        StorageFailed: the disputes cannot be read.

    """
    return DisputeStore(settings.judgements).every() if settings.judgements.exists() else []


def mark(settings: Settings) -> str:
    """Return what changes whenever a dispute or a decision is added.

    Raises:
        StorageFailed: the disputes cannot be read.

    """
    return DisputeStore(settings.judgements).mark() if settings.judgements.exists() else ""


def subject_of(atlas: Atlas | None, dispute: Dispute) -> Subject:
    """Return whom a dispute is about, under the id of today."""
    asked = dispute.sent.subject
    if atlas is None:
        return Subject(asked, None)
    if table_of(asked):
        return Subject(asked, _name_of_row(atlas, asked))
    try:
        known = atlas.resolve_id(asked)
    except UnknownIdentity:
        return Subject(asked, None)
    rows = atlas.rows("SELECT name FROM organisation WHERE id = ?", [known])
    return Subject(known, rows[0]["name"] if rows else None)


def _name_of_row(atlas: Atlas, known: str) -> str | None:
    """Return what a row is called: its own name in English, else whom it concerns; None where it is known no more."""
    try:
        row = row_of(atlas, known)
    except UnknownIdentity:
        return None
    return row.name_in("en") or next((entry.name for entry in row.concerned if entry.name), None)


def public_data(dispute: Dispute) -> dict[str, Any]:
    """Return a dispute as data that anyone may read, in the words of the claims.

    Who decided is left out, and of a rejected one what was sent.
    """
    sent, last = dispute.sent, dispute.last
    repeated = dispute.state is not State.REJECTED
    return {
        "number": dispute.number, "subject": sent.subject, "property": sent.property, "shown": sent.shown,
        "says": sent.says if repeated else None, "link": (sent.link or None) if repeated else None,
        "language": sent.language, "at": dispute.at, "state": dispute.state.value,
        "decided_at": last.at if last else None, "why": last.why if last else None,
    }


def faults(sent: Sent, claims: Sequence[Claim]) -> dict[str, Fault]:
    """Return what is wrong with what a reader sends, by field.

    Args:
        sent: what was sent.
        claims: all claims about the organisation; what is disputed must be shown now, or be said to be missing.

    """
    shown = {claim.value for claim in claims if claim.property == sent.property and claim.standing != "overruled"}
    missing = not sent.shown and (sent.property in {*MULTIPLE, OTHER} or not shown)
    found = sent.faults()
    if sent.property and not (sent.property in PROPERTIES and (missing or sent.shown in shown)):
        found["property"] = Fault.UNKNOWN
    return found


def faults_about_row(sent: Sent, row: CuratedRow) -> dict[str, Fault]:
    """Return what is wrong with what a reader sends about a row of the pack, by field.

    What is disputed is a cell as it is shown now, or the row as a whole.
    """
    found, cells = sent.faults(), cells_of(row)
    names = {column.name for column in disputable(TABLE_OF[row.record_type])}
    known = not sent.shown if sent.property == OTHER else sent.shown == cells.get(sent.property)
    if sent.property and not (sent.property in {*names, OTHER} and known):
        found["property"] = Fault.UNKNOWN
    return found


def send(atlas: Atlas, settings: Settings, sent: Sent) -> int:
    """Take a dispute about an organisation, or about a row of the region pack, and return its number.

    Raises:
        UnknownIdentity: its subject is neither an organisation nor a row of this atlas.
        BadInput: a field cannot be taken; the context's ``faults`` name the fault of each.
        TooMany: a limit is reached; the context's ``limit`` is organisation or day.
        StorageFailed: the disputes cannot be read or written.

    """
    if table_of(sent.subject):
        known = sent.subject
        found = faults_about_row(sent, row_of(atlas, known))
    else:
        known = atlas.resolve_id(sent.subject)
        if atlas.type_of(known) != "organisation":
            raise UnknownIdentity(f"{known} is not an organisation.", hint="Disputes are about organisations and rows "
                                  "of the region pack.", id=known)
        found = faults(sent, atlas.claims(known))
    if found:
        raise BadInput("The dispute cannot be taken as it was sent.", hint="; ".join(
            f"{name}: {fault}" for name, fault in found.items()), faults=found)
    also = ids_of(atlas, known)
    return DisputeStore(settings.judgements).add(sent, settings.disputes_a_day, also)
