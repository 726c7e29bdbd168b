"""Warming up: what is made once an atlas, or once a process, made before somebody waits for it."""

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from io import BytesIO
from itertools import cycle
from typing import Any
from urllib.parse import unquote
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from openvalley.atlas.clinical import trials_of
from openvalley.atlas.disputed import ids_of
from openvalley.atlas.meant import written
from openvalley.atlas.network import network
from openvalley.atlas.pack_rows import rows_about
from openvalley.atlas.pages import figures, towns
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.questions import QUESTIONS, Question
from openvalley.site.answered import answered
from openvalley.site.pages import addresses, picture
from openvalley.site.pages.asking import Asked
from openvalley.site.pages.borders import borders
from openvalley.site.pages.finding import find, held
from openvalley.site.pages.network_picture import network_url
from openvalley.site.pages.questions import words
from openvalley.site.pages.questions.asked import read

#: A WSGI application as Django makes it: its answers are closed when they were read.
Application = Callable[[dict[str, Any], Callable[..., Any]], Any]
#: One thing of each type whose page has most parts, and for an organisation most partners.
_RICHEST = {
    "organisation": "SELECT id FROM organisation WHERE in_region AND in_scope AND named AND state = 'active' "
                    "ORDER BY life_science_projects DESC, id LIMIT 1",
    "project": "SELECT id FROM project ORDER BY participants DESC, id LIMIT 1",
    "trial": "SELECT id FROM trial ORDER BY in_region DESC, id LIMIT 1",
    "call": "SELECT id FROM call ORDER BY id LIMIT 1",
    "region": "SELECT id FROM region ORDER BY id LIMIT 1",
}
#: A text whose words stand in names, in what things are about, and nowhere.
_SOUGHT = "cell therapy research"


def warm(atlas: Atlas) -> None:
    """Open an atlas's index, read its network, count its lists, draw its map, answer what needs no words."""
    figures(atlas)
    network(atlas)
    atlas.search("a", limit=1)
    for kind in held(atlas):
        find(atlas, Asked(type=kind))
    found = towns(atlas)
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            picture.inline_map(found, borders(atlas), _("Map of the organisations by town"))
    organisation = _richest(atlas, "organisation")
    if organisation is not None:  # what is read once for the pages of all organisations
        rows_about(atlas, organisation)
        ids_of(atlas, organisation)
        trials_of(atlas, organisation, 1)
        written(atlas, organisation, 1)
    for question in QUESTIONS.values():
        _answer(atlas, question, organisation)


def walk(atlas: Atlas, application: Application) -> None:
    """Ask for a page of each kind as a reader would: templates are compiled, texts of all languages read."""
    for address in _pages(atlas):
        _ask(application, address)


def _richest(atlas: Atlas, kind: str) -> str | None:
    return next((str(row["id"]) for row in atlas.rows(_RICHEST[kind])), None)


def _answer(atlas: Atlas, question: Question, organisation: str | None) -> None:
    """Answer a question as it stands, where it can stand alone, with its first example, and about an organisation.

    What their answers need is read then.
    """
    queries = ["", *(query for query, _shown in words.QUESTIONS[question.name].examples[:1])]
    if organisation is not None and question.name in words.OF_ORGANISATION:
        queries.append(addresses.query_string({"organisation": organisation}))
    for query in queries:
        request = read(question, QueryDict(query)).request
        if request is not None:
            with suppress(BadInput):
                answered(atlas, question, request)


def _pages(atlas: Atlas) -> Iterator[str]:
    """Yield the addresses that each page leads to in each language, and of each other kind of page one."""
    codes = [code for code, _name in settings.LANGUAGES]
    in_turn = cycle(codes)
    for code in codes:
        with translation.override(code):
            yield reverse("home")
            yield addresses.search_url(q=_SOUGHT)
            yield from map(addresses.question_url, QUESTIONS)
    for name in ("map-page", "changes", "press", "about", "health-data"):
        with translation.override(next(in_turn)):
            yield reverse(name)
    yield from _things(atlas, in_turn)
    for name in QUESTIONS:
        for query, _shown in words.QUESTIONS[name].examples[:1]:
            with translation.override(next(in_turn)):
                yield addresses.question_url(name, query)
            yield f"/api/v1/{name}?{query}"


def _things(atlas: Atlas, in_turn: Iterator[str]) -> Iterator[str]:
    """Yield the address of one thing of each type, in languages in turn, and of a network."""
    for kind in _RICHEST:
        known = _richest(atlas, kind)
        if known is not None:
            with translation.override(next(in_turn)):
                yield addresses.url_of(kind, known)
                if kind == "organisation":
                    yield network_url(known)


def _ask(application: Application, address: str) -> None:
    """Ask the application for an address, as a server on the own machine does behind one that ends TLS."""
    path, _question_mark, query = address.partition("?")
    asked: dict[str, Any] = {
        "PATH_INFO": unquote(path, "latin-1"), "QUERY_STRING": query, "REMOTE_ADDR": "127.0.0.1",
        "HTTP_ACCEPT_ENCODING": "gzip", "HTTP_X_FORWARDED_PROTO": "https", "wsgi.input": BytesIO(),
    }
    setup_testing_defaults(asked)
    with closing(application(asked, lambda *_said: None)) as answer:
        for _part in answer:
            pass
