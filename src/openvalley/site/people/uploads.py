"""Member lists that curators upload: limited in size and kind, and linked by a process of their own, not by a request.

Files lie in ``site/uploads`` of the home folder, each under a random name, until they are a day old.
"""

import csv
import io
import os
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Thread

from openvalley.atlas.csvsafe import unguarded
from openvalley.errors import BadInput
from openvalley.resolve.sent import readable
from openvalley.settings import Settings
from openvalley.site.configuration import site_folder
from openvalley.storage import storage_errors

#: Bytes of a list, and its rows.
MOST_BYTES, MOST_ROWS = 1_000_000, 5_000
#: Seconds that linking may take, and after which files are deleted.
_PATIENCE, _KEPT = 600, 24 * 3600
_LINK = "from openvalley.cli.main import run; run()"


@dataclass(frozen=True)
class LinkedRow:
    """A row of a list: what it says of the membership, and what `link` made of it; ``fault`` is a date that is none."""

    number: int
    name: str
    grade: str
    since: date | None
    until: date | None
    contact_role: str
    match_id: str
    match_name: str
    decision: str
    why: str
    fault: str = ""


def take(settings: Settings, content: bytes) -> uuid.UUID:
    """Take a list and begin to link it; return under which name.

    Raises:
        BadInput: it is too large, no text in UTF-8, or has no column called name; ``why`` in its context says which.
        StorageFailed: it cannot be kept.

    """
    if len(content) > MOST_BYTES:
        raise BadInput("The list is too large.", hint="At most 1 MB.", why="large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise BadInput("The list is no text in UTF-8.", hint="Save it as CSV (UTF-8).", why="encoding") from problem
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as problem:
        raise BadInput("The list is no CSV.", hint="Save it as CSV.", why="shape") from problem
    if not rows or "name" not in [cell.strip() for cell in rows[0]] or len(rows) - 1 > MOST_ROWS or "\0" in text:
        raise BadInput("The list has no column called name, or too many rows.", hint="Columns: name, class, since, "
                       "until, contact_role, city, country, website, vat, pic.", why="shape")
    public = uuid.uuid4()
    folder = _folder(settings)
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        source = folder / f"{public}.csv"
        source.write_text(text, encoding="utf-8", newline="")
        source.chmod(0o600)
    Thread(target=_link, args=(settings, source), daemon=True).start()
    return public


def _folder(settings: Settings) -> Path:
    return site_folder(settings) / "uploads"


def _link(settings: Settings, source: Path) -> None:
    """Link a list in a process of its own; where that fails, a file beside it says so."""
    target = source.with_suffix(".linked")
    command = [sys.executable, "-c", _LINK, "--home", str(settings.home), "link", str(source), "-o", str(target)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False, env=dict(os.environ))  # noqa: S603 - our own program
        failed = done.returncode != 0
    except (OSError, subprocess.SubprocessError):
        failed = True
    if failed:
        source.with_suffix(".failed").touch()


def linked(settings: Settings, public: uuid.UUID) -> list[LinkedRow] | None:
    """Return the rows of a list with what they are linked to; None as long as that is not known.

    Raises:
        BadInput: there is no such list (any more), or linking failed; ``why`` in its context says which.

    """
    source = _folder(settings) / f"{public}.csv"
    target = source.with_suffix(".linked")
    if not source.exists():
        raise BadInput("There is no such list.", hint="Upload it again.", why="gone")
    if source.with_suffix(".failed").exists():
        raise BadInput("The list could not be linked.", hint="Is it a CSV with a column called name?", why="failed")
    if not target.exists():
        return None
    with target.open(encoding="utf-8", newline="") as stream:
        return [_row(number, {name: unguarded(cell or "") for name, cell in cells.items() if name})
                for number, cells in enumerate(csv.DictReader(stream), 1)]


def _row(number: int, cells: dict[str, str]) -> LinkedRow:
    since, until = (_day(cells.get(name, "")) for name in ("since", "until"))
    fault = ", ".join(one for one in (since, until) if isinstance(one, str))
    said = {name: readable(cells.get(name, "")).strip() for name in ("name", "class", "contact_role")}
    return LinkedRow(
        number, said["name"], said["class"], None if isinstance(since, str) else since,
        None if isinstance(until, str) else until, said["contact_role"], cells.get("match_id", ""),
        cells.get("match_name", ""), cells.get("decision", ""), cells.get("why", ""), fault)


def _day(typed: str) -> date | str | None:
    """Return a day, none where nothing is typed, and the beginning of what is typed where it is no day."""
    typed = typed.strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        return readable(typed)[:40]


def forget_old(settings: Settings, now: float | None = None) -> int:
    """Delete files that are a day old; return how many."""
    old = [path for path in _folder(settings).glob("*") if (now or time.time()) - path.stat().st_mtime > _KEPT]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
