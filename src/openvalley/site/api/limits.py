"""How much one network address may ask in a minute; counted in this process, so that counting costs nothing."""

from django.core.cache import caches
from ninja.throttling import AnonRateThrottle

#: Ten questions a second: more than a person's program needs, less than would keep others waiting.
RATE = "600/m"


class PerAddress(AnonRateThrottle):
    """Counts by network address, which is kept in memory for a minute and nowhere else."""

    cache = caches["local"]

    def __init__(self, rate: str = RATE) -> None:
        """Allow so many questions a minute."""
        super().__init__(rate)
