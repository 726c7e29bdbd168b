"""What an assistant reads: search, one thing with its sources, and the questions, as plain data."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any

from openvalley.atlas.answers import PARTICIPATIONS, PARTNERS, Beside, about, about_organisation
from openvalley.atlas.disputed import disputes_about, public_data
from openvalley.atlas.items import item
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.errors import BadInput
from openvalley.insight.answer import as_data
from openvalley.questions import Question
from openvalley.settings import Settings
from openvalley.storage import CURRENT
from openvalley.vocabulary.terms import LANGUAGES

#: Hits of a search that are given at most.
MOST_HITS = 50


class Reading:
    """The current atlas of a home folder, opened anew when another one is published."""

    def __init__(self, settings: Settings) -> None:
        """Remember the home; nothing is opened before something is asked."""
        self._settings = settings
        self._lock = Lock()
        self._opened: Atlas | None = None

    def atlas(self) -> Atlas:
        """Return the current atlas.

        Raises:
            NothingBuilt: nothing is published.

        """
        current = (self._settings.atlases / CURRENT).resolve()
        with self._lock:
            if self._opened is None or self._opened.path != current:
                self._opened = open_atlas(self._settings.home)
            return self._opened

    def search(self, text: str, kind: str | None, limit: int) -> dict[str, Any]:
        """Return what a text finds, best first.

        Args:
            text: what is looked for.
            kind: organisation, project, trial or call; None: all of them.
            limit: how many are given, from 1 to `MOST_HITS`.

        Raises:
            BadInput: there is no such type, or the text is empty.

        """
        if not text.strip():
            raise BadInput("There is nothing to look for.", hint="Give a name, or words that something is about.")
        atlas = self.atlas()
        found = atlas.search(text, types=[kind] if kind else (), limit=max(1, min(limit, MOST_HITS)))
        return {"query": text, "total": found.total, "whole": found.whole, "atlas_version": atlas.version,
                "items": [{**item(hit.type, hit.id, hit.name, hit.shown), "score": hit.score} for hit in found.items]}

    def show(self, identifier: str) -> dict[str, Any]:
        """Return everything about one thing, every fact with its claims.

        Raises:
            UnknownIdentity: the atlas knows nothing with this id.

        """
        atlas = self.atlas()
        known = atlas.resolve_id(identifier)
        kind = atlas.type_of(known)
        told = (self._organisation(atlas, known) if kind == "organisation"
                else about(atlas, kind, known, datetime.now(UTC).date()))
        return plain(told)

    def _organisation(self, atlas: Atlas, known: str) -> Mapping[str, Any]:
        return about_organisation(atlas, atlas.organisation(known), Beside(
            claims=atlas.claims(known), participations=atlas.participations(known, PARTICIPATIONS),
            partners=atlas.partners(known, PARTNERS),
            disputes=[public_data(dispute) for dispute in disputes_about(atlas, self._settings, known)]))

    def ask(self, question: Question, given: Mapping[str, Any], language: str) -> dict[str, Any]:
        """Return the answer to a question, its sentences in a language.

        Args:
            question: which one.
            given: fields of its request, by name.
            language: en, nl, fr or de.

        Raises:
            BadInput: it cannot be asked so.

        """
        if language not in LANGUAGES:
            raise BadInput(f"There is no language {language[:20]!r} here.", hint=f"Languages: {', '.join(LANGUAGES)}.")
        request = question.request(**{name: tuple(value) if isinstance(value, list) else value
                                      for name, value in given.items()})
        return plain(as_data(question.answer(self.atlas(), request), language))


def plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what holds dataclasses and dates in the types that JSON has."""
    read: dict[str, Any] = json.loads(json.dumps(content, default=_plain))
    return read


def _plain(thing: object) -> object:
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return dataclasses.asdict(thing)
    return thing.isoformat() if isinstance(thing, date) else str(thing)
