"""What speaks for and against a pair, in English words that can be said in another language, too.

A `Worded` is its English text, with the code and the values of which it is made; where pages show it, the site has the
words of its languages (site/pages/doubt_words.py). Next: contradicted.py, sides.py and doubts.py, which make them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Self

from openvalley.resolve.linker.reasons import WORDS

#: What the codes of reasons for links begin with here.
LINKED = "linked:"
#: Every code with its English words; values stand in the order of the places, and some only for other languages.
ENGLISH: Mapping[str, str] = MappingProxyType({
    "same-number": "same {} {}",  # a scheme, a number
    "other-number": "another {}",  # a scheme
    "same-name": "same name: {}",
    "same-key": "same name ({})",  # as the linker compares names
    "same-acronym": "same acronym: {}",
    "no-name": "no name in common",
    "same-domain": "same web domain: {}",
    "other-domain": "another web domain",
    "domain-and-words": "same web domain ({}) and words in common",
    "same-town": "same town: {}",
    "other-town": "another town",
    "same-country": "same country: {}",  # a country's code
    "other-country": "another country",
    "same-kind": "same kind of organisation: {}",  # in English, then its code
    "other-kind": "another kind of organisation",
    "related": "a register lists one as the parent or the successor of the other",
    "took-place": "{} took the place of the other, which was withdrawn",
    "withdrawn": "{} was withdrawn, and no other one took its place",
    "evidence": "{} {}",  # a rule that has no words of its own, and its value
    "names-alike": "names alike ({})",  # as the linker compares names
    "kept-apart": "a register keeps them apart",
    "listed-twice": "one register lists both",
    "numbers-differ": "their numbers differ",
    "differ": "a person decided that they differ",
    "said-so": "{} said so on {}: {}",  # who, a day, why
    "others-differ": "by other judgements they differ",
    "nearly-as-near": "{} ({}) is nearly as near",  # a name, an id
    "of-two": "{} and {}: {}",  # two records, and what is said of them
    "contradicted": "registers now say: {}. The judgement of {} by {} stands: {}.",  # what, a day, who, what was judged
    "judged-same": "{} is {}",
    "judged-different": "{} is not {}",
    "judged-none": "nothing matches {}",
    "judged-undecided": "{} and {} are undecided",
    "judged-open": "{} is undecided",
    "become-one": "{} and {} become one",
    "stay-two": "{} and {} stay two",
    "stays-alone": "{} stays alone",
    "means": "{} means {}",
    "means-not": "{} does not mean {}",
    "means-nothing": "{} means no organisation",
    **{f"{LINKED}{code}": words for code, words in WORDS.items()},
})
#: Several things one after the other.
ALL = "all"
_BETWEEN = "; "


class Worded(str):
    """An English text with its code (of `ENGLISH`, or `ALL`) and its values, which may be such texts themselves."""

    __slots__ = ("code", "values")
    code: str
    values: tuple[str, ...]

    def __new__(cls, code: str, *values: str) -> Self:
        """Write the English text."""
        made = super().__new__(cls, _BETWEEN.join(values) if code == ALL else ENGLISH[code].format(*values))
        made.code, made.values = code, values
        return made
