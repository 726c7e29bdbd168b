"""The form of a question: one field for each thing that can be asked, with its choices where there are some."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args, get_type_hints

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from rapidfuzz import fuzz, process

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.errors import BadInput, UnknownIdentity
from openvalley.insight.rank.request import LEVELS
from openvalley.insight.subjects import id_meant
from openvalley.site.pages import wording
from openvalley.site.pages.questions import words
from openvalley.site.pages.questions.asked import Asking, Fault
from openvalley.vocabulary.terms import Vocabulary, label, terms

#: A choice: its value, and how it is shown.
Choice = tuple[str, str]
#: Likeness in percent from which a choice is named as meant, and how many are.
_ALIKE, _SUGGESTED = 60, 3
#: Levels of the regions that can be chosen (NUTS); smaller ones can be asked for in the address.
_LEVELS = (1, 2)
_SELECTED, _CHECKED = SafeString(" selected"), SafeString(" checked")


@dataclass(frozen=True)
class Field:
    """A field of a form.

    ``control`` says how it is filled in: text, number, date, tick, select, lines (several, one a line), boxes (several
    of the choices, and others line by line) or parts (numbers by choice). ``error`` and ``suggestions`` (value, text)
    say what is wrong and what may have been meant.
    """

    name: str
    label: str
    help: str
    control: str
    values: Sequence[str]
    choices: Sequence[Choice] = ()
    parts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    required: bool = False
    folded: bool = False
    default: str = ""
    error: str = ""
    detail: str = ""
    suggestions: Sequence[tuple[str, str]] = ()

    @property
    def value(self) -> str:
        """What was typed, one line each."""
        return "\n".join(self.values)

    @property
    def options(self) -> SafeString:
        """The choices of a list; made here, as a form may have hundreds of them."""
        chosen = self.values or (self.default,)
        return format_html_join("", '<option value="{}"{}>{}</option>', (
            (value, _SELECTED if value in chosen else "", text) for value, text in self.choices))

    @property
    def boxes(self) -> SafeString:
        """The choices as boxes to tick."""
        return format_html_join("", '<label><input type="checkbox" name="{}" value="{}"{}> {}</label>', (
            (self.name, value, _CHECKED if value in self.values else "", text) for value, text in self.choices))

    @property
    def others(self) -> str:
        """What was typed beside the choices, one line each."""
        known = dict(self.choices)
        return "\n".join(value for value in self.values if value not in known)


def fields(atlas: Atlas, asking: Asking) -> list[Field]:
    """Return the form of a question, filled with what was typed."""
    hints = get_type_hints(asking.question.request)
    return [_field(atlas, asking, entry, hints[entry.name]) for entry in dataclasses.fields(asking.question.request)]


def stray(atlas: Atlas, asking: Asking) -> tuple[str, str]:
    """Return the field that an error is likely about, and why: what is needed and lacks, or what is no choice of it."""
    needed = words.QUESTIONS[asking.question.name].needs
    if needed and not set(needed) & set(asking.values):
        return needed[0], "missing"
    found = next((name for name, values in asking.values.items()
                 if (choices := _choices(atlas, asking.question.name, name)) and not set(values) <= set(dict(choices))),
                 "")
    return found, "unknown"


def _field(atlas: Atlas, asking: Asking, entry: dataclasses.Field[Any], hint: Any) -> Field:  # noqa: ANN401 - a type, as annotations give it
    question, name = asking.question.name, entry.name
    values = asking.values.get(name, ())
    if name == "organisation":
        values = [_as_called(atlas, value) for value in values]
    choices = _choices(atlas, question, name)
    control = _control(name, hint, choices)
    offered = choices
    if control == "select":
        choices = [*choices, *((value, value) for value in values if value not in dict(choices))]
    fault = asking.faults.get(name)
    default = str(entry.default) if isinstance(entry.default, (str, int)) and entry.default is not False else ""
    return Field(
        name, words.label(question, name), words.explanation(question, name), control, values, choices,
        parts=_parts(values) if control == "parts" else {}, required=entry.default is dataclasses.MISSING,
        folded=bool({name, f"{question}.{name}"} & set(words.FOLDED)), default=default,
        error=words.fault(question, name, fault.why, fault.given) if fault else "",
        detail=fault.detail if fault and fault.why == "other" else "",
        suggestions=_meant(fault, offered) if fault else ())


def _as_called(atlas: Atlas, typed: str) -> str:
    """Return the name of the organisation whose id or number was typed, if the name leads to it as well."""
    try:
        known = atlas.resolve_id(typed)
        rows = atlas.rows("SELECT name FROM organisation WHERE id = ? AND name IS NOT NULL", [known])
        return str(rows[0]["name"]) if rows and id_meant(atlas, rows[0]["name"]) == known else typed
    except (UnknownIdentity, BadInput):  # a name was typed, or one that others bear, too
        return typed


def _control(name: str, hint: Any, choices: Sequence[Choice]) -> str:  # noqa: ANN401 - a type, as annotations give it
    """Return how a field is filled in, by its type and whether there are choices."""
    options = get_args(hint) or (hint,)
    if str in options and hint is not str and type(None) not in options:  # a tuple of texts
        return "parts" if name == "weights" else "boxes" if choices else "lines"
    if date in options:
        return "date"
    if bool in options:
        return "tick"
    if int in options:
        return "number"
    return "select" if choices else "text"


def _parts(values: Sequence[str]) -> dict[str, str]:
    return {key.strip(): share.strip() for key, _, share in (value.partition("=") for value in values)}


def _meant(fault: Fault, choices: Sequence[Choice]) -> Sequence[Choice]:
    """Return what may have been meant: what the error names, else the choices that look like it."""
    if fault.suggestions or fault.why != "unknown":
        return fault.suggestions
    near = process.extract(fault.given.lower(), {value: f"{value} {text}".lower() for value, text in choices},
                           scorer=fuzz.partial_ratio, limit=_SUGGESTED, score_cutoff=_ALIKE)
    shown = dict(choices)
    return [(value, shown[value]) for _, _, value in near]


def _choices(atlas: Atlas, question: str, name: str) -> Sequence[Choice]:
    made = _CHOICES.get(f"{question}.{name}") or _CHOICES.get(name)
    return made(atlas) if made else ()


def _of_vocabulary(vocabulary: Vocabulary) -> Callable[[Atlas], Sequence[Choice]]:
    return lambda _atlas: [(code, label(vocabulary, code, wording.language())) for code in terms(vocabulary)]


def _regions(atlas: Atlas) -> list[Choice]:
    """Return the regions of the atlas's own countries by name."""
    home = list(atlas.manifest["region"]["countries"])
    found = remembered(atlas, "choices of regions", lambda: atlas.rows(
        "SELECT id, name FROM region WHERE list_contains(?, country) AND level IN (SELECT unnest(?)) ORDER BY id",
        [home, list(_LEVELS)]))
    return [(row["id"], f"{row['name']} ({row['id']})") for row in found]


