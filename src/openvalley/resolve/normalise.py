"""Normal forms of organisation names: what two spellings of one name have in common.

`name_key` is for equality: two names with one key are the same name, whatever their case, accents, punctuation,
word for "and", or legal form. It is idempotent.
"""

import re
import tomllib
from functools import cache
from importlib import resources

import pyarrow as pa
from anyascii import anyascii

#: Articles, prepositions and conjunctions that spellings of one name add and drop, by language.
_FILLERS = frozenset((  # noqa: SIM905 - a list of single words in quotes is harder to read
    "the of for and at in on "  # en
    "de du des la le les l d et en "  # fr
    "van der den het een voor aan op te ter ten "  # nl
    "und fur die das von zu zur zum im am "  # de
    "y e i el los las del para do da dos das di della delle dei degli per a o os as "  # es, pt, it
    "og och"  # Nordic
).split())
#: All that a folded text is made of, but for blanks.
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
#: Letters joined by dots or blanks are one abbreviation: K.U. Leuven, U.Z. Brussel, S. A.
_SINGLE_LETTERS = re.compile(r"\b([a-z0-9]) (?=[a-z0-9]\b)")
_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")
#: The two signs of Cyrillic that anyascii writes as punctuation, which would cut words in two. The hard sign is a
#: vowel in Bulgarian, the language of the Union that has it, and written so by its Transliteration Act of 2009.
_SIGNS = str.maketrans({"\u044c": "", "\u042c": "", "\u044a": "a", "\u042a": "A"})
#: Names longer than this are sentences; their key is that of their beginning.
_LONGEST = 1_000


class _Folded(dict[int, str]):
    """What stands for each character in a folded text; learnt as characters come, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        written = anyascii(chr(code).translate(_SIGNS)).lower().replace("&", " and ")
        self[code] = folded = "".join(letter if letter in _PLAIN else " " for letter in written)
        return folded


_FOLDED = _Folded()


def fold(text: str) -> str:
    """Return the text in lower-case ASCII with single blanks: letters transliterated, punctuation as blanks."""
    return _joined(text[:_LONGEST].translate(_FOLDED).split())


def _joined(words: list[str]) -> str:
    """Join words by blanks, and single letters that follow each other to one word."""
    text = " ".join(words)
    return _SINGLE_LETTERS.sub(r"\1", text) if 1 in map(len, words) else text


def _spoken(name: str) -> list[str]:
    """Return the folded words of a name without brackets and what they hold, unless it holds nothing else."""
    if "(" not in name and "[" not in name and "{" not in name:
        return fold(name).split()
    return (fold(_BRACKETS.sub(" ", name)) or fold(name)).split()


def name_key(name: str) -> str:
    """Return the name's key: folded, without fillers, without brackets' content, without legal forms at its ends.

    A name made of nothing else keeps what it has: ``"The"`` and ``"NV"`` have keys, only text without any letter or
    digit has the empty one.
    """
    return _key(_spoken(name))


def _key(words: list[str]) -> str:
    # What is taken away may bring two letters together, which are one abbreviation then, or another form to an end.
    while (bare := without_legal_form(without_fillers(words))) != words:
        words = _joined(bare).split()
    return " ".join(words)


def without_fillers(words: list[str]) -> list[str]:
    """Drop articles, prepositions and conjunctions, never all words."""
    return [word for word in words if word not in _FILLERS] or words


def without_legal_form(words: list[str]) -> list[str]:
    """Drop legal forms from the end of a name, and one from its beginning, never the whole name."""
    forms, ends = legal_forms(), _ends_of_forms()
    changed = True
    while changed and words and words[-1] in ends:
        changed = False
        for length in (4, 3, 2, 1):
            if len(words) > length and " ".join(words[-length:]) in forms:
                words = words[:-length]
                changed = True
    if len(words) > 1 and words[0] in _LEADING_FORMS:
        words = words[1:]
    return words


#: Legal forms that stand before the name in their countries.
_LEADING_FORMS = frozenset({"stichting", "asbl", "vzw", "sarl", "uab", "sia", "nv", "sa", "sprl", "bvba", "srl"})


@cache
def legal_forms() -> frozenset[str]:
    """Return all legal forms as they stand at the end of a folded name (source: legal_forms.toml beside this module).

    There ``sp z o o`` has become ``sp zoo``, and the small words of ``gmbh and co kg`` have been dropped.
    """
    text = resources.files(__package__).joinpath("legal_forms.toml").read_text(encoding="utf-8")
    return frozenset(" ".join(without_fillers(fold(form).split()))
                     for forms in tomllib.loads(text).values() for form in forms)


@cache
def _ends_of_forms() -> frozenset[str]:
    return frozenset(form.rpartition(" ")[2] for form in legal_forms())


def likeness_words(text: str) -> list[str]:
    """Return a name's words for comparison by likeness: as in its key, with generic words in one language.

    ``Université de Liège`` and ``University of Liege`` give the same words, ``Nvidia (United States)`` and ``NVIDIA
    GmbH`` too. A text of nothing else keeps its words.
    """
    return _likened(_spoken(text))


def _likened(words: list[str]) -> list[str]:
    generic = generic_words()
    return [generic.get(word, word) for word in without_legal_form(without_fillers(words))]


@cache
def generic_words() -> dict[str, str]:
    """Return the word that stands for each generic word (source: generic_words.toml beside this module)."""
    text = resources.files(__package__).joinpath("generic_words.toml").read_text(encoding="utf-8")
    return {form: group[0] for group in tomllib.loads(text)["words"] for form in group}


#: What the kernel below returns: the name as it came, its key, and its words for comparison by likeness.
KEYED = pa.schema([pa.field("name", pa.string()), pa.field("key", pa.string()), pa.field("words", pa.string())])


def key_names(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Add key and words to a batch of names (column ``name``); the kernel that every engine runs."""
    column = batch.column("name").cast(pa.string())
    spoken = [_spoken(name or "") for name in column.to_pylist()]
    keys = pa.array(map(_key, spoken), pa.string())
    words = pa.array([" ".join(_likened(words)) for words in spoken], pa.string())
    return pa.RecordBatch.from_arrays([column, keys, words], schema=KEYED)
