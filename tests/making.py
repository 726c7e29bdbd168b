"""What tests make: specifications of sources, sources that bear small files, and packed files."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from openvalley.sources.catalogue import Source
from openvalley.sources.specification import Fetching, SourceSpecification


def specification(**fields: Any) -> SourceSpecification:
    """Return a source's specification; the fields given replace or add to the usual ones."""
    usual = {
        "name": "demo", "title": "Demonstration", "publisher": "Nobody", "homepage": "", "licence": "CC0-1.0",
        "attribution": "Nobody", "covers": "Nothing", "frequency_days": 30, "precedence": 50,
    }
    return SourceSpecification.model_validate({**usual, **fields})


def relaxed(source: Source, **changes: Any) -> Source:
    """Return the same source as it bears small files and a server on this machine: few rows, no pace."""
    usual = {"expect": {}, "fetch": Fetching(requests_per_second=1000, attempts=2)}
    return replace(source, specification=source.specification.model_copy(update={**usual, **changes}))


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return a zip file with these members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()
