"""The linker: which organisation does each row of a list mean, with a calibrated score.

A row's name, and what it falls into at its separators, is compared with the nearest names of its country. A scorecard
turns what they have in common into points; a second one weighs the best organisation against the next and gives the
probability that it is the right one.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from openvalley.resolve.linker.features import FEATURES, SHORTEST_ACRONYM, Texts, features
from openvalley.resolve.linker.scorecard import Scorecard, logistic
from openvalley.resolve.linker.shelf import Floats, Ints, Organisation, Shelf
from openvalley.resolve.linker.wording import initials, parts, words
from openvalley.resolve.normalise import fold, legal_forms

#: Candidates by letters, and by words, of each text.
_CANDIDATES = 8
#: Names with one acronym, or one spelling, that are looked at.
_SAME_LETTERS = 30
#: A text of so many letters is looked up among acronyms.
_ACRONYM = range(2, 9)
#: Countries that registers count with another, by the other's code: overseas parts and special regions.
TERRITORIES = {
    "CN": ("HK", "MO"), "HK": ("CN",), "FR": ("GF", "RE", "GP", "MQ", "NC", "PF", "YT"), "GB": ("IM", "JE", "GG", "GI"),
    "US": ("PR", "VI", "GU"), "UM": ("US",), "DK": ("GL", "FO"), "NL": ("CW", "AW", "SX"), "RS": ("XK",),
}
#: What the second scorecard sees beside features of the best pair.
STANDING = ("points", "next_points", "lead", "rivals")
#: Features of the best pair that the second scorecard sees again.
_AGAIN = ("text_told", "name_told", "part_share", "abroad", "company", "town", "acronym", "same_words", "text_length",
          "text_alone", "name_alone", "shared", "spelt", "kinds_differ")
SECOND = (*STANDING, *_AGAIN)
#: Points within which another organisation rivals the best one.
_RIVAL = 2.0


@dataclass(frozen=True)
class Row:
    """What a list says of one organisation: all but the name may be empty; ``country`` is an ISO 3166-1 code."""

    name: str
    city: str = ""
    country: str = ""


@dataclass(frozen=True)
class Scored:
    """Pairs of rows and names of organisations with their features and points, one line a pair."""

    row: Ints
    organisation: Sequence[str]
    features: Floats
    points: Floats
    name: Sequence[str]
    text: Sequence[str]


@dataclass(frozen=True)
class Best:
    """The best organisation of a row, the next best, and the probability that the best is right."""

    id: str
    probability: float
    rival: str | None
    rival_probability: float
    name: str
    text: str
    said: Mapping[str, float]


class Kernel:
    """Compares rows with the organisations of their countries; what it learns of a country it keeps."""

    def __init__(self, organisations: Callable[[Sequence[str]], Sequence[Organisation]], first: Scorecard,
                 second: Scorecard) -> None:
        """Take what gives the organisations of some countries (of all, for none), and the two scorecards."""
        self._organisations = organisations
        self._first = first
        self._second = second
        self._shelves: dict[str, Shelf] = {}

    def best(self, rows: Sequence[Row], among: Callable[[str], bool] = bool) -> list[Best | None]:
        """Return the best organisation of each row; None where nothing comes near. ``among`` chooses by id."""
        answers: list[Best | None] = [None] * len(rows)
        for numbers in _by_country(rows).values():
            scored = best_names(self._scored(rows, numbers), among)
            lines, standing = self.standing(scored)
            probabilities = logistic(self._second.points(standing))
            for (line, rival), probability in zip(lines, probabilities.tolist(), strict=True):
                said = dict(zip(FEATURES, scored.features[line].tolist(), strict=True))
                answers[int(scored.row[line])] = Best(
                    scored.organisation[line], probability, scored.organisation[rival] if rival is not None else None,
                    float(logistic(scored.points[rival])) if rival is not None else 0.0,
                    scored.name[line], scored.text[line], said)
        return answers

    def pairs(self, rows: Sequence[Row]) -> list[Scored]:
        """Return all scored pairs, country by country: what the scorecards are trained on."""
        return [self._scored(rows, numbers) for numbers in _by_country(rows).values()]

    @staticmethod
    def standing(scored: Scored) -> tuple[list[tuple[int, int | None]], Floats]:
        """Return for each row with candidates its best line and the next, and what the second scorecard sees."""
        lines: list[tuple[int, int | None]] = []
        seen: list[list[float]] = []
        again = [list(FEATURES).index(name) for name in _AGAIN]
        order = np.lexsort((np.array(scored.organisation), -scored.points, scored.row))
        starts = np.flatnonzero(np.diff(scored.row[order], prepend=-1))
        for start, end in zip(starts, np.append(starts, len(order))[1:], strict=True):
            best = int(order[start])
            rival = int(order[start + 1]) if end - start > 1 else None
            points = scored.points[best]
            following = scored.points[rival] if rival is not None else -12.0
            rivals = int((scored.points[order[start + 1:end]] > points - _RIVAL).sum())
            lines.append((best, rival))
            seen.append([points, following, points - following, rivals, *scored.features[best, again]])
        return lines, np.array(seen).reshape(len(lines), len(SECOND))

    def _scored(self, rows: Sequence[Row], numbers: Sequence[int]) -> Scored:
        country = rows[numbers[0]].country
        if country not in self._shelves:
            wanted = (country, *TERRITORIES.get(country, ())) if country else ()
            self._shelves[country] = Shelf(self._organisations(wanted))
        shelf = self._shelves[country]
        texts, spelt = _texts(shelf, rows, numbers)
        text, name = _pairs(shelf, texts, spelt)
        seen = features(shelf, texts, (text, name))
        points = self._first.points(seen)
        return Scored(texts.row[text], [shelf.organisations[one].id for one in shelf.organisation[name].tolist()], seen,
                      points, [shelf.names.folded[one] for one in name.tolist()], [spelt[one] for one in text.tolist()])


def best_names(scored: Scored, among: Callable[[str], bool] = bool) -> Scored:
    """Keep of each row and organisation the line with the most points, of what ``among`` chooses by id."""
    organisation = np.array(scored.organisation, object)
    order = np.lexsort((np.array(scored.text), np.array(scored.name), -scored.points,
                        np.array(scored.organisation), scored.row))
    row = scored.row[order]
    first = (np.diff(row, prepend=-1) != 0) | (organisation[order] != np.roll(organisation[order], 1))
    kept = order[first]
    kept = kept[np.fromiter(map(among, organisation[kept]), bool, count=len(kept))]
    return Scored(scored.row[kept], organisation[kept].tolist(), scored.features[kept], scored.points[kept],
                  [scored.name[one] for one in kept.tolist()], [scored.text[one] for one in kept.tolist()])


def _by_country(rows: Sequence[Row]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        found[row.country].append(number)
    return found


def _texts(shelf: Shelf, rows: Sequence[Row], numbers: Sequence[int]) -> tuple[Texts, list[str]]:
    """Take rows apart; return their texts, and these texts as they came."""
    lines: list[tuple[int, int, str, tuple[str, ...]]] = []
    for number in numbers:
        for place, text in enumerate(parts(rows[number].name)):
            told = words(text, rows[number].country)
            if told:
                lines.append((number, place, text, told))
    worded = shelf.worded([line[3] for line in lines], [fold(line[2]) for line in lines])
    weight = worded.weights.sum(axis=1)
    row = np.array([line[0] for line in lines], np.int32)
    part = np.array([line[1] for line in lines], np.int32)
    whole = np.ones(len(rows))
    whole[row[part == 0]] = weight[part == 0]
    town, town_word = shelf.town_numbers([(rows[number].city, rows[number].country) for number in row.tolist()])
    ends = [text.rsplit(" ", 1)[-1] in legal_forms() for text in worded.folded]
    return Texts(row, worded, [initials(line[2]) for line in lines], part,
                 np.minimum(1.0, weight / np.maximum(whole[row], 1e-9)), np.array(ends, bool), town, town_word,
                 [rows[number].country for number in row.tolist()]), [line[2] for line in lines]


def _pairs(shelf: Shelf, texts: Texts, spelt: Sequence[str]) -> tuple[Ints, Ints]:
    """Return pairs (text, name) worth comparing: near by letters or words, the same words, the same acronym."""
    text, name = shelf.candidates(texts.worded, _CANDIDATES)
    more: set[tuple[int, int]] = set()
    for number, told in enumerate(texts.worded.texts):
        same = shelf.spelt.get(told, ()) if not texts.part[number] else ()
        letters = texts.worded.folded[number].replace(" ", "")
        shorts = {letters, texts.initials[number] if len(texts.initials[number]) >= SHORTEST_ACRONYM else ""}
        if not texts.part[number]:
            shorts.update(word for word in texts.worded.folded[number].split()
                          if len(word) >= SHORTEST_ACRONYM and word.upper() in spelt[number])
        named = [other for short in shorts if len(short) in _ACRONYM
                 for other in shelf.letters.get(short, ())[:_SAME_LETTERS]]
        more.update((number, other) for other in (*same[:_SAME_LETTERS], *named))
    extra = np.array(sorted(more), np.int32).reshape(-1, 2)
    pairs = np.unique(np.concatenate([np.stack([text, name], axis=1), extra]), axis=0)
    return pairs[:, 0], pairs[:, 1]
