"""What can be asked of the ranking."""

from dataclasses import dataclass, field
from datetime import date

from openvalley.errors import BadInput
from openvalley.vocabulary.terms import Vocabulary, terms

#: Levels at which regions are ranked, and the NUTS level of each.
LEVELS = {"country": 0, "nuts2": 2}
#: How far weights may be from summing to 1.
_ROUNDING = 0.001


@dataclass(frozen=True)
class RankRequest:
    """One ranking: of which regions, with which weights, as of which day (None: today)."""

    level: str = field(default="country", metadata={"help": "Which regions are ranked: country or nuts2."})
    weights: tuple[str, ...] = field(default=(), metadata={
        "help": "Weights as indicator=share, all together 1; without any, all indicators weigh the same."})
    limit: int = field(default=20, metadata={
        "help": "How many regions are listed, the best first; those of the atlas's own region always are."})
    as_of: date | None = field(default=None, metadata={"help": "The day on which figures are new or old; today."})

    def weighing(self) -> dict[str, float]:
        """Return the weight of each indicator, together 1.

        Raises:
            BadInput: a weight is no number from 0 to 1, of an unknown indicator, or they do not sum to 1.

        """
        known = terms(Vocabulary.RANKING_INDICATOR)
        if not self.weights:
            return dict.fromkeys(known, 1 / len(known))
        given: dict[str, float] = {}
        for pair in self.weights:
            name, _, share = pair.partition("=")
            if name.strip() not in known:
                raise BadInput(f"There is no indicator {name.strip()[:50]!r}.",
                               hint=f"Indicators: {', '.join(known)}.", field="weights", why="unknown")
            if name.strip() in given:
                raise BadInput(f"The indicator {name.strip()} has two weights.", hint="Give each indicator one line.",
                               field="weights", why="twice")
            given[name.strip()] = _share(name.strip(), share)
        if abs(sum(given.values()) - 1) > _ROUNDING:
            raise BadInput(f"The weights sum to {sum(given.values()):g}, not to 1.",
                           hint="Give shares of 1, such as 0.25; an indicator that is left out weighs nothing.",
                           field="weights", why="sum")
        return {name: given.get(name, 0.0) for name in known}

    def nuts_level(self) -> int:
        """Return the NUTS level that is ranked.

        Raises:
            BadInput: there is no such level, or nothing to list.

        """
        if self.level not in LEVELS:
            raise BadInput(f"Regions are not ranked at the level {self.level[:30]!r}.",
                           hint=f"Levels: {', '.join(LEVELS)}.", field="level", why="unknown")
        if self.limit < 1:
            raise BadInput("At least one region must be listed.", hint="Give a limit of 1 or more.",
                           field="limit", why="too-low")
        return LEVELS[self.level]


def _share(name: str, text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise BadInput(f"The weight of {name} is {text.strip()[:30]!r}; it must be a number from 0 to 1.",
                       hint="Write weights as indicator,share: health-money,0.25", field="weights", why="number")
    return share
