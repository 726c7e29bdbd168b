"""Terms of the field in four languages: kinds, life states, stages, platforms, sectors, trial states and others."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from openvalley.vocabulary.typography import typeset_all

#: The platform's languages, in the order in which a label is looked for when one is missing.
LANGUAGES = ("en", "nl", "fr", "de")


class Vocabulary(StrEnum):
    """The term lists. The value is the name of the file that holds the list."""

    KIND = "kinds"
    STATE = "states"
    STAGE = "stages"
    PLATFORM = "platforms"
    SECTOR = "sectors"
    TRIAL_STATE = "trial_states"
    TRIAL_PHASE = "trial_phases"
    ACTIVITY = "activities"
    SITE_ROLE = "site_roles"
    AVAILABILITY = "availabilities"
    INVESTMENT_STAGE = "investment_stages"
    OWNERSHIP = "ownerships"
    INSTRUMENT_LEVEL = "instrument_levels"
    RHYTHM = "rhythms"
    COMPANY_SIZE = "company_sizes"
    PROGRAMME_KIND = "programme_kinds"
    EDUCATION_LEVEL = "education_levels"
    PARTNERSHIP_KIND = "partnership_kinds"
    UNIT = "units"
    BREAKDOWN = "breakdowns"
    RANKING_INDICATOR = "ranking_indicators"
    CONDITION = "conditions"
    PROGRAMME_PART = "programme_parts"


@dataclass(frozen=True)
class Term:
    """One term: its stable code, its labels by language, and what else its list says of it (group, spellings)."""

    code: str
    labels: Mapping[str, str]
    attributes: Mapping[str, Any]

    def label(self, language: str) -> str:
        """Return the label in this language, else in English."""
        return self.labels.get(language) or self.labels["en"]


@cache
def terms(vocabulary: Vocabulary) -> Mapping[str, Term]:
    """Return the terms of one list by code, in the order of the list (for stages: the order of the value chain)."""
    text = resources.files(__package__).joinpath(f"{vocabulary.value}.toml").read_text(encoding="utf-8")
    return {
        code: Term(
            code=code,
            labels=typeset_all(entry["labels"]),
            attributes={name: value for name, value in entry.items() if name != "labels"},
        )
        for code, entry in tomllib.loads(text).items()
    }


def label(vocabulary: Vocabulary, code: str, language: str) -> str:
    """Return what a code is called in a language; a code that its list does not have stands for itself."""
    known = terms(vocabulary).get(code)
    return known.label(language) if known else code
