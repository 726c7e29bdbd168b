"""Numbers for copied rows: as the registers give them, check digits included, and none that another row has."""

import math
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True)
class Form:
    """One scheme's numbers: how they are found in a text, from what range new ones are, and how one is written.

    `write` is given a number from `low` up to but without `high`, and the text of the number in whose place it comes.
    """

    pattern: re.Pattern[str]
    low: int
    high: int
    write: Callable[[int, str], str]


class Numbers:
    """The numbers of one scheme: all that are there, and others in their place for each copy."""

    def __init__(self, form: Form, texts: Iterable[str], times: int, seed: int) -> None:
        """Find the numbers of the texts and see to it that no new one is among them, or twice."""
        self._form = form
        originals = sorted({number for text in texts for number in form.pattern.findall(text)})
        self._place = {number: place for place, number in enumerate(originals)}
        chance = random.Random(f"{seed} {form.pattern.pattern}")
        self._span = form.high - form.low
        self._start = chance.randrange(self._span)
        # Steps of a length that has no divisor in common with the span come to each number once before they return.
        self._step = next(step for step in iter(lambda: chance.randrange(1, self._span), None)
                          if math.gcd(step, self._span) == 1)
        self._moved: dict[int, int] = {}
        taken = set(originals)
        further = len(originals) * (times - 1)
        for place in range(further):
            text = self._written(place, originals[place % len(originals)])
            while text in taken:
                self._moved[place] = further
                text = self._written(further, originals[place % len(originals)])
                further += 1
            taken.add(text)

    def of(self, text: str, copy: int) -> str:
        """Return the text with its numbers replaced by those of a copy; numbers that were not there before stay."""
        return self._form.pattern.sub(lambda found: self._other(found[0], copy), text) if copy else text

    def _other(self, number: str, copy: int) -> str:
        place = self._place.get(number)
        if place is None:
            return number
        place += (copy - 1) * len(self._place)
        return self._written(self._moved.get(place, place), number)

    def _written(self, place: int, number: str) -> str:
        return self._form.write(self._form.low + (self._start + place * self._step) % self._span, number)


def _ror(number: int, _: str) -> str:
    """Write a ROR id: 0, six digits of base 32, the check digits of ISO/IEC 7064 MOD 97-10."""
    digits = "".join(_CROCKFORD[number >> shift & 31] for shift in range(25, -1, -5))
    return f"0{digits}{98 - number * 100 % 97:02}"


def _isni(number: int, _: str) -> str:
    """Write an ISNI: fifteen digits and the check character of ISO/IEC 7064 MOD 11-2."""
    digits = f"{number:015}"
    rest = 0
    for digit in digits:
        rest = (rest + int(digit)) * 2 % 11
    digits += "0123456789X"[(12 - rest) % 11]
    return " ".join(digits[place:place + 4] for place in range(0, 16, 4))


def _vat(number: int, as_this: str) -> str:
    """Write a VAT number: Belgium's with its check digits (97 minus the rest modulo 97), others in the form they have.

    The numbers of other countries keep their letters and all but the last eight digits; theirs are not made to check.
    """
    if as_this.startswith("BE"):
        return f"BE{number:08}{97 - number % 97:02}"
    new = f"{number:08}"
    written, left = [], len(new)
    for character in reversed(as_this):
        if character.isdigit() and left:
            left -= 1
            written.append(new[left])
        else:
            written.append(character)
    return "".join(reversed(written))


#: Every scheme whose numbers stand in the registers. Ranges are as wide as the schemes', or above what is given out.
FORMS = {
    "ror": Form(re.compile(r"\b0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}\b"), 0, 32 ** 6, _ror),
    "isni": Form(re.compile(r"\b\d{4} ?\d{4} ?\d{4} ?\d{3}[\dX]\b"), 60_000_000, 1_000_000_000, _isni),
    "grid": Form(re.compile(r"\bgrid\.\d+\.[0-9a-f]+"), 600_000, 10_000_000, lambda n, _: f"grid.{n}.{n % 16:x}"),
    "wikidata": Form(re.compile(r"\bQ\d+"), 200_000_000, 1_000_000_000, lambda n, _: f"Q{n}"),
    "fundref": Form(re.compile(r"\b\d{6,12}\b"), 501_200_000_000, 501_300_000_000, lambda n, _: str(n)),
    "pic": Form(re.compile(r"\b[1-9]\d{8}\b"), 100_000_000, 1_000_000_000, lambda n, _: str(n)),
    "vat": Form(re.compile(r"\b[A-Z]{2}[0-9A-Z]*\d[0-9A-Z]*\d[0-9A-Z]*"), 2_000_000, 20_000_000, _vat),
    # A project's own number, or the one at the end of its DOI.
    "project": Form(re.compile(r"\d+$"), 300_000_000, 1_000_000_000, lambda n, _: str(n)),
    "nct": Form(re.compile(r"\bNCT\d{8}\b"), 0, 100_000_000, lambda n, _: f"NCT{n:08}"),
    # EudraCT and EU CT numbers: the year stays, and the next digit, a 5 for EU CT.
    "trial": Form(re.compile(r"\b(?:19|20)\d\d-\d{6}-\d\d"), 0, 10_000_000,
                  lambda n, as_this: f"{as_this[:6]}{n // 100:05}-{n % 100:02}"),
}
