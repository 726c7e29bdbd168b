"""What can be asked of the value chain."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.vocabulary.terms import Vocabulary, terms

_NUTS = re.compile(r"[A-Z]{2}[A-Z0-9]{0,3}")
#: Countries whose NUTS codes do not begin with their ISO 3166-1 code.
_ISO_OF_NUTS = {"EL": "GR", "UK": "GB"}


@dataclass(frozen=True)
class ChainRequest:
    """Which part of the chain: one platform, one stage, one region of the atlas's own; and whom to compare with."""

    platform: str = field(default="", metadata={"help": "Only this technology platform, such as gene-therapy."})
    stage: str = field(default="", metadata={"help": "Only this stage of the value chain, such as manufacturing."})
    region: str = field(default="", metadata={
        "help": "Only this region of the atlas's own, as a NUTS code (BE2); the whole by default."})
    compare: tuple[str, ...] = field(default=(), metadata={
        "help": "Regions to compare with, as country or NUTS codes (DK, NL2)."})
    limit: int = field(default=12, metadata={"help": "How many organisations are named for each stage."})

    def check(self, atlas: Atlas) -> None:
        """Refuse what this atlas cannot be asked.

        Raises:
            BadInput: an unknown platform, stage or region.

        """
        _known("platform", self.platform, list(terms(Vocabulary.PLATFORM)))
        _known("stage", self.stage, list(terms(Vocabulary.STAGE)))
        if self.limit < 0:
            raise BadInput("Fewer than no organisations cannot be named.", hint="Give a limit of 0 or more.",
                           field="limit", why="too-low")
        home = atlas.manifest["region"]["countries"]
        if self.region and country_of(self.region) not in home:
            raise BadInput(f"{self.region[:20]!r} is not in the region of this atlas.",
                           hint=f"Give a NUTS code that begins with {', '.join(home)}; others go with compare.",
                           field="region", why="elsewhere")
        given = [("region", self.region)] if self.region else []
        for name, code in (*given, *(("compare", code) for code in self.compare)):
            if not _exists(atlas, code):
                raise BadInput(f"There is no region {code[:20]!r} in this atlas.",
                               hint="Give a country (DK) or a NUTS code (NL2, BE21).", field=name, why="unknown")

    def stages(self) -> Sequence[str]:
        """Return the stages that are asked for, in the order of the chain."""
        return [self.stage] if self.stage else list(terms(Vocabulary.STAGE))


def country_of(code: str) -> str:
    """Return the ISO 3166-1 code of the country of a NUTS code."""
    return _ISO_OF_NUTS.get(code[:2], code[:2])


def _known(what: str, code: str, known: Sequence[str]) -> None:
    if code and code not in known:
        raise BadInput(f"There is no {what} {code[:40]!r}.", hint=f"One of: {', '.join(known)}.", field=what,
                       why="unknown")


def _exists(atlas: Atlas, code: str) -> bool:
    """Say whether a region is known: by the register of regions, or, without it, by where organisations are."""
    if not _NUTS.fullmatch(code):
        return False
    return bool(atlas.rows("SELECT 1 FROM region WHERE id = ? OR country = ? LIMIT 1", [code, code])
                or atlas.rows("SELECT 1 FROM organisation WHERE starts_with(nuts, ?) OR country = ? LIMIT 1",
                              [code, country_of(code) if len(code) == 2 else ""]))  # noqa: PLR2004 - a country's code