def _countries(atlas: Atlas) -> list[Choice]:
    """Return the countries that have organisations in projects, by name."""
    found = remembered(atlas, "choices of countries", lambda: atlas.rows(
        "SELECT DISTINCT country FROM organisation WHERE country IS NOT NULL AND projects > 0"))
    return sorted(((row["country"], wording.country(row["country"])) for row in found), key=lambda pair: pair[1])


def _compared(atlas: Atlas) -> list[Choice]:
    """Return the countries of Europe that can be compared with: those of the register of regions, else of projects."""
    home = set(atlas.manifest["region"]["countries"])
    found = remembered(atlas, "choices of comparison", lambda: atlas.rows(
        "SELECT DISTINCT country FROM region WHERE level = 0"))
    named = sorted(((row["country"], wording.country(row["country"])) for row in found), key=lambda pair: pair[1])
    return [pair for pair in named or _countries(atlas) if pair[0] not in home]


def _tested(atlas: Atlas) -> list[Choice]:
    """Return where trials have sites: the region's parts, and countries."""
    found = remembered(atlas, "choices of trial countries", lambda: atlas.rows(
        "SELECT DISTINCT country FROM trial_site WHERE organisation_id IS NOT NULL AND country IS NOT NULL"))
    countries = sorted(((row["country"], wording.country(row["country"])) for row in found), key=lambda pair: pair[1])
    return [*_regions(atlas), *countries]


def _listed(atlas: Atlas) -> list[Choice]:
    """Return the regions that have a shortage list, and those inside them."""
    found = remembered(atlas, "choices of lists", lambda: atlas.rows(
        "SELECT DISTINCT region FROM shortage ORDER BY region"))
    codes = [row["region"] for row in found]
    named = [pair for pair in _regions(atlas) if any(pair[0].startswith(code) for code in codes)]
    return named or [(code, code) for code in codes]


_CHOICES: Mapping[str, Callable[[Atlas], Sequence[Choice]]] = {
    "stage": _of_vocabulary(Vocabulary.STAGE), "platform": _of_vocabulary(Vocabulary.PLATFORM),
    "kind": _of_vocabulary(Vocabulary.KIND), "kinds": _of_vocabulary(Vocabulary.KIND),
    "sector": _of_vocabulary(Vocabulary.SECTOR), "sectors": _of_vocabulary(Vocabulary.SECTOR),
    "region": _regions, "regions": _regions, "country": _countries, "countries": _countries, "compare": _compared,
    "test.region": _tested, "educate.region": _listed,
    "phase": lambda _atlas: [(phase, phase) for phase in ("1", "2", "3", "4")],
    "level": lambda _atlas: [(level, str(words.LEVELS[level])) for level in LEVELS],
    "weights": _of_vocabulary(Vocabulary.RANKING_INDICATOR),
}
