"""Machine formats: the same data as the page, as JSON, CSV and JSON-LD."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.safestring import SafeString, mark_safe

from openvalley.atlas.csvsafe import safe_cell

#: Characters that could end a script element, as JSON escapes (the ones of Django's json_script).
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def plain(thing: object) -> Any:  # noqa: ANN401 - JSON's own types
    """Return what JSON has no form for as what it has: dataclasses as objects, dates as text."""
    if is_dataclass(thing) and not isinstance(thing, type):
        return asdict(thing)
    if isinstance(thing, date):
        return thing.isoformat()
    return str(thing)


def json_answer(content: object, status: int = 200) -> HttpResponse:
    """Answer in JSON."""
    text = json.dumps(content, ensure_ascii=False, indent=1, default=plain) + "\n"
    return HttpResponse(text, content_type="application/json; charset=utf-8", status=status)


def linked_data(content: object) -> SafeString:
    """Return JSON-LD that may stand inside a script element."""
    return mark_safe(json.dumps(content, ensure_ascii=False, default=plain).translate(_ESCAPES))  # noqa: S308 - escaped


def csv_answer(columns: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> HttpResponse:
    """Answer a table as CSV (UTF-8 with mark, which spreadsheets need to know it by)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula; a number stays a number."""
    return "" if value is None else str(safe_cell(value))
