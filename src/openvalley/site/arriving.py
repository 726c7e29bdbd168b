"""What readers send is taken whole before a thread sets to work on it: whoever sends slowly keeps nobody else waiting.

A few threads make pages, as many as a processor has use for; many more wait for what arrives. Next: wsgi.py.
"""

import io
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any

_Start = Callable[..., Any]
Application = Callable[[dict[str, Any], _Start], Iterable[bytes]]

#: Requests that one process works on at the same time; reading pages wait little, so few are enough.
AT_WORK = 4
#: Bytes that are taken: more than Django reads of any request (``DATA_UPLOAD_MAX_MEMORY_SIZE``), and than lists have;
#: what is longer is left where it is, and refused.
_MOST = 3_000_000
#: Seconds for which a body may take to arrive: a list of 1 MB needs them on a line of 300 kbit/s.
_PATIENCE = 30.0
_TOO_SLOW = b"What you sent took too long to arrive.\n"


class Arriving:
    """Takes a request's body, then hands the request to the threads that work."""

    def __init__(self, application: Application, patience: float = _PATIENCE) -> None:
        """Begin with no thread at work.

        Args:
            application: what answers.
            patience: seconds for which a body may take to arrive.

        """
        self._application = application
        self._patience = patience
        self._workers = ThreadPoolExecutor(AT_WORK, thread_name_prefix="at-work")

    def __call__(self, environ: dict[str, Any], start_response: _Start) -> Iterable[bytes]:
        """Answer a request; 408 where its body does not arrive in time."""
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and 0 < int(length) <= _MOST:
            body = self._arrived(environ["wsgi.input"], int(length))
            if body is None:
                start_response("408 Request Timeout", [("Content-Type", "text/plain"), ("Connection", "close"),
                                                       ("Content-Length", str(len(_TOO_SLOW)))])
                return [_TOO_SLOW]
            environ["wsgi.input"] = io.BytesIO(body)
        return self._workers.submit(self._application, environ, start_response).result()

    def _arrived(self, stream: Any, length: int) -> bytes | None:  # noqa: ANN401 - whatever the server reads from
        """Return a body once it is there, or its beginning where the rest was not sent; None when it takes too long."""
        taken: list[bytes] = []

        def take() -> None:
            try:
                taken.append(stream.read(length))
            except OSError:   # whoever sent it has gone
                taken.append(b"")

        # Not one of a pool: a thread that reads from somebody who sends nothing more ends only with the connection.
        reading = Thread(target=take, name="arriving", daemon=True)
        reading.start()
        reading.join(self._patience)
        return taken[0] if taken else None
