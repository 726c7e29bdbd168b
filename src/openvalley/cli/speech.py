"""What an interactive verb says, in the languages of the pages: English stands in the code, others in their catalogues.

Reads the catalogues of the site, in which the texts that ``say`` is called with stand too. English needs none of them,
so that it is there at once.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from openvalley.errors import BadInput
from openvalley.settings import Settings
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, label

_ENGLISH = "en"


class Speech:
    """Texts in English."""

    language = _ENGLISH

    def say(self, text: str, **values: object) -> str:
        """Return a text with its values (``%(name)s``) in its places."""
        return text % values if values else text

    def tell(self, words: str) -> str:
        """Return what was found of a pair (`openvalley.atlas.worded.Worded`)."""
        return str(words)

    def term(self, vocabulary: Vocabulary, code: str) -> str:
        """Return the label of a term."""
        return label(vocabulary, code, self.language)


class _Translated(Speech):
    """Texts in another language, as the catalogues of the pages have them."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, text: str, **values: object) -> str:
        from django.utils.translation import gettext  # noqa: PLC0415 - Django is imported only to translate

        return gettext(text) % values if values else gettext(text)

    def tell(self, words: str) -> str:
        from openvalley.site.pages import doubt_words  # noqa: PLC0415 - the same

        return doubt_words.told(words)


@contextmanager
def speaking(settings: Settings, language: str) -> Iterator[Speech]:
    """Give what speaks a language, for the length of the block.

    Raises:
        BadInput: the language is none of the platform's.
        StorageFailed: the home folder cannot take the catalogues.

    """
    if language not in LANGUAGES:
        raise BadInput(f"There is no language {language[:20]!r} here.", hint=f"Languages: {', '.join(LANGUAGES)}.")
    if language == _ENGLISH:
        yield Speech()
        return
    os.environ["OPENVALLEY_HOME"] = str(settings.home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvalley.site.settings")
    import django  # noqa: PLC0415 - Django reads its settings when it is set up
    from django.utils import translation  # noqa: PLC0415

    from openvalley.site.preparation import prepare_texts  # noqa: PLC0415

    prepare_texts(settings)
    django.setup()
    with translation.override(language):
        yield _Translated(language)
