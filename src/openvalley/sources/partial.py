"""A download under way: `<name>.part`, and beside it `<name>.part.json`, the note that says which version it is of."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from openvalley.sources.answers import span_of
from openvalley.storage import READ_BYTES, write_json


@dataclass(frozen=True)
class Note:
    """What identifies the version that a part is of. Empty where the server said nothing."""

    url: str
    etag: str = ""
    last_modified: str = ""

    @property
    def proof(self) -> str:
        """Return what If-Range may carry: a strong etag, else the date (RFC 9110, section 13.1.5), else nothing."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


class PartialFile:
    """The part of one file that has arrived.

    It is continued, by this process or a later one, only while the note proves that the server still has the same
    version: two halves of two versions would make a file that no register ever published.
    """

    def __init__(self, target: Path, url: str) -> None:
        """Name the finished file and where it comes from; nothing is read or written yet."""
        self._target = target
        self._url = url
        self._path = target.with_name(target.name + ".part")
        self._note_path = target.with_name(target.name + ".part.json")
        self.note = Note(url)

    @property
    def path(self) -> Path:
        """Where the bytes are while they arrive."""
        return self._path

    def headers(self) -> dict[str, str]:
        """Return the headers that ask for the rest; none when there is nothing that can be continued."""
        self.note = self._read_note()
        size = self._size()
        return {"Range": f"bytes={size}-", "If-Range": self.note.proof} if size and self.note.proof else {}

    def fits(self, response: httpx.Response) -> bool:
        """Tell whether a 206 answer continues these very bytes; some servers send ranges of a newer version."""
        span = span_of(response)
        theirs = note_of(response, self._url)
        return (
            span is not None
            and span.first == self._size()
            and theirs.etag in {"", self.note.etag}
            and theirs.last_modified in {"", self.note.last_modified}
        )

    def begin(self, response: httpx.Response, *, resumable: bool) -> None:
        """Start at the first byte of what this answer carries."""
        self.note = note_of(response, self._url)
        # Emptied before the note is renewed: at no moment does a note vouch for bytes of another version.
        self._path.write_bytes(b"")
        if resumable and self.note.proof:
            write_json(self._note_path, asdict(self.note))
        else:
            self._note_path.unlink(missing_ok=True)

    def arrived(self) -> Iterator[bytes]:
        """Return the bytes that are here already."""
        if not self._size():
            return
        with self._path.open("rb") as stream:
            while block := stream.read(READ_BYTES):
                yield block

    def finish(self) -> None:
        """Give the file its name."""
        self._path.replace(self._target)
        self._note_path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Forget what has arrived."""
        self._path.unlink(missing_ok=True)
        self._note_path.unlink(missing_ok=True)
        self.note = Note(self._url)

    @contextmanager
    def tidied(self) -> Iterator[None]:
        """Leave, when the block is broken off, what a later run can continue, and nothing else."""
        try:
            yield
        except BaseException:  # Ctrl-C too
            if not self.headers():
                self.discard()
            raise

    def _size(self) -> int:
        return self._path.stat().st_size if self._path.is_file() else 0

    def _read_note(self) -> Note:
        """Return the note on disk; one that is missing, broken or of another address proves nothing."""
        try:
            note = Note(**json.loads(self._note_path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return Note(self._url)
        sound = all(isinstance(value, str) and _sendable(value) for value in asdict(note).values())
        return note if sound and note.url == self._url else Note(self._url)


def note_of(response: httpx.Response, url: str) -> Note:
    """Return what an answer says of its version."""
    etag, date = (response.headers.get(name, "") for name in ("etag", "last-modified"))
    return Note(url, etag if _sendable(etag) else "", date if _sendable(date) else "")


def _sendable(value: str) -> bool:
    """Tell whether a value can be sent back in a header; servers are known to send more than ASCII."""
    return value.isascii() and value.isprintable()
