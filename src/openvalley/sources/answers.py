"""What a register may answer: which answers are good, which are worth another attempt, which are the end."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

import httpx

from openvalley.errors import SourceUnavailable, SourceUnreadable
from openvalley.sources.throttle import asked_pause

TRY_LATER = "Run the command again later, or take the files from a folder: openvalley sync --mirror DIR"
_MOVED = "Look on the register's site whether the file has moved, and mend its url in source.toml."

#: Statuses that pass by themselves: RFC 6585 section 4 (429) and RFC 9110 section 15.6.
_PASSING = frozenset({429, 500, 502, 503, 504})
#: Bytes looked at to tell a web page from data, about what browsers look at (WHATWG MIME Sniffing, section 5.2: 1445).
_OPENING = 1445
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
#: Bytes a second. What comes slower over a whole time-out has stopped in all but name: a large file would take weeks.
_SLOWEST = 1_000
#: Bytes of a refusal that are kept, for connectors that know what their register says in it.
_SAID = 2_000
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18})")


class Transient(Exception):  # noqa: N818 - a state of the world that passes, and it never leaves this package
    """An attempt failed in a way that another one may not; ``pause`` is what the register asked for, in seconds."""

    def __init__(self, reason: str, pause: float = 0.0) -> None:
        """Keep the reason as half a sentence that follows 'it'."""
        super().__init__(reason)
        self.reason = reason
        self.pause = pause


@dataclass(frozen=True)
class Span:
    """The part of a file that a 206 answer carries: its first byte, and the length of the whole."""

    first: int
    whole: int


@dataclass(frozen=True)
class Body:
    """An answer's content as it comes in, and how long the whole file will be, where that was announced.

    ``plain`` tells that the bytes are the file's own; bytes that were compressed for the way cannot be continued.
    """

    blocks: Iterator[bytes]
    total: int | None
    plain: bool


def check_url(url: str) -> httpx.URL:
    """Return the parsed address.

    Raises:
        SourceUnavailable: it is not an http or https address with a host.

    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as problem:
        raise SourceUnavailable(f"{url!r} is not a web address.", hint=_MOVED, url=url) from problem
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise SourceUnavailable(f"{url!r} is not an http or https address.", hint=_MOVED, url=url)
    return parsed


def check_redirect(response: httpx.Response) -> None:
    """Refuse a redirect that leaves the web, or that leaves https for http, where anyone on the way can change bytes.

    Raises:
        SourceUnavailable: says where it led.

    """
    if not response.has_redirect_location:
        return
    here = response.request.url
    try:
        there = here.join(response.headers["location"])
    except httpx.InvalidURL as problem:
        raise SourceUnavailable(f"{here.host} redirects to something that is no web address.", hint=_MOVED,
                                url=str(here)) from problem
    if there.scheme not in {"http", "https"} or (here.scheme, there.scheme) == ("https", "http"):
        raise SourceUnavailable(
            f"{here.host} redirects from {here.scheme} to {there.scheme}, which is not safe to follow.",
            hint=_MOVED, url=str(here), target=str(there),
        )


def check_status(response: httpx.Response) -> None:
    """Pass an answer that fits what was asked: 200, or the answers to a range or a condition that was sent.

    Raises:
        Transient: the register is overloaded or down for the moment.
        SourceUnavailable: asking again would not help.

    """
    asked = response.request.headers
    good = {httpx.codes.OK}
    if "range" in asked:
        good |= {httpx.codes.PARTIAL_CONTENT, httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE}
    if "if-none-match" in asked or "if-modified-since" in asked:
        good.add(httpx.codes.NOT_MODIFIED)
    status = response.status_code
    if status in good:
        return
    # Not the server's own phrase: it may hold anything, and this is printed.
    named = f"{status} {httpx.codes.get_reason_phrase(status)}".strip()
    if status in _PASSING:
        raise Transient(f"answered {named}", asked_pause(response.headers))
    url = response.request.url
    refused = status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}
    raise SourceUnavailable(
        f"{url.host} answered {named} to {url}.", url=str(url), status=status, said=_said(response),
        hint="The register does not let us in. " + TRY_LATER if refused else _MOVED,
    )


def _said(response: httpx.Response) -> str:
    """Return what stands at the beginning of a refusal; one block, so that a server cannot hold us up with it."""
    try:
        return next(response.iter_raw(), b"")[:_SAID].decode(errors="replace")
    except httpx.HTTPError:
        return ""


def body_of(response: httpx.Response, name: str = "") -> Body:
    """Return the content of an answer for a file of this name.

    No compression is asked for, so that lengths, ranges and published checksums hold; a server that compresses all
    the same is undone, except for a file that is a .gz itself, which many servers announce as 'encoded'.
    """
    plain = not _encoded(response) or name.endswith(".gz")
    span = span_of(response)
    length = response.headers.get("content-length", "")
    if span:
        total: int | None = span.whole
    else:
        total = int(length) if plain and length.isascii() and length.isdigit() else None
    return Body(response.iter_raw() if plain else response.iter_bytes(), total, plain)


def span_of(response: httpx.Response) -> Span | None:
    """Return what a 206 answer carries; None when it does not say so, or is compressed for the way."""
    found = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", "").strip())
    if response.status_code != httpx.codes.PARTIAL_CONTENT or not found or _encoded(response):
        return None
    return Span(*(int(number) for number in found.groups()))


def refuse_page(blocks: Iterator[bytes], url: str) -> Iterator[bytes]:
    """Return the same blocks, after a look at the first bytes.

    Registers answer maintenance and consent pages with status 200 and the data's content type.

    Raises:
        SourceUnreadable: the content is a web page.

    """
    opening = b""
    for block in blocks:
        opening += block
        if len(opening) >= _OPENING:
            break
    if _PAGE.match(opening[:_OPENING]):
        raise SourceUnreadable(
            f"A web page came instead of data from {url}.",
            hint="Open the address in a browser: the register may be in maintenance or have moved. " + TRY_LATER,
            url=url,
        )
    return chain((opening,), blocks)


def steady(blocks: Iterator[bytes], patience: float, clock: Callable[[], float]) -> Iterator[bytes]:
    """Pass blocks on while they come at a pace that will end; a time-out alone lets a server drip byte by byte.

    Args:
        blocks: what comes in.
        patience: seconds over which the pace is taken.
        clock: tells the time in seconds.

    Raises:
        Transient: less came than the slowest pace that we bear.

    """
    since, came = clock(), 0
    for block in blocks:
        came += len(block)
        passed = clock() - since
        if passed >= patience:
            if came < passed * _SLOWEST:
                raise Transient(f"sent {came:,} bytes in {passed:,.0f} seconds")
            since, came = clock(), 0
        yield block


def too_large(url: str, limit: int) -> SourceUnreadable:
    """Return the error for a file that is larger than its source may send."""
    return SourceUnreadable(
        f"{url} sends more than the {limit:,} bytes that this source may send.",
        hint="If the register has really grown that much, raise limits.packed_bytes in source.toml.",
        url=url, limit=limit,
    )


def _encoded(response: httpx.Response) -> bool:
    return response.headers.get("content-encoding", "").strip().lower() not in {"", "identity"}
