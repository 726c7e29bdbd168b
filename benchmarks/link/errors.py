"""What goes wrong, by class: each row that is missed or linked wrongly falls into the first class whose rule holds.

Rules see the row, what was said, and the names and countries of ROR's organisations; none of them knows a single row.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contestants.competing import Name, Said, read_said

from openvalley.atlas.link_scoring import Question
from openvalley.resolve.normalise import fold, name_key
from openvalley.vocabulary.identifiers import ROR_PREFIX

#: A shared word of fewer letters tells nothing.
_TELLING = 4
#: Acronyms have at most this many letters.
_ACRONYM = 8
#: Letters of examples that are shown.
_SHOWN = 70


@dataclass(frozen=True)
class Error:
    """A row that went wrong: its name and country, the names of who is right, and those of who was named, if any."""

    name: str
    country: str
    labelled: bool
    right: Sequence[Name]
    said: Sequence[Name]


def by_id(names: Sequence[Name]) -> Mapping[str, Sequence[Name]]:
    """Return the names of each organisation."""
    found: dict[str, list[Name]] = defaultdict(list)
    for one in names:
        found[one.id].append(one)
    return found


def classes(lists: Mapping[str, Sequence[Question]], folder: Path,
            names: Mapping[str, Sequence[Name]]) -> list[dict[str, Any]]:
    """Return for each class its name, how many rows were missed and how many linked wrongly, and an example."""
    found: dict[str, dict[str, Any]] = {}
    for name, questions in lists.items():
        for question, said in zip(questions, read_said(folder / f"{name}.csv"), strict=True):
            if (error := _error(question, said, names)) is not None:
                line = found.setdefault(class_of(error), {"missed": 0, "wrong": 0, "example": error.name[:_SHOWN]})
                line["wrong" if error.said else "missed"] += 1
    return sorted(({"class": name, **line} for name, line in found.items()),
                  key=lambda one: (-one["missed"] - one["wrong"], one["class"]))


def undisputed(lists: Mapping[str, Sequence[Question]], names: Mapping[str, Sequence[Name]]) -> dict[str, list[int]]:
    """Return the numbers of the rows of each list that ROR's own names do not contradict.

    Left out are rows that a list calls unknown although an organisation of their country bears their very name: the
    lists were made years before this ROR, which has taken many organisations up since.
    """
    borne = {(one.country, name_key(one.name)) for known in names.values() for one in known}
    return {name: [number for number, one in enumerate(questions)
                   if one.given or (one.country, name_key(one.cells["name"])) not in borne]
            for name, questions in lists.items()}


def _error(question: Question, said: Said, by_id: Mapping[str, Sequence[Name]]) -> Error | None:
    claim = said.id if said.decision == "match" and said.id.startswith(ROR_PREFIX) else ""
    if claim in question.right or not (claim or question.given):
        return None
    return Error(question.cells["name"], question.country, bool(question.given),
                 [one for id_ in sorted(question.right) for one in by_id.get(id_, ())], by_id.get(claim, ()))


def class_of(error: Error) -> str:
    """Return the class of an error."""
    key = name_key(error.name)
    bears = any(name_key(one.name) == key for one in error.said)
    if not error.labelled:
        return f"the list says unknown, {'ROR has the very name' if bears else 'somebody near is linked'}"
    if not error.right:
        return "the right record is not in this ROR"
    if bears:
        return "another organisation bears the very name"
    if error.country and all(one.country != error.country for one in error.right):
        return "the right organisation is in another country"
    return _by_words(set(fold(error.name).split()), error.right)


def _by_words(words: set[str], right: Sequence[Name]) -> str:
    """Return the class of a name by the words that it shares with the names of who is right."""
    known = [(set(one.folded_name.split()), one) for one in right]
    if any(one.acronym or (len(told) == 1 and len(one.folded_name) < _ACRONYM) for told, one in known if told <= words):
        return "only the acronym is the same"
    if any(told <= words for told, _ in known):
        return "the row says more: a department, a subsidiary, a place"
    if any(words <= told for told, _ in known):
        return "the row says less than the name"
    if not any(len(word) >= _TELLING for told, _ in known for word in told & words):
        return "no word in common: another language, a former name"
    return "some words in common"
