"""Logs: one JSON object a line on standard error, without anything of a reader - no network address, no query."""

import json
import logging
import re
import sys
from datetime import UTC, datetime

#: What follows a question mark in an address is what a reader typed; a network address is who they are.
_QUERY = re.compile(r"\?[^\s\"']+")
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F:]{0,39}")
#: Requests that Django refuses as none that a browser would send: what stands in them is no mistake of ours.
_REFUSED = "django.security."
#: Characters of a message: an address may be as long as whoever sends it likes.
_LONGEST = 500
#: HTTP statuses of answers to questions that cannot be answered as they stand.
_ASKED_WRONGLY = range(400, 500)
_MAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")


class JsonLines(logging.Formatter):
    """Writes a record as a line of JSON: at, level, logger, message, and status or exception where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name,
            "message": without_readers(record.getMessage())[:_LONGEST]}
        status = getattr(record, "status_code", None)
        if status is not None:
            told["status"] = status
        if record.exc_info and not record.name.startswith(_REFUSED):
            told["exception"] = without_readers(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False)


def is_told(record: logging.LogRecord) -> bool:
    """Tell whether a record is worth a line: that the site is not ready is its answer to ``/readyz``, no mistake.

    Neither is it on a terminal that somebody asked for what is not there, or wrongly (a status of 400 to 499).
    """
    asked_wrongly = getattr(record, "status_code", 0) in _ASKED_WRONGLY
    if asked_wrongly and sys.stderr.isatty():
        return False
    return not record.getMessage().endswith(": /readyz")


def without_readers(text: str) -> str:
    """Return a text without queries, network addresses and e-mail addresses."""
    return _MAIL.sub("[e-mail]", _ADDRESS.sub("[address]", _QUERY.sub("?[query]", text)))
