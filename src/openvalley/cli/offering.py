"""show, of an organisation: what the region pack tells of it, a line a row; as --json and the site give it as data."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.markup import escape

from openvalley.atlas.pack_rows import CuratedRow
from openvalley.cli.edge import Edge
from openvalley.vocabulary.curated import Verification
from openvalley.vocabulary.terms import Vocabulary, label

#: The kinds of rows in the order in which they are printed, and what stands above them.
_HEADINGS = {
    "capability": "what it can do", "site": "its places", "investor": "how it invests", "instrument": "money it gives",
    "programme": "whom it trains", "partnership": "partnerships", "spin_off": "out of research", "event": "events",
}
#: Rows of one kind, and other organisations of one row, that the terminal shows; --json has all.
_ROWS, _OTHERS = 15, 3
#: The column that names a row which has no names of its own.
_NAMED_BY = {"capability": "activity", "site": "name", "investor": "investment_stages"}
#: The list that explains a column's codes. ``level`` and ``kind`` mean different lists in different tables.
_LISTS = {
    "activity": Vocabulary.ACTIVITY, "modality": Vocabulary.PLATFORM, "phases": Vocabulary.TRIAL_PHASE,
    "availability": Vocabulary.AVAILABILITY, "roles": Vocabulary.SITE_ROLE, "stages": Vocabulary.STAGE,
    "platforms": Vocabulary.PLATFORM, "investment_stages": Vocabulary.INVESTMENT_STAGE, "rhythm": Vocabulary.RHYTHM,
    "ownership": Vocabulary.OWNERSHIP, "sectors": Vocabulary.SECTOR, "fields": Vocabulary.SECTOR,
    "who_kinds": Vocabulary.KIND, "who_sizes": Vocabulary.COMPANY_SIZE,
    "instrument.level": Vocabulary.INSTRUMENT_LEVEL, "programme.level": Vocabulary.EDUCATION_LEVEL,
    "programme.kind": Vocabulary.PROGRAMME_KIND, "partnership.kind": Vocabulary.PARTNERSHIP_KIND,
}
#: Particulars of a line, in their order, and the words before those that do not speak for themselves.
_PARTICULARS = {
    "level": "", "kind": "", "activity": "", "modality": "", "scales": "scale ", "standards": "", "phases": "",
    "availability": "", "roles": "", "theme": "", "programme": "", "investment_stages": "", "min_ticket": "from euro ",
    "max_ticket": "up to euro ", "fields": "", "invests_in": "in ", "ownership": "", "who_kinds": "for ",
    "who_sizes": "with ", "who_seats": "with a seat in ", "max_age_years": "oldest age in years ",
    "min_amount": "from euro ", "max_amount": "up to euro ", "max_intensity": "at most % of the costs ", "rhythm": "",
    "year": "in ", "start": "from ", "end": "until ", "city": "",
}


def print_offers(edge: Edge, offers: Mapping[str, Sequence[CuratedRow]], known_id: str, language: str) -> None:
    """Print the curated rows about an organisation, kind by kind; an unverified row carries its mark.

    Args:
        edge: where to print.
        offers: the rows by record type, as `openvalley.atlas.pack_rows.rows_about` gives them.
        known_id: whose they are; others that a row concerns are named.
        language: of labels and names.

    """
    for record_type, heading in _HEADINGS.items():
        rows = offers.get(record_type, ())
        if rows:
            edge.console.print(f"  {heading}:")
        for row in rows[:_ROWS]:
            edge.console.print(f"    {escape(_line(row, known_id, language))}")
        if len(rows) > _ROWS:
            edge.console.print(f"    ... and {len(rows) - _ROWS:,} more; --json lists all")


def _line(row: CuratedRow, known_id: str, language: str) -> str:
    naming = _NAMED_BY.get(row.record_type, "")
    title = row.name_in(language) or _words(row, naming, language)
    others = row.others(known_id)
    named = [f"{other.role} {other.name or other.id}" for other in others[:_OTHERS]]
    more = [f"and {len(others) - _OTHERS} more organisations"] if len(others) > _OTHERS else []
    parts = [part for part in (title, *_particulars(row, naming, language), *named, *more) if part]
    mark = " (unverified)" if row.verification == Verification.UNVERIFIED else ""
    return ", ".join(parts or [row.id]) + mark


def _particulars(row: CuratedRow, naming: str, language: str) -> Iterator[str]:
    for column, before in _PARTICULARS.items():
        words = _words(row, column, language) if column != naming else ""
        if words:
            yield before + words


def _words(row: CuratedRow, column: str, language: str) -> str:
    """Return what stands in a column: codes by their labels, numbers without needless decimals."""
    value: Any = row.values.get(column)
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.10g}"
    listed = _LISTS.get(column) or _LISTS.get(f"{row.record_type}.{column}")
    values = value if isinstance(value, list) else [value]
    return ", ".join(label(listed, code, language) if listed else str(code) for code in values)
