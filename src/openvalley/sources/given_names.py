"""Given names: what people of many countries are called, from the lists that the package Faker ships."""

import re
from collections.abc import Collection
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

from anyascii import anyascii

_LISTS = "faker"
#: Files that decide which names are known: this one, and the package's first, which names its version.
FILES = (Path(__file__), *(Path(spec.origin) for spec in [find_spec(_LISTS)] if spec and spec.origin))


def given_names() -> frozenset[str]:
    """Return the given names that people of some country bear, folded.

    Faker lists them by locale; those of no country ("en") hold many that are words. Names of other scripts than Latin
    are there in the spelling that folding gives them, which is how registers spell them often enough.
    """
    people = import_module(f"{_LISTS}.providers.person")
    names: set[str] = set()
    for entry in iter_modules(people.__path__):
        if "_" not in entry.name:
            continue
        provider = vars(import_module(f"{people.__name__}.{entry.name}").Provider)
        for attribute, values in provider.items():
            if attribute.startswith("first_name") and isinstance(values, Collection):
                names.update(fold_word(name) for name in values if isinstance(name, str))
    return frozenset(name for name in names if len(name) > 1 and name.isalpha())


@lru_cache(maxsize=50_000)
def fold_word(word: str) -> str:
    """Return a word in ASCII and small letters, without points and apostrophes."""
    return re.sub(r"[^a-z0-9&]", "", anyascii(word).lower())
