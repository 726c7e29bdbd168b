"""Warming up: what is made once an atlas, made before somebody waits for it."""

from contextlib import suppress

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from openvalley.atlas.network import network
from openvalley.atlas.pages import figures, towns
from openvalley.errors import BadInput
from openvalley.questions import QUESTIONS
from openvalley.site.answered import answered
from openvalley.site.pages import picture
from openvalley.site.pages.asking import Asked
from openvalley.site.pages.borders import borders
from openvalley.site.pages.finding import find, held
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
            with suppress(BadInput, TypeError):  # some ask for something: they wait for it
                answered(atlas, question, question.request())
