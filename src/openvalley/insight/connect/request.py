"""What can be asked about partners."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from openvalley.errors import BadInput
from openvalley.vocabulary.programmes import parts_of
from openvalley.vocabulary.terms import Vocabulary, terms

_COUNTRY, _NUTS = re.compile(r"[A-Z]{2}"), re.compile(r"[A-Z]{2}[A-Z0-9]{0,3}")
#: The parts of a request that are codes of a term list.
_LISTED = {"kind": Vocabulary.KIND, "stage": Vocabulary.STAGE, "platform": Vocabulary.PLATFORM,
           "sector": Vocabulary.SECTOR}


@dataclass(frozen=True)
class ConnectRequest:
    """Partners for an organisation, for a need, or for both; and which of them may be suggested."""

    organisation: str = field(default="", metadata={"help": "Who asks: a name, ROR id, PIC or VAT number."})
    need: str = field(default="", metadata={"help": "What is looked for, in a few words, in nl, fr, de or en."})
    programme: str = field(default="", metadata={
        "help": "The programme of the planned project, as a code (SC1, LEIT, MSCA) or legal basis (H2020-EU.3.1.)."})
    country: str = field(default="", metadata={"help": "Only partners in this country, as ISO 3166-1 code (NL)."})
    region: str = field(default="", metadata={"help": "Only partners in this region, as NUTS code (BE2, FR10)."})
    kind: str = field(default="", metadata={
        "help": "Only this kind of organisation; european-association shows those, which are hidden otherwise."})
    stage: str = field(default="", metadata={"help": "Only partners at this stage of the value chain."})
    platform: str = field(default="", metadata={"help": "Only partners with this technology platform."})
    sector: str = field(default="", metadata={"help": "Only partners of this sector."})
    sme: bool = field(default=False, metadata={"help": "Only small and medium-sized enterprises."})
    cross_sector: bool = field(default=False, metadata={"help": "Only partners outside the sectors of who asks."})
    limit: int = field(default=20, metadata={"help": "How many partners are listed."})

    def check(self) -> None:
        """Refuse what cannot be asked.

        Raises:
            BadInput: neither an organisation nor a need; an unknown kind, stage, platform, sector or programme; a
                country or region that is none; sectors to look outside of without anybody who has some; a need with a
                programme.

        """
        if self.limit < 1:
            raise BadInput("At least one partner must be listed.", hint="Give a limit of 1 or more.",
                           field="limit", why="too-low")
        if not (self.organisation.strip() or self.need.strip()):
            raise BadInput("Partners for whom, or for what? Nothing was given.",
                           hint='Give an organisation, or --need "AAV vector manufacturing for a phase 1 trial".',
                           field="organisation", why="missing")
        for name, vocabulary in _LISTED.items():
            code = getattr(self, name)
            if code and code not in terms(vocabulary):
                raise BadInput(f"There is no {name} {code[:40]!r}.", hint=f"One of: {', '.join(terms(vocabulary))}.",
                               field=name, why="unknown")
        for what, code, form in (("country", self.country, _COUNTRY), ("region", self.region, _NUTS)):
            if code and not form.fullmatch(code):
                raise BadInput(f"{code[:20]!r} is no {what}.",
                               hint="Give a country as NL, a region as NL2 or BE21, in capital letters.", field=what,
                               why="unknown")
        if self.cross_sector and not self.organisation.strip():
            raise BadInput("Outside whose sectors? No organisation was given.", hint="Name who asks.",
                           field="organisation", why="missing")
        if self.programme.strip() and self.need.strip():
            raise BadInput("A need is answered by what somebody can do, whatever the programme.",
                           hint="Leave the need or the programme out.", field="programme", why="other")
        self.parts()

    def parts(self) -> Sequence[str]:
        """Return the parts of the framework programmes that the planned project falls under; none when not given.

        Raises:
            BadInput: there is no such programme.

        """
        return parts_of(self.programme) if self.programme.strip() else ()
