"""Fetching from registers: politely, resumably, and trusting nothing that comes.

Reads the web, writes files into a folder that the caller names. Whatever goes wrong leaves here as one of our own
errors, never as one of the HTTP client's.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import stamina

from openvalley import __version__
from openvalley.errors import SourceUnavailable, SourceUnreadable
from openvalley.progress import Report
from openvalley.sources.answers import (
    TRY_LATER,
    Body,
    Transient,
    body_of,
    check_redirect,
    check_status,
    check_url,
    refuse_page,
    steady,
    too_large,
)
from openvalley.sources.archive import ArchivedFile
from openvalley.sources.asking import Question, RemoteFile
from openvalley.sources.partial import PartialFile
from openvalley.sources.specification import Fetching, Limits
from openvalley.sources.throttle import Throttle
from openvalley.storage import storage_errors

__all__ = ["USER_AGENT", "Fetcher", "RemoteFile"]

#: Registers ask robots to say who they are (RFC 9110, section 10.1.5).
USER_AGENT = f"openvalley/{__version__} (open atlas of life-sciences clusters; reads public registers)"


_REDIRECTS = 5
#: Seconds. Doubling from one to a minute, and up to one more at random so that many askers do not come back at once
#: (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
_FIRST_WAIT, _LONGEST_WAIT, _JITTER = 1.0, 60.0, 1.0
#: A JSON answer is held in memory. The largest page of ClinicalTrials.gov (1,000 studies) is some tens of megabytes.
_JSON_BYTES = 256 << 20
_PAGE_SUFFIXES = (".html", ".htm", ".xhtml")

_Got = TypeVar("_Got")


class _Damaged(Exception):  # noqa: N818 - a finding about bytes; becomes SourceUnreadable when it repeats
    """All bytes came, and they are not those that the publisher described."""


class Fetcher:
    """Asks one source's servers: one client, one pace, one set of limits. A context manager, for one thread."""

    def __init__(
        self,
        policy: Fetching,
        limits: Limits,
        *,
        user_agent: str = USER_AGENT,
        report: Report | None = None,
        throttle: Throttle | None = None,
    ) -> None:
        """Make ready to ask; nothing is sent yet.

        Args:
            policy: how often, how patiently and at which pace servers are asked.
            limits: how large what they send may be.
            user_agent: who asks.
            report: hears of the bytes of each file, and of how many answers came.
            throttle: replaces the policy's pace, for tests.

        """
        self._limits = limits
        self._attempts = policy.attempts
        self._patience = policy.timeout_seconds
        self._answered = 0
        self._report = report or _silent
        self._throttle = throttle or Throttle(policy.requests_per_second)
        self._retry = stamina.RetryingCaller(attempts=policy.attempts, timeout=None, wait_initial=_FIRST_WAIT,
                                             wait_max=_LONGEST_WAIT, wait_jitter=_JITTER).on(Transient)
        # Hooks see every hop of a redirect, so that these too keep the pace and stay on safe ground.
        self._client = httpx.Client(
            headers={"User-Agent": user_agent, "Accept-Encoding": "identity"},
            timeout=policy.timeout_seconds, follow_redirects=True, max_redirects=_REDIRECTS,
            event_hooks={"request": [lambda _: self._throttle.wait()], "response": [check_redirect]},
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        """Close the connections."""
        self._client.close()

    def json(self, url: str, params: Mapping[str, str | int | float | None] | None = None,
             question: Question | None = None) -> Any:  # noqa: ANN401 - whatever a register answers
        """Return what a URL answers, read as JSON. Parameters are added to those in the URL; a question is posted.

        An answer that breaks off in the middle of its JSON is asked for once more: not every server says how long its
        answer is.

        Raises:
            SourceUnavailable: the register cannot be reached or refuses.
            SourceUnreadable: the answer is too large, a web page, or twice not JSON.

        """
        address = str(check_url(url).copy_merge_params(params or {}))
        broken: Exception | None = None
        for _ in range(2):
            content = self._persist(address, partial(self._attempt_memory, address, question))
            self._answered += 1
            self._report(f"{httpx.URL(address).host}: {self._answered} answers", self._answered, None)
            try:
                return json.loads(content)
            except (ValueError, RecursionError) as problem:
                broken = problem
        raise SourceUnreadable(f"{address} did not answer JSON, twice: {broken}.", hint=TRY_LATER,
                               url=address) from broken

    def pause(self, seconds: float) -> None:
        """Let nothing be asked for so long: a register has said that its answer is not ready yet."""
        self._throttle.hold(seconds)

    def download(self, file: RemoteFile, into: Path, known: ArchivedFile | None = None) -> ArchivedFile | None:
        """Bring a file into a folder, and describe it; None when the server says that `known` is still current.

        The bytes gather in `<name>.part`, which a later call with the same folder continues.

        Raises:
            SourceUnavailable: the register cannot be reached or refuses.
            SourceUnreadable: what came is too large, a web page, or twice not what the publisher described.
            StorageFailed: the disk is full or the folder cannot be written.

        """
        check_url(file.url)
        if file.size is not None and file.size > self._limits.packed_bytes:
            raise too_large(file.url, self._limits.packed_bytes)
        part = PartialFile(into / file.name, file.url)
        damage = _Damaged()
        with storage_errors(into), part.tidied():
            into.mkdir(parents=True, exist_ok=True)
            # After damage the whole file once more, without conditions: a cache on the way may hold a broken copy.
            for conditions in (_conditions(file, known), {"Cache-Control": "no-cache"}):
                try:
                    return self._persist(file.url, partial(self._attempt_file, file, part, conditions))
                except _Damaged as found:
                    part.discard()
                    damage = found
        raise SourceUnreadable(f"{file.url} came twice, and both times {damage}.",
                               hint="The register's copy may be broken. " + TRY_LATER, url=file.url)

    def _persist(self, url: str, attempt: Callable[[], _Got]) -> _Got:
        """Attempt as often as the policy allows."""
        try:
            return self._retry(attempt)
        except Transient as problem:
            raise SourceUnavailable(
                f"{httpx.URL(url).host} cannot be used now: {self._attempts} attempts, and in the last one it"
                f" {problem.reason}.", hint=TRY_LATER, url=url,
            ) from problem

    @contextmanager
    def _answer(self, url: str, headers: Mapping[str, str],
                question: Question | None = None) -> Iterator[httpx.Response]:
        """Ask once, and give an answer of a fitting status; the block may read its content."""
        method, sent = ("POST", question.body()) if question else ("GET", {})
        try:
            with self._client.stream(method, url, headers=headers, **sent) as response:
                check_status(response)
                yield response
        except Transient as problem:
            self._throttle.hold(problem.pause)
            raise
        except (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError, httpx.ProxyError) as problem:
            raise Transient(_failure(problem)) from problem
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise SourceUnavailable(f"{httpx.URL(url).host} cannot be read: {problem or type(problem).__name__}.",
                                    hint=TRY_LATER, url=url) from problem

    def _body(self, response: httpx.Response, name: str = "") -> Body:
        body = body_of(response, name)
        return replace(body, blocks=steady(body.blocks, self._patience, self._throttle.now))

    def _attempt_memory(self, url: str, question: Question | None) -> bytes:
        limit = min(self._limits.packed_bytes, _JSON_BYTES)
        content = bytearray()
        with self._answer(url, {"Accept": "application/json"}, question) as response:
            body = self._body(response)
            if body.total is not None and body.total > limit:
                raise too_large(url, limit)
            for block in refuse_page(body.blocks, url):
                content += block
                if len(content) > limit:
                    raise too_large(url, limit)
        return bytes(content)

    def _attempt_file(self, file: RemoteFile, part: PartialFile, conditions: Mapping[str, str]) -> ArchivedFile | None:
        """Ask once for the file, or for the rest of it; anew at once when the rest is not to be had."""
        with self._answer(file.url, {**conditions, **part.headers()}) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED:
                part.discard()
                return None
            if response.status_code == httpx.codes.OK or part.fits(response):
                return self._receive(response, file, part)
        part.discard()  # so that the next request asks for no range, and this recursion ends
        return self._attempt_file(file, part, conditions)

    def _receive(self, response: httpx.Response, file: RemoteFile, part: PartialFile) -> ArchivedFile:
        body = self._body(response, file.name)
        if body.total is not None and body.total > self._limits.packed_bytes:
            part.discard()
            raise too_large(file.url, self._limits.packed_bytes)
        blocks = body.blocks
        if response.status_code == httpx.codes.OK:
            if not file.name.lower().endswith(_PAGE_SUFFIXES):
                blocks = refuse_page(blocks, file.url)  # before an earlier part is given up for a maintenance page
            part.begin(response, resumable=body.plain)
        found = self._write(Body(blocks, body.total, body.plain), file, part)
        part.finish()
        return found

    def _write(self, body: Body, file: RemoteFile, part: PartialFile) -> ArchivedFile:
        """Add the blocks to the part, and check the whole."""
        algorithm, _, published = file.checksum.lower().partition(":")
        running = {name: hashlib.new(name, usedforsecurity=False) for name in {"sha256", algorithm} if name}
        done = 0
        for block in part.arrived():
            done += len(block)
            for digest in running.values():
                digest.update(block)
        with part.path.open("ab") as stream:
            for block in body.blocks:
                done += len(block)
                if done > self._limits.packed_bytes:
                    part.discard()
                    raise too_large(file.url, self._limits.packed_bytes)
                stream.write(block)
                for digest in running.values():
                    digest.update(block)
                self._report(file.name, done, body.total or file.size)
        if body.total is not None and done < body.total:
            raise Transient(f"sent {done:,} of {body.total:,} bytes")
        for announced in (body.total, file.size):
            if announced is not None and done != announced:
                raise _Damaged(f"with {done:,} bytes where {announced:,} were announced")
        if published and running[algorithm].hexdigest() != published:
            raise _Damaged(f"with another {algorithm} checksum than published")
        return ArchivedFile(name=file.name, origin=file.url, sha256=running["sha256"].hexdigest(), bytes=done,
                            etag=part.note.etag, last_modified=part.note.last_modified)


def _conditions(file: RemoteFile, known: ArchivedFile | None) -> dict[str, str]:
    """Return the headers that ask for the file only if it changed; a version tag means nothing at another address."""
    if known is None or known.origin != file.url:
        return {}
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value}


def _failure(problem: httpx.TransportError) -> str:
    """Return half a sentence on why no answer came."""
    if isinstance(problem, httpx.TimeoutException):
        return "did not answer in time"
    if isinstance(problem, httpx.RemoteProtocolError):
        return f"broke off its answer ({problem})"
    return f"could not be reached ({problem or type(problem).__name__})"


def _silent(_name: str, _done: int, _total: int | None) -> None:
    """Report to nobody."""
