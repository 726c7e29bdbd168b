"""Translations without gettext's programs: texts are found, and catalogues compiled, with Babel.

``python -m openvalley.site.translations`` brings the .po files up to date after a text has changed.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib import resources
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.extract import extract_python
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from openvalley.storage import write_whole
from openvalley.vocabulary.terms import LANGUAGES
from openvalley.vocabulary.typography import typeset

SITE = Path(__file__).parent
_PO = SITE / "pages" / "locale"
_KEYWORDS: dict[str, None] = dict.fromkeys((
    "_", "_now", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"))
#: What interactive verbs of the terminal call with a text (openvalley.cli.speech), and where they are.
_SPOKEN: dict[str, None] = {"say": None}
_TERMINAL = SITE.parent / "cli"
_WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext"}
_WITH_PLURAL = {"ngettext", "ngettext_lazy", "npgettext"}
#: English stands in the code itself.
TRANSLATED = tuple(language for language in LANGUAGES if language != "en")

#: Date in the files' heads: a fixed one, so that a file changes only when a text does.
_DATED = datetime(2026, 11, 22, tzinfo=UTC)

#: Packages whose texts stand on our pages, too.
_OTHERS = ("django.conf", "allauth")

#: Lines of the heads that would name a person or an address; we have none to name.
_NOBODY = re.compile(rb'"(Report-Msgid-Bugs-To|Last-Translator|Language-Team): [^\n]*\n')

#: A text as Babel keeps it: the text or its singular and plural, with its context.
Message = tuple[str | tuple[str, str], str | None]


def messages() -> Iterator[tuple[Message, str, int]]:
    """Yield every text that is to be translated, of the site and the terminal, with the file and line it stands in."""
    for path in sorted(SITE.rglob("*.py")):
        yield from _found(path, path.read_text(encoding="utf-8"))
    for path in sorted(_TERMINAL.glob("*.py")):
        yield from _found(path, path.read_text(encoding="utf-8"), _SPOKEN)
    for path in sorted(SITE.rglob("templates/**/*.*")):
        yield from _found(path, templatize(path.read_text(encoding="utf-8"), origin=str(path)))


def _found(path: Path, text: str, called: dict[str, None] = _KEYWORDS) -> Iterator[tuple[Message, str, int]]:
    where = path.relative_to(SITE if path.is_relative_to(SITE) else SITE.parent).as_posix()
    for line, function, given, _ in extract_python(BytesIO(text.encode()), called, [], {"encoding": "utf-8"}):
        parts = [str(part) for part in (given if isinstance(given, (tuple, list)) else (given,)) if part]
        context = parts.pop(0) if function in _WITH_CONTEXT else None
        if not parts:
            continue
        yield ((parts[0], parts[1]) if function in _WITH_PLURAL else parts[0], context), where, line


def catalogue(language: str) -> Catalog:
    """Return the translations of a language as its .po file has them."""
    with (_PO / language / "LC_MESSAGES" / "django.po").open("rb") as stream:
        return read_po(stream, locale=language)


def compile_catalogues(target: Path) -> None:
    """Write the compiled catalogues that Django reads below a folder; half-sure (fuzzy) texts are left out."""
    for language in TRANSLATED:
        path = target / language / "LC_MESSAGES" / "django.mo"
        compiled = BytesIO()
        write_mo(compiled, typeset_catalogue(language))
        write_whole(path, compiled.getvalue())


def typeset_catalogue(language: str) -> Catalog:
    """Return the translations of a language with their marks set as it does (vocabulary/typography.py).

    Texts of Django and allauth that set them otherwise are added: ours go before theirs.
    """
    ours = catalogue(language)
    for package in _OTHERS:
        folder = resources.files(package).joinpath("locale", language, "LC_MESSAGES", "django.mo")
        for message in read_mo(BytesIO(folder.read_bytes())):
            if message.id and ours.get(message.id, message.context) is None and _set(message, language):
                ours.add(message.id, message.string, context=message.context, flags=message.flags)
    for message in ours:
        if message.id:
            _set(message, language)
    return ours


def _set(message: BabelMessage, language: str) -> bool:
    """Set a message's marks; tell whether that changed it."""
    before = message.string if isinstance(message.string, str) else tuple(message.string or ())
    message.string = (typeset(before, language) if isinstance(before, str)
                      else tuple(typeset(form, language) for form in before))
    return bool(message.string != before)


def update() -> list[str]:
    """Bring the .po files in line with the texts of the code; return what still lacks a translation."""
    lacking = []
    for language in TRANSLATED:
        path = _PO / language / "LC_MESSAGES" / "django.po"
        known = catalogue(language) if path.exists() else Catalog(locale=language)
        fresh = Catalog(locale=language, fuzzy=False, header_comment=f"# The pages of OpenValley: {language}.",
                        project="OpenValley", version="1", creation_date=_DATED, revision_date=_DATED)
        for (text, context), where, _line in messages():
            earlier = known.get(text, context)
            fresh.add(text, earlier.string if earlier else "", locations=[(where, 1)], context=context,
                      flags=["python-format"] if re.search(r"%\(\w+\)", str(text)) else [])
        path.parent.mkdir(parents=True, exist_ok=True)
        written = BytesIO()
        write_po(written, fresh, width=120, ignore_obsolete=True, include_lineno=False)
        path.write_bytes(_NOBODY.sub(b"", written.getvalue()))
        lacking += [f"{language}: {message.id}" for message in fresh if message.id and not _translated(message.string)]
    return lacking


def _translated(string: str | Sequence[str] | None) -> bool:
    return string is not None and bool(string) and (isinstance(string, str) or all(string))


if __name__ == "__main__":
    print("\n".join(update()))  # noqa: T201 - a maintainer's command
