"""Rows of the region pack in words: what each column is called, and how its cells read in the page's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from openvalley.atlas.pack_rows import TABLE_OF, Concerned, CuratedRow, cells_of
from openvalley.atlas.row_corrections import disputable
from openvalley.resolve.curator_decisions import State
from openvalley.resolve.disputes import Dispute
from openvalley.resolve.sent import OTHER
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.facts import Disputed
from openvalley.sources.pack.cells import CodeOf, Column, listed
from openvalley.vocabulary.terms import LANGUAGES, terms

#: What a row is, by record type.
KINDS: Mapping[str, str | Promise] = {
    "site": _("Place of an organisation"), "investor": _("Investor"), "capability": _("What an organisation can do"),
    "instrument": _("Funding instrument"), "programme": _("Training or STEM programme"),
    "partnership": _("Partnership"), "spin_off": _("Company out of research"), "event": _("Event"),
    "figure": _("Quoted figure"), "organisation": _("Organisation"),
}
#: What a column is called.
COLUMNS: Mapping[str, str | Promise] = {
    "name": _("Name"), "label": _("What"), "organisation": _("Organisation"), "city": _("Town"),
    "nuts3": _("Region (NUTS)"), "stages": _("Stages of the value chain"), "platforms": _("Technology platforms"),
    "sectors": _("Sectors"), "roles": _("What is done there"), "investment_stages": _("Stages of investment"),
    "min_ticket": _("Smallest first investment, in euro"), "max_ticket": _("Largest first investment, in euro"),
    "fields": _("Fields"), "invests_in": _("Invests in (NUTS regions or countries)"), "ownership": _("Whose money"),
    "page": _("Page"), "modality": _("Technology platform"), "activity": _("Activity"), "scales": _("Scales"),
    "standards": _("Standards"), "phases": _("Trial phases"), "availability": _("For whom"), "note": _("Note"),
    "provider": _("Provider"), "level": _("Level"), "dilutive": _("Shares are given for it"),
    "who_kinds": _("Kinds of organisation that may apply"), "who_sizes": _("Company sizes that may apply"),
    "who_seats": _("Seats that may apply (NUTS regions or countries)"), "max_age_years": _("Greatest age, in years"),
    "min_amount": _("Smallest amount, in euro"), "max_amount": _("Largest amount, in euro"),
    "max_intensity": _("Largest share of the costs, in percent"), "rhythm": _("Rhythm"), "cut_offs": _("Deadlines"),
    "cumulation": _("Beside other support"), "about": _("What it is about"), "kind": _("Kind"),
    "organisations": _("Organisations"), "languages": _("Languages"), "occupations": _("Occupations (ISCO-08)"),
    "places": _("Places a year"), "places_year": _("Year of that number"), "theme": _("Theme"),
    "coordinator": _("Coordinator"), "partners": _("Partners"), "start": _("Start"), "end": _("End"),
    "programme": _("Programme"), "project": _("Project"), "company": _("Company"),
    "parent": _("Out of the research of"), "year": _("Year"), "field": _("Field"), "organiser": _("Organiser"),
    "months": _("Months (1 to 12)"),
    "value": _("Figure"), "unit": _("Unit"), "definition": _("How it is meant"), "as_of": _("Of"),
    "says": _("Who says so"), "source": _("Where it can be checked"),
    "aliases": _("Other names"), "former_names": _("Earlier names"), "acronym": _("Acronym"), "state": _("State"),
    "state_date": _("In that state since"), "successor": _("Successor"), "ror": _("ROR id"), "pic": _("PIC"),
    "kbo": _("Enterprise number (CBE)"), "vat": _("VAT number"), "website": _("Website"), "founded": _("Founded in"),
    "headcount": _("Number of people"), "headcount_year": _("Year of that number"),
}
#: Columns whose text a curator wrote, in English.
_ENGLISH = ("note", "about", "field", "definition", "unit", "says", "theme", "cumulation", "source")


@dataclass(frozen=True)
class Cell:
    """A cell as it is read: its column, what that is called, its raw text, how it reads, and whom it names."""

    column: str
    label: str
    raw: str
    text: str
    language: str = ""
    named: Sequence[Concerned] = ()
    url: str | None = None


def column_name(row_column: str) -> str:
    """Return what a column is called; one of a language with the language's name."""
    stem, _separator, language = row_column.rpartition("_")
    if language in LANGUAGES and stem in {"name", "label"}:
        return f"{COLUMNS[stem]} ({wording.language_name(language)})"
    return str(COLUMNS.get(row_column, row_column))


def cells(row: CuratedRow) -> list[Cell]:
    """Return the cells of a row that can be disputed, in the order of its table."""
    raw = cells_of(row)
    return [_cell(row, column, raw[column.name]) for column in disputable(TABLE_OF[row.record_type])]


def _cell(row: CuratedRow, column: Column, raw: str) -> Cell:
    named = [entry for entry in row.concerned if entry.role == column.name]
    stem, _separator, language = column.name.rpartition("_")
    spoken = language if stem in {"name", "label"} else "en" if column.name in _ENGLISH else ""
    return Cell(column.name, column_name(column.name), raw, shown(column, raw) if not named else ", ".join(
        entry.name or entry.id for entry in named), spoken, named, addresses.followable(raw))


def shown(column: Column, raw: str) -> str:
    """Return how a cell reads in the page's language: codes by their labels, yes and no as words."""
    if raw in {"yes", "no"}:
        return wording.yes_no("true" if raw == "yes" else "false")
    if not isinstance(column.check, CodeOf):
        return ", ".join(listed(raw)) if column.several else raw
    known = terms(column.check.vocabulary)
    return ", ".join(known[code].label(wording.language()) if code in known else code for code in listed(raw))


def title(row: CuratedRow) -> str:
    """Return what a row is called: its own name, else what it says first and whom it is about."""
    own = row.name_in(wording.language())
    if own:
        return own
    told = {cell.column: cell.text for cell in cells(row)}
    said = [told.get(column, "") for column in ("activity", "name", "city")]
    whom = list(dict.fromkeys(entry.name or entry.id for entry in row.concerned))
    return ", ".join(dict.fromkeys(filter(None, [*said[:2], *whom, said[2]]))) or row.id


def disputed_text(row: CuratedRow | None, dispute: Dispute) -> tuple[str, str]:
    """Return what of a row is disputed, and how the page showed it; a row that is known no more by its raw words."""
    name, raw = dispute.sent.property, dispute.sent.shown
    if name == OTHER:
        return _now("The row as a whole is wrong"), ""
    column = TABLE_OF[row.record_type].column(name) if row else None
    return column_name(name), shown(column, raw) if column else raw


def as_read(row: CuratedRow, dispute: Dispute) -> Disputed:
    """Return a dispute about a row as others read it; a rejected one without what was sent."""
    sent, last = dispute.sent, dispute.last
    repeated = dispute.state is not State.REJECTED
    about, text = disputed_text(row, dispute)
    return Disputed(
        number=dispute.number, on=dispute.at[:10], shown=f"{about}{wording.colon()} {text}" if text else about,
        says=sent.says if repeated else "", language=sent.language, link=sent.link if repeated else "",
        state=dispute.state, decided=last.at[:10] if last else "", why=last.why if last else "")
