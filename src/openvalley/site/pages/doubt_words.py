"""What speaks for and against a doubtful pair, in the languages of the pages.

Reads the codes of `openvalley.atlas.worded.ENGLISH`; those of links have their words in link_words.py.
"""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openvalley.atlas.worded import ALL, LINKED, Worded
from openvalley.resolve.linker.reasons import Reason
from openvalley.site.pages import link_words, wording
from openvalley.site.pages.templatetags.openvalley import day as written_day

#: The words of every code; `a`, `b`, `c` and `d` are its values in their order.
WORDS: Mapping[str, str | Promise] = {
    "same-number": _("same %(a)s %(b)s"),
    "other-number": _("another %(a)s"),
    "same-name": _("same name: %(a)s"),
    "same-key": _("same name (%(a)s)"),
    "same-acronym": _("same acronym: %(a)s"),
    "no-name": _("no name in common"),
    "same-domain": _("same web domain: %(a)s"),
    "other-domain": _("another web domain"),
    "domain-and-words": _("same web domain (%(a)s) and words in common"),
    "same-town": _("same town: %(a)s"),
    "other-town": _("another town"),
    "same-country": _("same country: %(a)s"),
    "other-country": _("another country"),
    "same-kind": _("same kind of organisation: %(a)s"),
    "other-kind": _("another kind of organisation"),
    "related": _("a register lists one as the parent or the successor of the other"),
    "took-place": _("%(a)s took the place of the other, which was withdrawn"),
    "withdrawn": _("%(a)s was withdrawn, and no other one took its place"),
    "evidence": "%(a)s %(b)s",
    "names-alike": _("names alike (%(a)s)"),
    "listed-twice": _("one register lists both"),
    "numbers-differ": _("their numbers differ"),
    "kept-apart": _("a register keeps them apart"),
    "differ": _("a person decided that they differ"),
    "said-so": _("%(a)s said so on %(b)s: %(c)s"),
    "others-differ": _("by other judgements they differ"),
    "nearly-as-near": _("%(a)s (%(b)s) is nearly as near"),
    "of-two": _("%(a)s and %(b)s: %(c)s"),
    "contradicted": _("registers now say: %(a)s. The judgement of %(b)s by %(c)s stands: %(d)s."),
    "judged-same": _("%(a)s is %(b)s"),
    "judged-different": _("%(a)s is not %(b)s"),
    "judged-none": _("nothing matches %(a)s"),
    "judged-undecided": _("%(a)s and %(b)s are undecided"),
    "judged-open": _("%(a)s is undecided"),
    "become-one": _("%(a)s and %(b)s become one"),
    "stay-two": _("%(a)s and %(b)s stay two"),
    "stays-alone": _("%(a)s stays alone"),
    "means": _("%(a)s means %(b)s"),
    "means-not": _("%(a)s does not mean %(b)s"),
    "means-nothing": _("%(a)s means no organisation"),
}
_PLACES = "abcd"


def told(words: str) -> str:
    """Return what was found in the language of the page; a text without a code stays as it is."""
    if not isinstance(words, Worded):
        return words
    if words.code == ALL:
        return "; ".join(map(told, words.values))
    if words.code.startswith(LINKED):
        return link_words.reasons([Reason(words.code.removeprefix(LINKED), *words.values)])
    return str(WORDS[words.code]) % dict(zip(_PLACES, _values(words), strict=False))


def _values(words: Worded) -> Iterable[str]:
    if words.code == "same-kind":
        return [wording.term("kind", words.values[1])]
    if words.code == "same-country":
        return [wording.country(words.values[0])]
    if words.code == "said-so":
        who, day, why = words.values
        return who, written_day(day), why
    if words.code == "contradicted":
        said, day, who, judged = words.values
        return told(said), written_day(day), who, told(judged)
    return map(told, words.values)
