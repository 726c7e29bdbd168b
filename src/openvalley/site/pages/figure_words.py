"""The words of Eurostat's flags on region pages; units and breakdowns are those of `openvalley.vocabulary.figures`."""

from django.utils.translation import gettext_lazy as _

from openvalley.site.pages.wording import Text

#: Source: Eurostat's code list OBS_FLAG (https://ec.europa.eu/eurostat/data/metadata/code-lists).
FLAGS: dict[str, Text] = {
    "b": _("break in the series"), "c": _("confidential"), "d": _("definition differs"), "e": _("estimated"),
    "f": _("forecast"), "n": _("not significant"), "p": _("provisional"), "r": _("revised"),
    "s": _("estimated by Eurostat"), "u": _("low reliability"), "z": _("not applicable"),
}


def flag(codes: str | None) -> str:
    """Return a register's flags in words: each letter is one."""
    return ", ".join(str(FLAGS.get(code, code)) for code in (codes or "").strip())
