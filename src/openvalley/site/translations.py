"""Translations without gettext's programs: texts are found, and catalogues compiled, with Babel.

``python -m openvalley.site.translations`` brings the .po files up to date after a text has changed.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from openvalley.vocabulary.terms import LANGUAGES

SITE = Path(__file__).parent
_PO = SITE / "pages" / "locale"
_KEYWORDS = ("_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "npgettext")
#: English stands in the code itself.
TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
#: What `templatize` writes for a text with a plural and with a context, as Babel's keyword table wants it.
_FUNCTIONS = {"ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}

#: A text as Babel keeps it: the text or its singular and plural, with its context.
Message = tuple[str | tuple[str, str], str | None]


def messages() -> Iterator[tuple[Message, str, int]]:
    """Yield every text of the site that is to be translated, with the file and line in which it stands."""
    for path in sorted(SITE.rglob("*.py")):
        yield from _found(path, path.read_text(encoding="utf-8"))
    for path in sorted(SITE.rglob("templates/**/*.*")):
        yield from _found(path, templatize(path.read_text(encoding="utf-8"), origin=str(path)))


def _found(path: Path, text: str) -> Iterator[tuple[Message, str, int]]:
    where = path.relative_to(SITE).as_posix()
    for line, function, given, _ in extract_python(BytesIO(text.encode()), _KEYWORDS, [], {"encoding": "utf-8"}):
        parts = [part for part in (given if isinstance(given, tuple) else (given,)) if part]
        context = parts.pop(0) if function in {"pgettext", "npgettext"} else None
        if not parts:
            continue
        plural = function in {"ngettext", "ngettext_lazy", "npgettext"}
        yield ((parts[0], parts[1]) if plural else parts[0], context), where, line


def catalogue(language: str) -> Catalog:
    """Return the translations of a language as its .po file has them."""
    with (_PO / language / "LC_MESSAGES" / "django.po").open("rb") as stream:
        return read_po(stream, locale=language)


def compile_catalogues(target: Path) -> None:
    """Write the compiled catalogues that Django reads below a folder; half-sure (fuzzy) texts are left out."""
    for language in TRANSLATED:
        path = target / language / "LC_MESSAGES" / "django.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            write_mo(stream, catalogue(language))


def update() -> list[str]:
    """Bring the .po files in line with the texts of the code; return what still lacks a translation."""
    lacking = []
    for language in TRANSLATED:
        path = _PO / language / "LC_MESSAGES" / "django.po"
        known = catalogue(language) if path.exists() else Catalog(locale=language)
        fresh = Catalog(locale=language, project="OpenValley", fuzzy=False)
        for (text, context), where, _line in messages():
            earlier = known.get(text, context)
            fresh.add(text, earlier.string if earlier else "", locations=[(where, None)], context=context,
                      flags=["python-format"] if re.search(r"%\(\w+\)", str(text)) else [])
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            write_po(stream, fresh, sort_by_file=False, omit_header=False, width=120, ignore_obsolete=True)
        lacking += [f"{language}: {message.id}" for message in fresh if message.id and not _translated(message.string)]
    return lacking


def _translated(string: str | tuple[str, ...] | list[str]) -> bool:
    return bool(string) and (isinstance(string, str) or all(string))


if __name__ == "__main__":
    print("\n".join(update()))  # noqa: T201 - a maintainer's command
