"""Fetches the datasets from Eurostat's statistics API, one JSON-stat answer each.

A large extraction is not answered at once: Eurostat says that it is being prepared, and gives it to whoever asks for
the same address later (its guidelines on the API: "Asynchronous API"; limits of 500,000 and 5,000,000 cells).
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from openvalley.errors import SourceChanged, SourceUnavailable
from openvalley.sources.archive import ArchivedFile
from openvalley.sources.fetch import Fetcher, RemoteFile

#: https://ec.europa.eu/eurostat/web/user-guides/data-browser/api-data-access/api-detailed-guidelines/api-statistics
API = "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data/"
_DATASETS = Path(__file__).parent / "datasets.toml"
#: Seconds between two looks at an extraction that is being prepared, and how often one looks: five minutes.
_PAUSE, _LOOKS = 30, 10
_QUEUED = "ASYNCHRONOUS_RESPONSE"
_TOO_BIG = "EXTRACTION_TOO_BIG"
#: Statuses with which a dataset, or a code of one of its dimensions, is unknown or too much; the text says which.
_ASKED_WRONGLY = (400, 404, 413)
#: What Eurostat says in place of data, as JSON or as a SOAP fault.
_SAYS = re.compile(r'"(?:error|warning)"\s*:\s*[\[{].*?"label"\s*:\s*"([^"]*)"|<faultstring>([^<]*)<', re.DOTALL)
_SAID_BYTES = 2_000


@cache
def datasets() -> dict[str, dict[str, Any]]:
    """Return the indicators that are asked for, by Eurostat's code of the dataset."""
    return tomllib.loads(_DATASETS.read_text(encoding="utf-8"))


def fetch(fetcher: Fetcher, into: Path) -> list[ArchivedFile]:
    """Write each dataset as ``<code>.json``, as it came.

    Raises:
        SourceChanged: a dataset, or a code that it is cut by, is gone, or it has grown too large to be given at once.
        SourceUnavailable: Eurostat cannot be reached, or takes too long to prepare a dataset.

    """
    return [_dataset(fetcher, into, RemoteFile(f"{code}.json", address(code, asked)))
            for code, asked in datasets().items()]


def address(code: str, asked: Mapping[str, Any]) -> str:
    """Return where a dataset is, cut to what is asked of it."""
    kept = [(dimension, value) for dimension, values in asked["keep"].items() for value in values]
    params = httpx.QueryParams([("format", "JSON"), ("lang", "EN"), ("sinceTimePeriod", str(asked["since"])), *kept])
    return f"{API}{code}?{params}"


def _dataset(fetcher: Fetcher, into: Path, remote: RemoteFile) -> ArchivedFile:
    """Bring one dataset; where Eurostat is still preparing it, wait and ask again."""
    for _ in range(_LOOKS):
        said = ""
        try:
            found = fetcher.download(remote, into)
        except SourceUnavailable as problem:
            said = _says(str(problem.context.get("said", "")))
            if _QUEUED not in said:
                if problem.context.get("status") in _ASKED_WRONGLY:
                    raise _changed(remote, said or problem.message) from problem
                raise
        else:
            with (into / remote.name).open(encoding="utf-8", errors="replace") as stream:
                said = _says(stream.read(_SAID_BYTES))
            if found is not None and not said:
                return found
            if _QUEUED not in said:
                raise _changed(remote, said)
        fetcher.pause(_PAUSE)
    raise SourceUnavailable(
        f"Eurostat is still preparing {remote.name.removesuffix('.json')} after {_PAUSE * _LOOKS} seconds.",
        hint="The last good version stays in use. Run the sync again in an hour: what is prepared is kept for a while.",
        url=remote.url)


def _says(text: str) -> str:
    """Return what Eurostat says in place of data; nothing where it gives data."""
    found = _SAYS.search(text)
    return next(filter(None, found.groups()), "") if found else ""


def _changed(remote: RemoteFile, said: str) -> SourceChanged:
    cut = "Keep fewer codes of it" if _TOO_BIG in said else "Look whether it still exists and has the codes kept"
    return SourceChanged(f"Eurostat does not give {remote.name.removesuffix('.json')}: {said.rstrip('.')}.",
                         hint=f"The last good version stays in use. {cut}, in datasets.toml.", url=remote.url)
