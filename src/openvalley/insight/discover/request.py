"""What can be asked about research near the market."""

from dataclasses import dataclass, field

from openvalley.errors import BadInput


@dataclass(frozen=True)
class DiscoverRequest:
    """Research organisations of the region by nearness; or results about a topic, or of one organisation."""

    topic: str = field(default="", metadata={"help": "What it is about, in a few words, in nl, fr, de or en."})
    organisation: str = field(default="", metadata={"help": "Whose results: a name, ROR id, PIC or VAT number."})
    limit: int = field(default=20, metadata={"help": "How many are listed."})

    def check(self) -> None:
        """Refuse a request that lists nothing.

        Raises:
            BadInput: the limit is below 1.

        """
        if self.limit < 1:
            raise BadInput("At least one result must be listed.", hint="Give a limit of 1 or more.",
                           field="limit", why="too-low")
