"""Labels: how a term of the vocabulary is written in the middle of a sentence.

Labels begin with a capital, since they stand alone in lists and tables. Within a sentence English, Dutch and French
write them with a small letter; German does so where the label begins with an adjective and not with its noun. Acronyms
and what is named after somebody or something keep their capital in all languages.
"""

import re

#: Labels that begin with a name, whatever follows: Alzheimer's disease, European association, Europese vereniging.
_NAMED = {"en": re.compile(r"\w+'s |Europe"), "nl": re.compile("Europe")}
#: German labels that begin with an adjective before its noun, or with a word of comparison.
_GERMAN_ADJECTIVE = re.compile(r"(?:\w+(?:e|er|es) (?=[A-ZÄÖÜ])|\w+e (?=\w+e [A-ZÄÖÜ])|Weniger )")


def within(label: str, language: str) -> str:
    """Return a label as it is written in the middle of a sentence of a language (one of `LANGUAGES`)."""
    if not _is_capitalised(label):
        return label
    if language == "de" and not _GERMAN_ADJECTIVE.match(label):
        return label
    if language in _NAMED and _NAMED[language].match(label):
        return label
    return label[0].lower() + label[1:]


def _is_capitalised(label: str) -> bool:
    """Say whether only the first letter of the first word is a capital: of an acronym or a formula more are."""
    first = re.findall(r"^\w+", label)
    return bool(first) and len(first[0]) > 1 and first[0][0].isupper() and first[0][1:].islower()
