"""What to do about an id that an atlas does not know: sync the register whose numbers look so, or search by name."""

import re
from collections.abc import Mapping

#: How ids of a register look, which count of an atlas says whether it was read, and what is missing without it.
_LOOKS = (
    (re.compile(r"(nuts:)?(?=.*\d)[A-Z]{2}[0-9A-Z]{1,3}"), "regions", "regions", "nuts"),
    (re.compile(r"(clinicaltrials:)?NCT\d{8}"), "trials", "trials", "clinicaltrials"),
    (re.compile(r"(ctis:)?20\d{2}-5\d{5}-\d{2}-\d{2}"), "trials", "trials", "ctis"),
    (re.compile(r"(euctr:)?20\d{2}-\d{6}-\d{2}"), "trials", "trials", "euctr"),
    (re.compile(r"(calls:)?HORIZON-\S+"), "calls", "calls", "calls"),
    (re.compile(r"cordis:\S+"), "projects", "projects", "cordis"),
)


#: Types of things that come from registers alone: which count says whether one was read, and which of them to sync.
_REGISTERS = {"project": ("projects", "cordis"), "trial": ("trials", "clinicaltrials"), "call": ("calls", "calls")}


def lacking(kind: str, counts: Mapping[str, int]) -> str:
    """Return what to do where an atlas holds nothing of a type at all; empty where it does, or no register has it.

    Args:
        kind: organisation, project, trial or call.
        counts: how many of each thing the atlas holds.

    """
    what, source = _REGISTERS.get(kind, ("", ""))
    return _unread(what, source) if what and not counts[what] else ""


def _unread(what: str, source: str) -> str:
    return f"This atlas holds no {what} yet: openvalley sync {source}, then openvalley build"


def mend(asked: str, counts: Mapping[str, int]) -> str:
    """Return what a person can do who asked for an id that is not known.

    Args:
        asked: the id as it was typed.
        counts: how many of each thing the atlas holds.

    """
    for looks, counted, what, source in _LOOKS:
        if looks.fullmatch(asked.strip()) and not counts[counted]:
            return _unread(what, source)
    return "Find the id with: openvalley search NAME"
