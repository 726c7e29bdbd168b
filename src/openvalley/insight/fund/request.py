"""What can be asked about money."""

from dataclasses import dataclass, field
from datetime import date

from openvalley.errors import BadInput


@dataclass(frozen=True)
class FundRequest:
    """Money for an organisation, for a need, or for the members of a list that fit one call."""

    organisation: str = field(default="", metadata={"help": "Who asks: a name, ROR id, PIC or VAT number."})
    need: str = field(default="", metadata={"help": "What the money is for, in a few words, in nl, fr, de or en."})
    as_of: date | None = field(default=None, metadata={"help": "The day on which calls are open or not; today."})
    call: str = field(default="", metadata={
        "help": "A call topic: says which of the members fit it, instead of looking for money."})
    members: tuple[str, ...] = field(default=(), metadata={"help": "With call: the members, each by its id."})
    limit: int = field(default=20, metadata={"help": "How many instruments, calls and investors are listed at most."})

    def check(self) -> None:
        """Refuse a question that asks for nothing, or for two things.

        Raises:
            BadInput: neither an organisation, a need nor a call; a call without members, or members without a call.

        """
        if self.limit < 1:
            raise BadInput("At least one result must be listed.", hint="Give a limit of 1 or more.",
                           field="limit", why="too-low")
        if self.call and not self.members:
            raise BadInput(f"Which members? The call {self.call[:60]} was given without any.",
                           hint="Give a list with --members FILE.", field="members", why="missing")
        if self.members and not self.call:
            raise BadInput("Which call? Members were given without one.", hint="Give its topic with --call TOPIC.",
                           field="call", why="missing")
        if not (self.organisation.strip() or self.need.strip() or self.call.strip()):
            raise BadInput("Money for whom or what? Nothing was given.",
                           hint='Give an organisation, --need "..." or --call TOPIC --members FILE.',
                           field="need", why="missing")
