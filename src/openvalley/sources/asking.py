"""What a register is asked: for a file at an address, or a question that is sent along (POST)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openvalley.errors import SourceUnreadable

#: No separators, no control characters, no halves of UTF-16 pairs (JSON can carry them), no leading dot.
_PLAIN_NAME = re.compile(r"(?!\.)[^/\\\x00-\x1f\x7f\ud800-\udfff]+")
#: File systems allow 255 bytes; the names of temporary files add up to 20 of them.
_NAME_BYTES = 220
_CHECKSUM = re.compile(r"md5:[0-9a-f]{32}|sha256:[0-9a-f]{64}", re.IGNORECASE)


@dataclass(frozen=True)
class RemoteFile:
    """A file as its publisher describes it.

    Attributes:
        name: what it is called in the archive.
        url: where it is.
        checksum: "md5:..." or "sha256:..." in hex as published; "" when the publisher gives none.
        size: bytes, as published.

    """

    name: str
    url: str
    checksum: str = ""
    size: int | None = None

    def __post_init__(self) -> None:
        """Check the name and the checksum's form: both may come from a register's answer.

        Raises:
            SourceUnreadable: the name could leave its folder, or the checksum is of a kind that we cannot compute.

        """
        if not _PLAIN_NAME.fullmatch(self.name) or len(self.name.encode()) > _NAME_BYTES:
            raise SourceUnreadable(f"{self.name!r} is not a plain file name.",
                                   hint="Give the file a plain name in source.toml.", url=self.url)
        if self.checksum and not _CHECKSUM.fullmatch(self.checksum):
            raise SourceUnreadable(f"The checksum {self.checksum!r} of {self.name} is neither md5 nor sha256.",
                                   hint="The register has changed how it publishes; report it to us.", url=self.url)


@dataclass(frozen=True)
class Question:
    """What is sent along with a request, which makes it a POST.

    Attributes:
        document: sent as a JSON document.
        parts: sent in its place as a form (multipart/form-data), each part a JSON document of its own, as search
            services take them that belong to a page with script.

    """

    document: object = None
    parts: Mapping[str, object] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return it as the HTTP client takes it."""
        if not self.parts:
            return {"json": self.document}
        return {"files": {name: ("blob", json.dumps(part, ensure_ascii=False).encode(), "application/json")
                          for name, part in self.parts.items()}}
