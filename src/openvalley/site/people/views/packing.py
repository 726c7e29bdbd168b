"""Corrections of the region pack: what a curator types when a dispute is accepted, and the patch that comes of it."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from openvalley.atlas.disputed import subject_of
from openvalley.atlas.pack_corrections import CODES, Corrected, can_correct, corrected
from openvalley.atlas.pack_rows import CuratedRow, row_of, table_of
from openvalley.atlas.reader import Atlas
from openvalley.atlas.row_corrections import Standing
from openvalley.errors import UnknownIdentity
from openvalley.resolve.corrections import EMPTY
from openvalley.resolve.disputes import Dispute
from openvalley.resolve.sent import OTHER
from openvalley.site.pages import addresses, row_words, wording
from openvalley.site.people.guarding import PersonalRequest
from openvalley.site.people.views.proposing import told
from openvalley.site.shelf import home_settings
from openvalley.sources.pack.cells import CodeOf, Column, OneOf
from openvalley.vocabulary.terms import Vocabulary, terms

STANDINGS = {Standing.WAITS: _("waits for the pack"), Standing.IN_PACK: _("stands in the pack"),
             Standing.IMPOSSIBLE: _("has no row in the pack, and can get none")}


@dataclass(frozen=True)
class Subject:
    """What a dispute is about, as the desk shows it: name, address, what of it is disputed and what was shown."""

    name: str
    url: str
    what: str
    shown: str


@dataclass(frozen=True)
class Field:
    """How what the pack then says is typed: chosen from codes with their labels, or as text where there are none.

    ``several`` says that more than one may be chosen, ``now`` is what the cell reads.
    """

    choices: list[tuple[str, str | Promise]]
    several: bool = False
    now: str = ""


def subject(atlas: Atlas | None, dispute: Dispute) -> Subject:
    """Return what a dispute is about."""
    known, name = subject_of(atlas, dispute), dispute.sent.property
    if table_of(known.id):
        row = _row(atlas, known.id)
        what, shown = row_words.disputed_text(row, dispute)
        return Subject(row_words.title(row) if row else known.id, addresses.pack_row_url(known.id), what, shown)
    shown = dispute.sent.shown and wording.value(name, dispute.sent.shown)
    return Subject(known.name or known.id, addresses.organisation_url(known.id),
                   str(wording.PROPERTIES.get(name, name)), shown)


def _row(atlas: Atlas | None, known: str) -> CuratedRow | None:
    try:
        return row_of(atlas, known) if atlas else None
    except UnknownIdentity:
        return None


def field(dispute: Dispute) -> Field | None:
    """Return the field of a dispute; None where the pack cannot say it in one cell."""
    if not can_correct(dispute.sent):
        return None
    table = table_of(dispute.sent.subject)
    if table is None:
        return Field(_coded(CODES.get(dispute.sent.property)))
    if dispute.sent.property == OTHER:
        return Field([(EMPTY, _now("Take the row away"))])
    column = table.column(dispute.sent.property)
    return Field(_choices(column), column.several, dispute.sent.shown) if column else None


def _choices(column: Column) -> list[tuple[str, str | Promise]]:
    if isinstance(column.check, OneOf):
        return [*((code, row_words.shown(column, code)) for code in column.check.choices), (EMPTY, EMPTY)]
    return _coded(column.check.vocabulary) if isinstance(column.check, CodeOf) else []


def _coded(vocabulary: Vocabulary | None) -> list[tuple[str, str | Promise]]:
    labels = [(code, term.label(wording.language())) for code, term in terms(vocabulary).items()] if vocabulary else []
    return [*labels, (EMPTY, EMPTY)] if labels else []


@require_safe
def page(request: PersonalRequest) -> HttpResponse:
    """Show the corrections and the difference that they make."""
    found = corrected(request.atlas, home_settings()) if request.atlas else Corrected((), {}, "")
    return render(request, "people/pack.html", {
        "rows": [(one, subject(request.atlas, one.dispute), STANDINGS[one.place.standing])
                 for one in reversed(found.placed)],
        "new": [(row, told(request.atlas, row.proposal), STANDINGS[row.standing]) for row in reversed(found.rows)],
        "tables": sorted({table.removesuffix(".csv") for table, standing in (
            *((one.table, one.place.standing) for one in found.placed),
            *((row.table, row.standing) for row in found.rows)) if standing is Standing.WAITS}),
        "difference": found.difference})


@require_safe
def patch(request: PersonalRequest) -> HttpResponse:
    """Give the difference as a patch, for `git apply` or `patch -p1` in the folder of packs."""
    return _file(_corrected(request).difference, "text/x-diff", "pack.patch")


@require_safe
def table(request: PersonalRequest, table: str) -> HttpResponse:
    """Give one of the pack's tables with all corrections."""
    tables = _corrected(request).tables
    if table not in tables:
        raise Http404
    return _file(tables[table], "text/csv", f"{table}.csv")


def _corrected(request: PersonalRequest) -> Corrected:
    if request.atlas is None:
        raise Http404
    return corrected(request.atlas, home_settings())


def _file(content: str, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content.encode(), content_type=f"{kind}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
