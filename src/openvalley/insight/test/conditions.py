"""Conditions: which trials are about what was typed, in four languages and with other words for the same."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.errors import BadInput
from openvalley.resolve.normalise import fold
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, terms

#: How alike a typed condition must be to one that trials have, to be named as meant, in percent; and how many
#: are named.
_ALIKE = 70
_SUGGESTED = 5
_BRACKETED = re.compile(r"\(.*?\)")


@dataclass(frozen=True)
class Condition:
    """A condition as it was understood: its code (None: as typed), and the folded phrases that mean it."""

    code: str | None
    phrases: Sequence[str]

    @property
    def pattern(self) -> str:
        """A regular expression (RE2) that finds one of its phrases as whole words in a folded text."""
        return "(^| )(" + "|".join(re.escape(phrase) for phrase in self.phrases) + ")( |$)"


def condition_meant(atlas: Atlas, text: str) -> Condition:
    """Return the condition that a text names.

    Raises:
        BadInput: no trial of this atlas is about anything like it; the nearest conditions are named.

    """
    typed = fold(_BRACKETED.sub(" ", text))
    for code, term in terms(Vocabulary.CONDITION).items():
        names = [fold(term.labels[language]) for language in LANGUAGES] + list(term.attributes["also"])
        if typed in names:
            return Condition(code, tuple(dict.fromkeys(names)))
    held = _held(atlas)
    if any(f" {typed} " in f" {phrase} " for phrase in held):
        return Condition(None, (typed,))
    near = process.extract(typed, [*_labels(), *held], scorer=fuzz.ratio, processor=fold, limit=_SUGGESTED,
                           score_cutoff=_ALIKE)
    named = "; ".join(dict.fromkeys(name for name, _, _ in near))
    raise BadInput(f"No trial of this atlas is about {text.strip()[:80]!r}.",
                   hint=f"Did you mean: {named}?" if named else "Try another word for it, or English.",
                   suggestions=[*dict.fromkeys(name for name, _, _ in near)],
                   field="condition", why="untried")


def _held(atlas: Atlas) -> Sequence[str]:
    """Return the conditions and keywords that trials of the atlas have, folded; read once."""
    return remembered(atlas, "trial conditions", lambda: tuple(sorted({
        fold(row["term"]) for row in atlas.rows(
            "SELECT DISTINCT term FROM trial_term WHERE kind IN ('condition', 'keyword')")} - {""})))


def _labels() -> list[str]:
    return [term.labels[language] for term in terms(Vocabulary.CONDITION).values() for language in LANGUAGES]
