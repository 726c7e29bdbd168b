"""Every error of ours: one family, each with a stable code and a hint a user can act on.

Edges (cli, site) translate ``code`` into an exit status or an HTTP status; nothing below them knows of either.
"""

from typing import ClassVar


class OpenValleyError(Exception):
    """Root of the family.

    ``message`` says what is wrong, ``hint`` what to do about it; both are whole sentences for a person. ``context``
    keeps the facts (file, line, column, ids) for machines.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str = "", **context: object) -> None:
        """Keep message, hint and context as attributes; the message alone is what ``str()`` gives."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.context = context


class BadInput(OpenValleyError):
    """What the user gave cannot be used: a file, a value, an option."""

    code = "bad_input"


class BadIdentifier(BadInput):
    """An identifier is not of its scheme's form, or its check digits do not fit."""

    code = "bad_identifier"


class BadPack(BadInput):
    """A region pack's table has a wrong cell; the context names file, line and column."""

    code = "bad_pack"


class BadCohort(BadInput):
    """A cohort question cannot be answered as it stands: an unknown field or concept, an impossible value."""

    code = "bad_cohort"


class BadCdm(BadInput):
    """A database is no OMOP CDM that can be asked: another version, a missing table, an empty vocabulary."""

    code = "bad_cdm"


class BadPolicy(BadInput):
    """A node's policy file does not say what it must, or says what may not be."""

    code = "bad_policy"


class Refused(OpenValleyError):
    """A node may not answer: the policy forbids it to this client, for this question or for now."""

    code = "refused"


class UnknownIdentity(BadInput):
    """No organisation, project, trial, call or region of this atlas has this id, or none that may be told of here."""

    code = "unknown_id"


class TooMany(OpenValleyError):
    """A limit that keeps an open door usable is reached: so many of a kind, or on one day, are taken and no more."""

    code = "too_many"


class BadKey(OpenValleyError):
    """A program showed a key of the API that is none, or none any more."""

    code = "bad_key"


class SecondFactorUnreadable(OpenValleyError):
    """The secret of a second factor was sealed with another key than the site has now."""

    code = "second_factor_unreadable"


class UnknownSource(BadInput):
    """No source of this name is known."""

    code = "unknown_source"


class SourceUnavailable(OpenValleyError):
    """A register could not be reached, or what it sent cannot be read."""

    code = "source_unavailable"


class SourceChanged(SourceUnavailable):
    """A register's file lost a column or field that we need; the last good version stays in use."""

    code = "source_changed"


class SourceUnreadable(SourceUnavailable):
    """A fetched file is broken: cut off, of another type than announced, or dangerous to open."""

    code = "source_unreadable"


class NothingBuilt(OpenValleyError):
    """There is no published atlas to answer from."""

    code = "nothing_built"


class HomeBusy(OpenValleyError):
    """Another process is syncing or building in the same home folder."""

    code = "home_busy"


class StorageFailed(OpenValleyError):
    """The disk is full or the home folder cannot be written."""

    code = "storage_failed"


class EngineUnavailable(BadInput):
    """The table engine that was asked for is not installed."""

    code = "engine_unavailable"


class ExtraMissing(OpenValleyError):
    """What was asked for needs an extra that is not installed."""

    code = "extra_missing"
