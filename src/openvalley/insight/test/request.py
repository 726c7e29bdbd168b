"""What can be asked about sites."""

import re
from dataclasses import dataclass, field

from openvalley.errors import BadInput

#: Phases as people write them, and the phases of registers that count as each.
PHASES = {"1": ("EARLY_PHASE1", "PHASE1"), "2": ("PHASE2",), "3": ("PHASE3",), "4": ("PHASE4",)}
_PHASE = re.compile(r"(?:phase\s*)?([1-4]|i{1,3}|iv)\s*[ab]?", re.IGNORECASE)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


@dataclass(frozen=True)
class TestRequest:
    """A study: its condition, phase and intervention, and where it could run."""

    __test__ = False  # no test of pytest's, whatever its name says

    condition: str = field(metadata={"help": "The condition, in nl, fr, de or en: longkanker, multiple sclerosis."})
    phase: str = field(default="", metadata={"help": "The phase: 1, 2, 3 or 4."})
    intervention: str = field(default="", metadata={"help": "The intervention, in a few words: CAR-T, mobile app."})
    region: str = field(default="", metadata={"help": "A country (BE) or NUTS code (BE2); the atlas's own region."})
    limit: int = field(default=20, metadata={"help": "How many sites are listed."})

    def phases(self) -> tuple[str, ...]:
        """Return the register's phases that are asked for; none for all.

        Raises:
            BadInput: it is no phase, no condition was given, or nothing is to be listed.

        """
        if not self.condition.strip():
            raise BadInput("Which condition? Nothing was given.", hint='Say it: --condition "multiple sclerosis"',
                           field="condition", why="missing")
        if self.limit < 1:
            raise BadInput("At least one site must be listed.", hint="Give a limit of 1 or more.",
                           field="limit", why="too-low")
        if not self.phase.strip():
            return ()
        found = _PHASE.fullmatch(self.phase.strip())
        if found is None:
            raise BadInput(f"{self.phase[:20]!r} is no phase.", hint="Phases: 1, 2, 3 or 4.", field="phase",
                           why="unknown")
        return PHASES[_ROMAN.get(found[1].lower(), found[1])]
