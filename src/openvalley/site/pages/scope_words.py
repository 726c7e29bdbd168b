"""The words of the scope: the programme parts, fields of science and amounts by which something is a life science.

Reads the rules (``scope.toml`` of the atlas), so that the page says what is counted, and not what somebody remembers.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from openvalley.atlas.scope import rules
from openvalley.site.pages import wording
from openvalley.site.pages.wording import Text

#: Sources: the FP7 themes; Regulation (EU) 1291/2013, annex I; the clusters of Regulation (EU) 2021/695, annex I.
PROGRAMME_PARTS: dict[str, Text] = {
    "FP7-HEALTH": _("Health"), "FP7-KBBE": _("Food, agriculture, fisheries and biotechnology"),
    "H2020-EU.3.1": _("Health, demographic change and well-being"),
    "H2020-EU.3.2": _("Food security, sustainable agriculture and forestry, the sea, and the bioeconomy"),
    "H2020-EU.2.1.4": _("Biotechnology"), "HORIZON.2.1": _("Health"),
    "HORIZON.2.6": _("Food, bioeconomy, natural resources, agriculture and environment"),
}
#: Source: EuroSciVoc, the European Science Vocabulary by which CORDIS classes projects.
FIELDS: dict[str, Text] = {
    "/21": _("Medical and health sciences"), "/23/49": _("Biological sciences"), "/25/57": _("Medical engineering"),
    "/25/61": _("Industrial biotechnology"), "/27/79": _("Agricultural biotechnology"),
    "/27/87": _("Veterinary sciences"),
}


@dataclass(frozen=True)
class Counted:
    """What makes a project one about the life sciences: a part of a programme, or a field of science (no programme).

    ``weight`` is what such a project counts, above 0 to 1.
    """

    programme: str
    label: Text
    code: str
    weight: float


@dataclass(frozen=True)
class Needed:
    """How much projects must count for kinds of organisation, and the share in per cent of all its projects (0: none).

    ``kinds`` is empty for all kinds that are not named elsewhere.
    """

    kinds: Sequence[str]
    projects: float
    share: float


def kinds() -> list[str]:
    """Return the kinds that belong to the life sciences whatever they do."""
    return [wording.term("kind", code) for code in rules()["kinds"]]


def counted() -> list[Counted]:
    """Return what a project's classification may say, in the order of the rules."""
    parts = [Counted(_programme(code), PROGRAMME_PARTS.get(code, code), code, weight)
             for code, weight in rules()["programmes"].items()]
    return parts + [Counted("", FIELDS.get(code, code), code, weight) for code, weight in rules()["fields"].items()]


def needed() -> list[Needed]:
    """Return how much it takes by kinds, the rule for most kinds first."""
    projects, share = rules()["projects_needed"], rules()["share_needed"]
    groups: defaultdict[tuple[float, float], list[str]] = defaultdict(list)
    for code in dict.fromkeys((*projects, *share)):
        if code != "default":
            groups[_amount(projects, code), _amount(share, code)].append(wording.term("kind", code))
    usual = Needed([], projects["default"], 100 * share["default"])
    return [usual, *(Needed(named, much, 100 * part) for (much, part), named in groups.items())]


def _amount(amounts: Mapping[str, float], kind: str) -> float:
    return amounts.get(kind, amounts["default"])


def _programme(code: str) -> str:
    """Return the programme of a part's code: ``H2020-EU.3.1`` is of Horizon 2020."""
    short = code.replace("-", ".").partition(".")[0]
    return wording.PROGRAMMES.get(short, short)
