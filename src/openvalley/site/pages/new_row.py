"""The form for a row that the region pack misses: its fields, what was typed, and what is wrong, in words.

Reads one borrowed atlas; writes nothing. Next: views/new_row.py, which keeps what was sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from openvalley.atlas.reader import Atlas
from openvalley.atlas.row_proposals import CellFault, cell_faults, fillable
from openvalley.errors import BadInput
from openvalley.insight.subjects import id_meant
from openvalley.resolve.sent import readable, tidy
from openvalley.site.pages import row_words, wording
from openvalley.sources.pack.cells import SEPARATOR, CodeOf, Column, OneOf, listed
from openvalley.sources.pack.tables import ORGANISATIONS, PackTable
from openvalley.vocabulary.terms import terms

#: Characters of a field that are looked at.
_LONGEST = 600
_FAULTS: Mapping[CellFault, str | Promise] = {
    CellFault.EMPTY: _("Fill this in."), CellFault.NAMELESS: _("Give a name in at least one language."),
    CellFault.UNFIT: _("This cannot stand here. Write it as the example shows, without addresses of persons."),
    CellFault.NOBODY: _("The atlas knows no such organisation, or several. Write its name in full, or its ROR id, PIC "
                        "or VAT number; propose the organisation first if it is missing."),
}
_ORGANISATION = _("Name, ROR id, PIC or VAT number, as the atlas knows it.")
_SEVERAL = _("Divide several by semicolons.")
#: How a column's cells are written, where its name does not say it.
_EXAMPLES: Mapping[str, str] = {
    **dict.fromkeys(("min_ticket", "max_ticket", "min_amount", "max_amount", "value"), "1500000"),
    **dict.fromkeys(("headcount", "places"), "250"),
    **dict.fromkeys(("year", "founded", "headcount_year", "places_year"), "2019"),
    **dict.fromkeys(("start", "end", "as_of", "state_date"), "2019, 2019-05, 2019-05-31"),
    **dict.fromkeys(("page", "website"), "https://www.example.org/about"),
    **dict.fromkeys(("invests_in", "who_seats"), "BE; NL; BE2"), "nuts3": "BE234", "cut_offs": "2026-05-31",
    "months": "5; 10", "occupations": "2131", "max_intensity": "60", "max_age_years": "5",
}


@dataclass(frozen=True)
class Option:
    """One of the codes that a column takes."""

    code: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Field:
    """A field: its column, how it is called and written, what was typed, and what is wrong with it."""

    name: str
    label: str
    needed: bool
    several: bool
    hint: str
    typed: str
    options: Sequence[Option]
    fault: str


@dataclass(frozen=True)
class Filled:
    """What was filled in: the cells as they are kept, the fields as they are shown, and whether anything is wrong."""

    cells: Mapping[str, str]
    fields: Sequence[Field]

    @property
    def wrong(self) -> Sequence[Field]:
        """The fields with something wrong."""
        return [field for field in self.fields if field.fault]


def empty(table: PackTable, organisation: str = "") -> Filled:
    """Return the fields of a table; the first one of organisations may hold one already."""
    first = next((column.name for column in fillable(table) if column.key_of_organisations), "")
    begun = {first: organisation} if organisation and table is not ORGANISATIONS else {}
    return Filled({}, [_field(column, begun.get(column.name, ""), None) for column in fillable(table)])


def filled(atlas: Atlas, table: PackTable, sent: QueryDict) -> Filled:
    """Return what was sent: with public ids in the place of the names of organisations, and its faults."""
    typed = {column.name: SEPARATOR.join(filter(None, map(_one, sent.getlist(column.name)))) for column in
             fillable(table)}
    known = {column.name: [_known(atlas, name) for name in (listed(typed[column.name]) if column.several
                                                            else [typed[column.name]])]
             for column in fillable(table) if column.key_of_organisations and typed[column.name]}
    faults = cell_faults(table, typed, known)
    nameless = next((name for name, fault in faults.items() if fault is CellFault.NAMELESS), "")
    if nameless:  # said where the form asks for a name first: in the page's language
        faults[f"{table.texts_by_language}_{wording.language()}"] = faults.pop(nameless)
    cells = {name: SEPARATOR.join(filter(None, known[name])) if name in known else cell
             for name, cell in typed.items() if cell}
    return Filled(cells, [_field(column, typed[column.name], faults.get(column.name)) for column in fillable(table)])


def _one(typed: str) -> str:
    return tidy(readable(typed))[:_LONGEST]


def _known(atlas: Atlas, name: str) -> str | None:
    """Return the public id of an organisation from what was typed for it; None where that is nobody, or several."""
    try:
        return id_meant(atlas, name)
    except BadInput:
        return None


def _field(column: Column, typed: str, fault: CellFault | None) -> Field:
    chosen = set(listed(typed)) if column.several else {typed}
    hint = str(_ORGANISATION) if column.key_of_organisations else _example(column)
    options = [Option(code, label, code in chosen) for code, label in _codes(column)]
    if column.several and not options:
        hint = f"{hint} {_SEVERAL}".strip()
    return Field(column.name, row_words.column_name(column.name), column.needed, column.several, hint, typed, options,
                 str(_FAULTS[fault]) if fault else "")


def _example(column: Column) -> str:
    example = _EXAMPLES.get(column.name, "")
    return _now("For example: %(example)s") % {"example": example} if example else ""


def _codes(column: Column) -> list[tuple[str, str]]:
    if isinstance(column.check, CodeOf):
        return [(code, term.label(wording.language())) for code, term in terms(column.check.vocabulary).items()]
    if isinstance(column.check, OneOf):
        return [(code, row_words.shown(column, code)) for code in column.check.choices]
    return []
