"""Machine formats: the same data as the page, as JSON, CSV and JSON-LD.

What is taken along is what is exported: a view of data is marked ``@leaving``, and a page's JSON-LD is made here.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe

from openvalley.atlas import schema_org
from openvalley.atlas.csvsafe import safe_cell
from openvalley.atlas.exportable import ExportableAtlas
from openvalley.atlas.model import Organisation
from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.errors import UnknownIdentity

#: Characters that could end a script element, as JSON escapes (the ones of Django's json_script).
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
#: What programs are told before the first atlas: the error's own message names a folder of this machine.
NO_ATLAS = "There is no atlas here yet."


def plain(thing: object) -> Any:  # noqa: ANN401 - JSON's own types
    """Return what JSON has no form for as what it has: dataclasses as objects, dates as text."""
    if is_dataclass(thing) and not isinstance(thing, type):
        return asdict(thing)
    if isinstance(thing, date):
        return thing.isoformat()
    return str(thing)


def json_answer(content: object, status: int = 200) -> HttpResponse:
    """Answer in JSON, without spaces for looks: with them Python writes it many times slower."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=plain) + "\n"
    return HttpResponse(text, content_type="application/json; charset=utf-8", status=status)


#: Commands of the terminal in hints: to look something up, and to bring in what an atlas lacks.
_SEARCHED_BY_COMMAND = re.compile(r"openvalley search(?: --type (\w+))?(?: NAME)?")
_MENDED_BY_COMMAND = re.compile(r"(?:, and sync the regions with)?: openvalley sync .*")


def problem_answer(status: int, title: str, detail: str, code: str) -> HttpResponse:
    """Answer with a problem: RFC 9457's members and our code; commands in a hint become what a program can do."""
    detail = _MENDED_BY_COMMAND.sub("; whoever runs this site can bring in what is missing.", _SEARCHED_BY_COMMAND.sub(
        lambda found: f"/api/v1/search?q=NAME{f'&type={found[1]}' if found[1] else ''}", detail))
    answer = json_answer({"type": f"urn:openvalley:error:{code}", "title": title, "detail": detail, "status": status,
                          "code": code}, status)
    answer.headers["Content-Type"] = "application/problem+json"
    return answer


def linked_data(content: object) -> SafeString:
    """Return JSON-LD that may stand inside a script element."""
    return mark_safe(json.dumps(content, ensure_ascii=False, default=plain).translate(_ESCAPES))  # noqa: S308 - escaped


def exportable(atlas: Atlas) -> ExportableAtlas:
    """Return what is exported of an atlas; opened once."""
    return remembered(atlas, "exportable", lambda: ExportableAtlas(atlas))


def leaving(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a view of ``(request, atlas, ...)`` see of the atlas what is exported; it stands below ``@reading``."""

    @wraps(view)
    def answer(request: HttpRequest, atlas: Atlas, *args: Any, **named: Any) -> HttpResponse:  # noqa: ANN401 - whatever the address holds
        return view(request, exportable(atlas), *args, **named)

    return answer


def leaving_dispute(atlas: Atlas, dispute: Mapping[str, object]) -> dict[str, object]:
    """Return a dispute as it may leave: a disputed value that may be of a source that is not exported is left out."""
    silent = isinstance(atlas, ExportableAtlas) and atlas.mended
    return {**dispute, "shown": None} if silent else dict(dispute)


def linked_thing(request: HttpRequest, atlas: Atlas, thing: Mapping[str, Any], sources: Collection[str]) -> SafeString:
    """Return a thing as the JSON-LD of its page, with the sources that tell of it.

    Args:
        request: of the page.
        atlas: whose manifest describes the sources.
        thing: what a function of `openvalley.atlas.schema_org` returned.
        sources: names of the sources it is from; when none of them is exported, nothing is said.

    """
    told = [source for source in atlas.manifest["sources"] if source["name"] in sources and source["exported"]]
    if not told:
        return linked_data({})
    return linked_data(schema_org.document(dict(thing), page=request.build_absolute_uri(request.path), sources=told))


def linked_organisation(request: HttpRequest, atlas: Atlas, organisation: Organisation, name: str) -> SafeString:
    """Return an organisation as the JSON-LD of its page: the facts that are exported, under the name it shows."""
    leaving_atlas = exportable(atlas)
    known: Organisation | None = organisation
    if leaving_atlas.mended:
        known = _left_of(leaving_atlas, organisation.id)
    if known is None or known.name is None:
        return linked_data({})
    names = {entry.value for entry in known.names}
    row = asdict(known) | {"names": names | {known.name}, "name": name if name in names else known.name}
    sources = {record.partition("/")[0] for record in known.records}
    return linked_thing(request, atlas, schema_org.as_organisation(row), sources)


def _left_of(atlas: Atlas, known_id: str) -> Organisation | None:
    try:
        return atlas.organisation(known_id)
    except UnknownIdentity:
        return None


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
