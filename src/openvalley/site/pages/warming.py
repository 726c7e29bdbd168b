"""Warming up: what is made once an atlas, made before somebody waits for it."""

from contextlib import suppress

from django.conf import settings
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from openvalley.atlas.network import network
from openvalley.atlas.pages import figures, towns
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.questions import QUESTIONS, Question
from openvalley.site.answered import answered
from openvalley.site.pages import picture
from openvalley.site.pages.asking import Asked
from openvalley.site.pages.borders import borders
from openvalley.site.pages.finding import find, held
from openvalley.site.pages.questions import words
from openvalley.site.pages.questions.asked import read
from openvalley.site.shelf import shelf


def warm() -> None:
    """Open the atlas and its index, read its network, count its lists, draw its map, answer what needs no words.

    Raises:
        NothingBuilt: there is no atlas yet.

    """
    with shelf().borrow() as atlas:
        figures(atlas)
        network(atlas)
        atlas.search("a", limit=1)
        for kind in held(atlas):
            find(atlas, Asked(type=kind))
        found = towns(atlas)
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                picture.inline_map(found, borders(atlas), _("Map of the organisations by town"))
        for question in QUESTIONS.values():
            _answer(atlas, question)


def _answer(atlas: Atlas, question: Question) -> None:
    """Answer a question as it stands, where it can stand alone, and its first example: what they need is read."""
    asked = [read(question, QueryDict(query)).request for query, _shown in words.QUESTIONS[question.name].examples[:1]]
    for request in (read(question, QueryDict()).request, *asked):
        if request is not None:
            with suppress(BadInput):
                answered(atlas, question, request)
