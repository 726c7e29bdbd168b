"""Writes a data mirror with N times the rows: the registers' own rows, and N - 1 copies of each under other names.

Reads a mirror's folder (see the README there), writes a folder laid out alike. All numbers are new in each copy, and
what one register says of another holds among the copies: their projects are of their participants, their trials are
sponsored by their organisations. Classifications and statistics (ESCO, NUTS, Eurostat, shortages) are there once: they
describe countries and occupations, whose number does not grow with that of organisations.
"""

import gzip
import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import tenfold_documents as documents
import tenfold_tables as tables
from tenfold_numbers import FORMS, Numbers
from tenfold_tables import Change
from tenfold_words import Words

from openvalley.sources.sql import SHARED_DOMAINS

#: Folders of the mirror that hold no register: nothing of them is read by a sync.
_LEFT = ("gold", "omop", "dcat")
_STUDIES = "clinicaltrials/studies-*.json.gz"
_HOST = re.compile(r"^((?:https?://)?(?:www[0-9]?\.)?)([^/?#:]+)(.*)$", re.IGNORECASE | re.DOTALL)
#: What numbers that merely count rows are raised by in each copy.
_COUNT_STEP = 100_000_000


def multiply(mirror: Path, target: Path, times: int, seed: int = 1) -> None:
    """Write the mirror's registers with `times` times their rows into a folder that is not there yet."""
    changes = _changes(mirror, times, seed)
    for path in _files(mirror):
        arrived = target / path.relative_to(mirror)
        arrived.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".zip":
            _multiply_zip(path, arrived, changes, times)
        elif table := tables.table_of(path.name):
            with _reading(path) as stream, _writing(arrived) as into:
                tables.multiply(stream, into, table, changes, times)
        else:
            shutil.copyfile(path, arrived)
    for number, page in enumerate(documents.pages(_copied_studies(mirror, changes, times)), 1):
        arrived = target / "clinicaltrials" / f"studies-{number:04}.json.gz"
        arrived.parent.mkdir(parents=True, exist_ok=True)
        with _writing(arrived) as into:
            into.write(page.encode())


def _files(mirror: Path) -> list[Path]:
    """Return the files that are written one by one: all but the pages of studies and what is no register's."""
    pages = set(mirror.glob(_STUDIES))
    return [path for path in sorted(mirror.rglob("*")) if path.is_file() and path not in pages
            and path.parent != mirror and path.relative_to(mirror).parts[0] not in _LEFT]


def _changes(mirror: Path, times: int, seed: int) -> dict[str, Change]:
    """Read through all registers for names and numbers, and return how each sort of text is changed."""
    found: dict[str, set[str]] = {how: set() for how in ("name", "host", "count", "call", *FORMS)}
    for how, text in _texts(mirror):
        found[how].add(text)
    hosts = {named[2] for url in found["host"] if (named := _HOST.match(url))}
    words = Words(sorted(found["name"] | hosts), times, seed)
    changes: dict[str, Change] = {
        how: Numbers(form, found[how], times, seed).of for how, form in FORMS.items()}

    def host(url: str, copy: int) -> str:
        named = _HOST.match(url)
        if not named or named[2].lower().endswith(SHARED_DOMAINS):
            return url
        return named[1] + words.rename(named[2], copy) + named[3]

    return changes | {
        "name": words.rename, "host": host,
        "count": lambda text, copy: str(int(text) + copy * _COUNT_STEP),
        "call": lambda text, copy: f"{text}-{copy:02}" if copy else text,
    }


def _texts(mirror: Path) -> Iterator[tuple[str, str]]:
    """Yield every text of the registers that is changed, with how."""
    for path in _files(mirror):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as packed:
                for member in packed.namelist():
                    with packed.open(member) as stream:
                        yield from _texts_of(member, stream)
        elif tables.table_of(path.name):
            with _reading(path) as stream:
                yield from _texts_of(path.name, stream)
    for study in _studies(mirror):
        yield from documents.texts(documents.study_places(study))


def _texts_of(name: str, stream: IO[bytes]) -> Iterator[tuple[str, str]]:
    if table := tables.table_of(name):
        yield from tables.texts(stream, table)
    elif name.endswith(".json"):
        for record in documents.ror_records(stream):
            yield from documents.texts(documents.ror_places(record))


def _multiply_zip(path: Path, arrived: Path, changes: Mapping[str, Change], times: int) -> None:
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(arrived, "w") as into:
        for name in packed.namelist():
            member = zipfile.ZipInfo(name)  # without the clock's time: the same bytes whenever it is made
            member.compress_type = zipfile.ZIP_DEFLATED
            with packed.open(name) as stream, into.open(member, "w", force_zip64=True) as copied:
                if table := tables.table_of(name):
                    tables.multiply(stream, copied, table, changes, times)
                elif name.endswith(".json"):
                    documents.multiply_ror(stream, copied, changes, times)
                else:
                    shutil.copyfileobj(stream, copied)


def _studies(mirror: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(mirror.glob(_STUDIES)):
        with gzip.open(path) as stream:
            yield from json.load(stream)["studies"]


def _copied_studies(mirror: Path, changes: Mapping[str, Change], times: int) -> Iterator[str]:
    for study in _studies(mirror):
        yield from documents.copies(study, documents.study_places(study), changes, times)


def _reading(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


@contextmanager
def _writing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing; packed ones say no time and no name."""
    with path.open("wb") as plain:
        if path.suffix == ".gz":
            with gzip.GzipFile("", "wb", fileobj=plain, mtime=0) as packed:
                yield packed  # type: ignore[misc]
        else:
            yield plain
