"""From a true count to one that may leave: suppressed below the minimum, rounded, or with noise of a stated epsilon."""

from functools import cache
from typing import Protocol

from openvalley.errors import ExtraMissing
from openvalley.healthdata.disclosure.policy import Disclosure


class Noise(Protocol):
    """Adds noise to a whole number."""

    def __call__(self, number: int) -> int:
        """Return the number with noise."""
        ...


def release(number: int, disclosure: Disclosure) -> int | None:
    """Return a count that may leave, or None: fewer than the minimum, perhaps nobody.

    Args:
        number: the true count, or one with noise; what comes after noise costs no privacy.
        disclosure: minimum and rounding.

    """
    if number < disclosure.minimum_count:
        return None
    step = disclosure.rounding
    least = -(-disclosure.minimum_count // step) * step
    return max(least, (number + step // 2) // step * step)


def interval(released: int | None, disclosure: Disclosure) -> tuple[int, int]:
    """Return the lowest and highest true count that an answer leaves possible: what an attacker may conclude."""
    if released is None:
        return 0, disclosure.minimum_count - 1
    step = disclosure.rounding
    lowest = max(released - step // 2, disclosure.minimum_count)
    # Whatever lies below the first multiple above the minimum is lifted onto it.
    least = -(-disclosure.minimum_count // step) * step
    return (disclosure.minimum_count if released == least else lowest), released + step - step // 2 - 1


@cache
def laplace(epsilon: float) -> Noise:
    """Return noise that makes a count epsilon-differentially private: one person more or less changes it by one.

    The discrete Laplace mechanism of OpenDP with scale 1/epsilon, sampled exactly on integers. Source: C. Dwork,
    F. McSherry, K. Nissim, A. Smith: Calibrating noise to sensitivity in private data analysis, TCC 2006;
    A. Ghosh, T. Roughgarden, M. Sundararajan: Universally utility-maximizing privacy mechanisms, STOC 2009.

    Raises:
        ExtraMissing: OpenDP is not installed.

    """
    try:
        import opendp.prelude as dp  # noqa: PLC0415 - the extra [health]
    except ModuleNotFoundError as missing:
        raise ExtraMissing("OpenDP, which the policy's [privacy] needs, is not installed.",
                           hint="Install it with: pip install 'openvalley[health]'") from missing
    dp.enable_features("contrib")
    measurement = dp.m.make_laplace(dp.atom_domain(T=int), dp.absolute_distance(T=int), scale=1 / epsilon)

    def noise(number: int) -> int:
        return int(measurement(number))

    return noise
