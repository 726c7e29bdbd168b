"""What can be asked about shortages and training."""

from dataclasses import dataclass, field

from openvalley.errors import BadInput
from openvalley.vocabulary.terms import Vocabulary, terms


@dataclass(frozen=True)
class EducateRequest:
    """Shortages of one stage or of all, in one Region (as its list covers it) or in all."""

    stage: str = field(default="", metadata={"help": "Only this stage of the value chain, such as manufacturing."})
    region: str = field(default="", metadata={
        "help": "Only this region, as a NUTS code: shortages of its list, programmes given in it."})

    def check(self, listed: frozenset[str]) -> None:
        """Refuse what the shortage lists cannot answer.

        Args:
            listed: NUTS codes of the regions that have a list.

        Raises:
            BadInput: an unknown stage, or a region without a list.

        """
        if self.stage and self.stage not in terms(Vocabulary.STAGE):
            raise BadInput(f"There is no stage {self.stage[:40]!r}.",
                           hint=f"One of: {', '.join(terms(Vocabulary.STAGE))}.", field="stage", why="unknown")
        if self.region and listed and not any(self.region.startswith(code) for code in listed):
            raise BadInput(f"No shortage list covers {self.region[:20]!r}.",
                           hint=f"Lists there are: {', '.join(sorted(listed))}, and regions inside them.",
                           field="region", why="uncovered")
