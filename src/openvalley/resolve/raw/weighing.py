"""Weighing: what speaks for and against a string naming an organisation. Each feature has its own line."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from openvalley.resolve.linker.spaces import Floats
from openvalley.resolve.linker.wording import town
from openvalley.resolve.raw.candidates import Alike, Asked, Candidate, Known, countries_of
from openvalley.resolve.raw.geography import towns_countries
from openvalley.resolve.raw.lexicon import Found
from openvalley.resolve.raw.splitting import Split
from openvalley.resolve.raw.translating import unspaced

#: Feature by name, with what it says; the documentation prints this.
FEATURES = {
    "exact": "2 a name in its own order, 1 in another order, 0 only by likeness",
    "words": "number of the name's words",
    "weight": "how telling the name's words are, summed, 0 to 10",
    "turned": "1 when a name has just these words, as written, in another order",
    "hospital_beside": "1 when its segment speaks of a hospital and its name does not",
    "acronym": "1 when what stands there is only an acronym of it",
    "capitals": "1 when the name stands in capitals",
    "points": "points of the linker for the segment that it is most like (log-odds), -12 where not compared",
    "text_told": "share of the segment's words, by weight, that the name has, 0 to 1",
    "name_told": "share of the name's words, by weight, that the segment has, 0 to 1",
    "country": "1 of a country that the string names, -1 of another, 0 the string names none",
    "towns_country": "1 of the country of the string's town, -1 of another, 0 not known",
    "town": "2 its town stands beside the name, 1 in the name, 0 not known, -1 does not stand there",
    "bearers": "organisations with the name, its logarithm",
    "bearers_here": "those of them in the string's countries, its logarithm",
    "children": "organisations that have it as their parent, logarithm of one more",
    "names": "number of its names, 1 to 20",
    "projects": "its EU projects, logarithm of one more",
    "order": "its place among the bearers of the name, by country, town and projects",
    "inside": "1 when the name is part of a longer one that stands there",
    "inside_here": "1 when that longer one is of an organisation in the string's countries",
    "holds": "1 when a shorter name stands within it",
    "overlaps": "1 when another name shares words with it, and neither holds the other",
    "begins": "1 when the name begins its segment",
    "ends": "1 when the name ends its segment",
    "department": "1 when the segment begins as departments do and the name does not",
    "is_department": "1 when the name begins as departments do",
    "after_of": "1 when a small word (of, de) stands right before the name",
    "place": "1 when the name is a town",
    "segment": "number of its segment, 0 to 9",
    "segments_after": "number of segments behind it, 0 to 9",
    "segments": "number of segments of the string, 1 to 15",
    "twice": "how many names of it stand there, 0 to 4",
    "university": "1 when it is an educational organisation",
    "care": "1 when it is a hospital or the like",
    "company": "1 when it is a company",
    "government": "1 when it is a government's",
    "institute": "1 when it is a research institute",
    "parent_there": "1 when the string names a parent of it",
    "child_there": "1 when the string names a child of it",
    "university_there": "1 when the string names another organisation, an educational one",
    "others": "other names of two words or more that stand there by themselves, 0 to 6",
    "unit": "1 when the string has a number of a French research unit (UMR 8191)",
    "france": "1 when it is in France",
    "unspaced": "1 when the name stands in writing without blanks",
}
#: How departments begin to be called, and those of these words with which whole organisations are called, too.
_DEPARTMENTS = frozenset({
    "department", "dept", "departamento", "departement", "dipartimento", "departament", "division", "faculty",
    "faculte", "facultad", "faculdade", "fakultat", "facolta", "school", "section", "service", "servicio", "servico",
    "unit", "unite", "unidad", "laboratory", "laboratoire", "lab", "laboratorio", "group", "program", "programme",
    "graduate", "college", "chair", "lehrstuhl", "klinik", "clinic", "clinica", "abteilung", "institut", "institute",
    "center", "centre", "team", "equipe", "office", "escuela", "escola", "katedra", "wydzial", "zaklad", "state",
    "key", "national",
})
_PROPER = frozenset({"institut", "institute", "center", "centre", "college", "school", "state", "national", "clinic",
                     "klinik", "clinica", "laboratory", "laboratoire", "service", "program", "programme", "key"})
#: What stands before the number of a French research unit.
_UNITS = frozenset({"umr", "umrs", "ums", "upr", "usr", "ea", "uar", "fre", "umrcnrs", "cnrsumr"})
#: Names of an organisation are counted up to here.
_MOST_NAMES = 20
#: What a hospital is called in the forms for all languages, and in writing without blanks.
_HOSPITALS, _UNSPACED_HOSPITALS = frozenset({"hospital", "universityhospital", "clinic"}), ("医院", "病院")
#: An organisation's place among the bearers of its name is told up to here; of more bearers than that, none is.
_LAST, _CROWD = 5, 40
#: Letters of the shortest word that may be a town.
_TOWN = 4


class Weigher:
    """Computes the features of candidates."""

    def __init__(self, known: Sequence[Known]) -> None:
        """Take the organisations, in the order of their numbers."""
        self._known = known
        self._children: dict[int, set[int]] = {}
        for number, one in enumerate(known):
            for parent in one.parents:
                self._children.setdefault(parent, set()).add(number)

    def features(self, asked: Asked) -> Floats:
        """Return the features of each candidate of a string, one line a candidate."""
        told = _Told(asked, self._known)
        rows = [self._of(told, candidate) for candidate in asked.candidates]
        return np.array(rows, np.float64).reshape(len(rows), len(FEATURES))

    def _of(self, told: "_Told", candidate: Candidate) -> list[float]:
        one = self._known[candidate.organisation]
        best, like = best_found(candidate), best_alike(candidate)
        kind = one.kind
        values: dict[str, float] = {
            **_name(told, best, like), **told.place(candidate.organisation, best),
            "children": float(np.log1p(len(self._children.get(candidate.organisation, ())))),
            "names": min(_MOST_NAMES, len(one.organisation.names)),
            "projects": float(np.log1p(one.projects)), "twice": min(4, len(candidate.found)),
            "university": kind in ("education", "university", "university-college"),
            "care": kind in ("care-provider", "university-hospital", "general-hospital"),
            "company": kind in ("company", "spin-off", "cro", "cdmo"),
            "government": kind in ("government", "agency"), "institute": kind == "research-institute",
            "parent_there": bool(one.parents & told.firm),
            "child_there": bool(self._children.get(candidate.organisation, set()) & told.firm),
            "university_there": bool(told.universities - {candidate.organisation}),
            "segments": min(15, len(told.text.segments)), "unit": told.unit,
            "france": one.organisation.country == "FR",
        }
        return [float(values[name]) for name in FEATURES]


class _Told:
    """What a whole string says, looked up once for all of its candidates."""

    def __init__(self, asked: Asked, known: Sequence[Known]) -> None:
        self.text: Split = asked.text
        self.found = asked.found
        self.known = known
        self.here = countries_of(asked.text)
        self.firm = {candidate.organisation for candidate in asked.candidates if any(
            found.words > 1 or found.acronym for found in candidate.found) and (
            not self.here or known[candidate.organisation].organisation.country in self.here)}
        self.universities = {number for number in self.firm if known[number].kind == "education"}
        self.long = [one for one in asked.found if one.words > 1]
        self.maximal = [one for one in self.long if not any(_within(one, other) for other in self.long)]
        self.unit = any(word.folded in _UNITS for word in asked.text.words)
        self._towns: dict[str, set[str]] = {}

    def place(self, number: int, best: Found | None) -> dict[str, float]:
        one = self.known[number].organisation
        agrees = (1 if one.country in self.here else -1) if self.here else 0
        named = self.text.named
        bearers = best.organisations if best else (number,)
        here = [other for other in bearers if not self.here or self.known[other].organisation.country in self.here]
        town_ = self._town(one.towns, one.country, best)
        rank = sorted(bearers, key=lambda other: (
            bool(self.here) and self.known[other].organisation.country not in self.here,
            -self._town(self.known[other].organisation.towns, self.known[other].organisation.country, best),
            -self.known[other].projects, other)).index(number) if 1 < len(bearers) <= _CROWD else 0
        return {"country": agrees if named else 0, "towns_country": 0 if named else agrees, "town": town_,
                "bearers": float(np.log(len(bearers))), "bearers_here": float(np.log1p(len(here))),
                "order": min(rank, _LAST)}

    def _town(self, towns: Sequence[str], country: str, best: Found | None) -> float:
        if not towns:
            return 0
        if country not in self._towns:
            folded = [word.folded for word in self.text.words]
            pairs = [f"{one} {other}" for one, other in pairwise(folded)]
            self._towns[country] = {town(name, country) for name in (*folded, *pairs) if len(name) >= _TOWN}
        spoken = {town(name, country) for name in towns}
        if not spoken & self._towns[country]:
            return -1
        inside = {town(word.folded, country) for word in self.text.words[best.start:best.end]} if best else set()
        return 1 if spoken <= inside and not self._again(spoken, country, best) else 2

    def _again(self, spoken: set[str], country: str, best: Found | None) -> bool:
        if best is None:
            return False
        outside = [word.folded for at, word in enumerate(self.text.words) if not best.start <= at < best.end]
        return any(town(word, country) in spoken for word in outside)


def _name(told: _Told, best: Found | None, like: Alike | None) -> dict[str, float]:
    """Return what the name itself and where it stands say."""
    text = told.text
    start, end = span_of(text, best, like)
    span = text.words[start:end]
    first = text.words[start]
    opening = next(word for word in text.words if word.segment == first.segment)
    before = text.words[start - 1] if start else None
    longer = [other for other in told.long if best is not None and _within(best, other)]
    others = [other for other in told.maximal if other.end <= start or other.start >= end]
    written = [word.written for word in span]
    name = best.name if best else like.name if like else ""
    return {
        "exact": 0 if best is None else 1 + best.ordered, "words": best.words if best else 0,
        "weight": best.weight if best else 0.0, "acronym": best is not None and best.acronym,
        "turned": best is not None and best.turned,
        "hospital_beside": _speaks_of_hospital(text, first.segment) and not any(
            word in _HOSPITALS or word.endswith(_UNSPACED_HOSPITALS) for word in name.split()),
        "capitals": all(map(str.isupper, written)), "points": like.points if like else -12.0,
        "text_told": like.text_told if like else 0.0, "name_told": like.name_told if like else 0.0,
        "inside": bool(longer),
        "inside_here": any(told.known[number].organisation.country in told.here
                           for other in longer for number in other.organisations),
        "holds": best is not None and any(_within(other, best) for other in told.long),
        "overlaps": best is not None and any(_crosses(best, other) for other in told.long),
        "begins": opening is first or before is None or before.segment != first.segment,
        "ends": end == len(text.words) or text.words[end].segment != text.words[end - 1].segment,
        "department": opening.folded in _DEPARTMENTS and opening is not first,
        "is_department": first.folded in _DEPARTMENTS and first.folded not in _PROPER,
        "after_of": before is not None and before.small and before.segment == first.segment,
        "place": len(span) == 1 and _is_town(first.folded), "segment": min(9, first.segment),
        "segments_after": min(9, len(text.segments) - 1 - first.segment), "others": min(6, len(others)),
        "unspaced": bool(unspaced(first.written)),
    }


def _speaks_of_hospital(text: Split, segment: int) -> bool:
    return any(word in text.segments[segment] for word in _UNSPACED_HOSPITALS) or any(
        word.form in _HOSPITALS for word in text.words if word.segment == segment)


def span_of(text: Split, best: Found | None, like: Alike | None) -> tuple[int, int]:
    """Return where in a string a candidate stands: its first word, and the word after its last.

    What is only like a segment stands in all of it.
    """
    if best is not None:
        return best.start, best.end
    segment = like.segment if like else 0
    inside = [at for at, word in enumerate(text.words) if word.segment == segment]
    return inside[0], inside[-1] + 1


def best_found(candidate: Candidate) -> Found | None:
    """Return the longest of a candidate's names, one in its own order first."""
    return max(candidate.found, key=lambda one: (not one.acronym, one.weight, one.ordered, -one.start), default=None)


def best_alike(candidate: Candidate) -> Alike | None:
    """Return the segment that a candidate is most like."""
    return max(candidate.alike, key=lambda one: (one.points, -one.segment), default=None)


def _within(one: Found, other: Found) -> bool:
    return other.start <= one.start and one.end <= other.end and (other.end - other.start) > (one.end - one.start)


def _crosses(one: Found, other: Found) -> bool:
    return max(one.start, other.start) < min(one.end, other.end) and not _within(one, other) and not _within(
        other, one) and (one.start, one.end) != (other.start, other.end)


@lru_cache(maxsize=1 << 12)
def _is_town(folded: str) -> bool:
    return folded in towns_countries()
