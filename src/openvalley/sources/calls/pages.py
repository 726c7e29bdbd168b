"""Fetches topics page after page from the search API of the Funding & Tenders portal.

The API is that of the portal's own search page (https://ec.europa.eu/info/funding-tenders/opportunities/portal, "API
support"): a form of JSON parts is posted, the number of the page stands in the address, and every answer says how many
results there are.
"""

import gzip
import json
import math
import os
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openvalley.errors import SourceChanged, SourceUnavailable
from openvalley.sources.archive import ArchivedFile, file_of
from openvalley.sources.asking import Question
from openvalley.sources.fetch import Fetcher
from openvalley.storage import storage_errors

SEARCH = "https://api.tech.ec.europa.eu/search-api/prod/rest/search"
#: The key of the portal's own page, the same for everybody.
_KEY = "SEDIA"
#: `type` 1 is a topic of a call for proposals; 0 are tenders, 2 and 8 calls by others (prizes, cascade funding).
TOPICS = "1"
_ALL: tuple[Mapping[str, Any], ...] = ({"terms": {"type": [TOPICS]}}, {"term": {"programmePeriod": "2021 - 2027"}})
#: By their statuses, in the order of a topic's life: one that opens while we read comes twice, and not never.
STATUSES = ("31094501", "31094502", "31094503")
#: Results a page: the most that the API gives.
_PAGE_SIZE = 100
#: Search engines of this kind give nothing behind the ten-thousandth result (Elasticsearch, index.max_result_window).
_WINDOW = 10_000
#: More than this are no list of topics: the portal has some 10,000 of one programming period.
_MOST_TOPICS = 40_000
#: Share of the announced results that may be missing at the end: the index changes while its pages are read.
_MAY_VANISH = 0.001
#: Seconds for which the pages of a walk that was broken off are still good.
_FRESH = 3_600
_REFUSED = (401, 403)


class _Lost(Exception):  # noqa: N818 - a state of one walk over the pages; becomes SourceUnavailable when it repeats
    """Pages repeated or skipped results; says how many."""


def fetch(fetcher: Fetcher, into: Path) -> list[ArchivedFile]:
    """Write all pages as ``topics-0001.json.gz`` and so on.

    A walk that was broken off an hour ago or less is continued. When pages repeat or skip results, everything is asked
    once more.

    Raises:
        SourceChanged: the answers have another shape, or say that there are no topics or far too many.
        SourceUnavailable: the portal cannot be reached or refuses, or its pages do not add up twice.

    """
    reason = ""
    for continued in (True, False):
        try:
            return _Walk(fetcher, into, continued).all()
        except _Lost as lost:
            reason = str(lost)
    raise SourceUnavailable(f"The Funding & Tenders portal: {reason}, twice.", url=SEARCH,
                            hint="The last good version stays in use. Run the sync again later.")


@dataclass
class _Walk:
    """One walk over all pages: the references that have come, and the files that were written."""

    fetcher: Fetcher
    into: Path
    continued: bool
    seen: set[str] = field(default_factory=set)
    files: list[ArchivedFile] = field(default_factory=list)

    def all(self) -> list[ArchivedFile]:
        """Write the pages of all topics, and return the files.

        Raises:
            SourceChanged: the answers have another shape, or say that there are no topics or far too many.
            _Lost: topics stood on no page.

        """
        total = _announced(_ask(self.fetcher, _ALL, 1, size=1))
        if not 0 < total <= _MOST_TOPICS:
            raise _changed(f"says that it has {total:,} topics")
        searches: list[Sequence[Mapping[str, Any]]] = [_ALL]
        if total > _WINDOW:
            searches = [(*_ALL, {"terms": {"status": [status]}}) for status in STATUSES]
        for search in searches:
            self._pages(search)
        missing = total - len(self.seen)
        if missing > total * _MAY_VANISH:
            raise _Lost(f"{missing:,} of {total:,} topics stood on no page")
        return self.files

    def _pages(self, search: Sequence[Mapping[str, Any]]) -> None:
        """Write the pages of one search; how many there are is what the newest answer says."""
        number, last = 1, 1
        while number <= last:
            path = self.into / f"topics-{len(self.files) + 1:04}.json.gz"
            page = self._kept(path) or _ask(self.fetcher, search, number)
            last = math.ceil(min(_announced(page), _MOST_TOPICS) / _PAGE_SIZE)
            results = page.get("results")
            if not isinstance(results, list):
                raise _changed("answers a page without a list of results")
            references = {result.get("reference") for result in results}
            if None in references:
                raise _changed("gives results without a reference")
            self.seen |= references
            self.files.append(_write(path, page))
            number += 1

    def _kept(self, path: Path) -> Mapping[str, Any] | None:
        """Return the page that an earlier walk wrote, if it is still good."""
        if not self.continued or not path.is_file() or time.time() - path.stat().st_mtime > _FRESH:
            return None
        try:
            page: Mapping[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
        except (OSError, EOFError, ValueError, zlib.error):  # spoilt on disk
            return None
        return page


def _ask(fetcher: Fetcher, search: Sequence[Mapping[str, Any]], number: int,
         size: int = 0) -> Mapping[str, Any]:
    """Return a page of results, of the usual size unless another is named.

    They are ordered by their identifiers: in an order with ties, pages share some results and lose others.
    """
    question = Question(parts={"query": {"bool": {"must": list(search)}}, "languages": ["en"],
                               "sort": {"field": "identifier", "order": "ASC"}})
    try:
        page = fetcher.json(SEARCH, {"apiKey": _KEY, "text": "***", "pageSize": size or _PAGE_SIZE,
                                      "pageNumber": number}, question)
    except SourceUnavailable as problem:
        if problem.context.get("status") not in _REFUSED:
            raise
        raise SourceUnavailable(
            f"The Funding & Tenders portal refuses the key {_KEY}, which its own search page uses.",
            hint="The last good version stays in use. The portal may have changed its key, or shut us out: look at the"
            " requests of its search page in a browser, and mend the connector.", url=SEARCH,
        ) from problem
    if not isinstance(page, dict):
        raise _changed("answers no page of results")
    return page


def _announced(page: Mapping[str, Any]) -> int:
    total = page.get("totalResults")
    if not isinstance(total, int):
        raise _changed(f"does not say how many topics there are ({total!r})")
    return total


def _write(path: Path, page: Mapping[str, Any]) -> ArchivedFile:
    """Write a page: its results as they came. Times are left out, so that the same results are the same bytes."""
    text = json.dumps({"totalResults": page["totalResults"], "results": page["results"]}, ensure_ascii=False,
                      separators=(",", ":"))
    arriving = path.with_name(f".{path.name}")
    with storage_errors(path):
        # Halves of UTF-16 pairs, which JSON can carry and UTF-8 cannot, become question marks.
        arriving.write_bytes(gzip.compress(text.encode("utf-8", errors="replace"), mtime=0))
        os.replace(arriving, path)
        return file_of(path, f"{SEARCH} ({path.name.removesuffix('.json.gz')})")


def _changed(what: str) -> SourceChanged:
    return SourceChanged(f"The Funding & Tenders portal {what}.", url=SEARCH,
                         hint="The last good version stays in use. The portal changed its search; adapt the connector.")
