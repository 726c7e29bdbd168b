"""The asker: what is known of whoever looks for money, as the rules need it."""

from collections.abc import Sequence
from dataclasses import dataclass

from openvalley.atlas.conditions import conditions_in
from openvalley.atlas.model import Organisation
from openvalley.atlas.reader import Atlas
from openvalley.insight.fund.money import dilutive_asked, money_stems, sectors_asked
from openvalley.insight.needs import Need, stems
from openvalley.vocabulary.terms import Vocabulary, label, terms

#: Sizes of the EU's definition of small and medium-sized enterprises (Recommendation 2003/361/EC), by people employed.
_MICRO, _SMALL, _MEDIUM = 10, 50, 250
SMES = ("micro", "small", "medium")
#: Words of calls for each sector: what somebody of a sector works on, in the words in which topics are written.
_WORDS_OF_SECTORS = {
    "biopharma": "health medicines therapies treatment patients clinical disease",
    "medtech": "health medical devices patients clinical",
    "diagnostics": "health diagnostics diagnosis biomarkers disease",
    "digital-health": "health digital data artificial intelligence patients care",
    "care": "health care patients hospitals", "agro-food": "food agriculture crops",
    "industrial": "bio-based industrial biotechnology", "animal-health": "animal health veterinary livestock",
}
#: Sectors that work on conditions of patients.
_OF_PATIENTS = ("biopharma", "medtech", "diagnostics", "digital-health", "care")
#: Projects whose titles say what an organisation works on, the newest first.
_PROJECTS = 30


@dataclass(frozen=True)
class Asker:
    """What is known of who asks; None or empty is unknown, and leaves a rule open.

    Attributes:
        id, name: who; None for a need without an organisation.
        kind: organisation kind of the vocabulary.
        country: ISO 3166-1 code.
        nuts: NUTS code of the seat.
        sizes: the sizes that it may have (``micro``, ``small``, ``medium``, ``large``).
        founded: year.
        stages, sectors: codes of the vocabulary.
        stems: what it works on or asks for, comparable with other texts.
        said, meant: the stems of a need's own words, and those of the English names of the technologies, activities and
            conditions that it names, and of sectors that it names in another language; empty for an organisation.
        guessed: whether the sectors are those of mere words of a need: they rule nothing out.
        dilutive: whether a need asks for money for a share, or for money without; None for either.
        shared_seat: whether institutions of its kind belong, where its seat is, to one of several communities.

    """

    id: str | None
    name: str | None
    kind: str | None
    country: str | None
    nuts: str | None
    sizes: Sequence[str]
    founded: int | None
    stages: Sequence[str]
    sectors: Sequence[str]
    stems: Sequence[str]
    shared_seat: bool = False
    said: Sequence[str] = ()
    meant: Sequence[str] = ()
    guessed: bool = False
    dilutive: bool | None = None


def somebody(need: Need, home: Sequence[str]) -> Asker:
    """Return an asker of whom only the need is known: somebody of the atlas's region.

    Its sectors are those that the need names, else those of the technologies or conditions that it names, else those of
    other words of it.
    """
    conditions = conditions_in(need.text)
    named = [label(Vocabulary.CONDITION, code, "en") for code in conditions]
    sectors = need.of(Vocabulary.SECTOR) or list(dict.fromkeys(
        sector for code in need.of(Vocabulary.PLATFORM)
        for sector in terms(Vocabulary.PLATFORM)[code].attributes.get("sectors", ())))
    said = stems(need.text)
    named += [label(vocabulary, code, "en") for vocabulary in (Vocabulary.PLATFORM, Vocabulary.ACTIVITY)
              for code in need.of(vocabulary)]
    abroad = [stem for code in need.of(Vocabulary.SECTOR) for stem in stems(label(Vocabulary.SECTOR, code, "en"))
              if stem not in said]
    meant = dict.fromkeys([*stems(" ".join(named)), *abroad])
    words = dict.fromkeys([*need.stems, *meant, *money_stems(need.text)])
    return Asker(None, None, None, home[0] if len(home) == 1 else None, None, (), None, need.of(Vocabulary.STAGE),
                 sectors or (_OF_PATIENTS if conditions else sectors_asked(need.text)), tuple(words),
                 said=said, meant=tuple(meant), guessed=not (sectors or conditions), dilutive=dilutive_asked(need.text))


def asker(atlas: Atlas, organisation: Organisation, need: Need | None) -> Asker:
    """Return an organisation as an asker; a need says what the money is for, else its own work does."""
    words = need.stems if need else _work(atlas, organisation)
    stages = need.of(Vocabulary.STAGE) if need and need.of(Vocabulary.STAGE) else organisation.stages
    sectors = need.of(Vocabulary.SECTOR) if need and need.of(Vocabulary.SECTOR) else organisation.sectors
    return Asker(organisation.id, organisation.name, organisation.kind, organisation.country, organisation.nuts,
                 sizes(organisation.headcount, sme=organisation.sme), organisation.founded, stages, sectors, words,
                 _shares_its_seat(atlas, organisation))


def sizes(headcount: int | None, *, sme: bool | None) -> Sequence[str]:
    """Return the sizes that an organisation may have; empty where nothing is known."""
    if headcount is not None:
        return ("micro",) if headcount < _MICRO else ("small",) if headcount < _SMALL else \
            ("medium",) if headcount < _MEDIUM else ("large",)
    if sme is None:
        return ()
    return SMES if sme else ("large",)


def _shares_its_seat(atlas: Atlas, organisation: Organisation) -> bool:
    """Say whether the region pack knows several communities for this kind of institution where its seat is."""
    return any((organisation.nuts or "").startswith(shared["seat"]) and organisation.kind in shared["kinds"]
               for shared in atlas.manifest["region"].get("shared_seats") or ())


def _work(atlas: Atlas, organisation: Organisation) -> Sequence[str]:
    """Return the stems of what an organisation does: its terms, what it offers, and its newest projects."""
    told = [label(Vocabulary.PLATFORM, code, "en") for code in organisation.platforms]
    told += [f"{label(Vocabulary.SECTOR, code, 'en')} {_WORDS_OF_SECTORS.get(code, '')}"
             for code in organisation.sectors]
    told += [label(Vocabulary.ACTIVITY, row["activity"], "en") for row in atlas.rows("""
        SELECT c.activity FROM capability AS c JOIN curated_party AS p ON p.record_type = 'capability'
            AND p.row_id = c.id WHERE p.organisation_id = ? AND c.activity IS NOT NULL ORDER BY c.activity""",
                                                                                      [organisation.id])]
    told += [row["title"] for row in atlas.rows("""
        SELECT DISTINCT j.title, j.start_date FROM participation AS p JOIN project AS j ON j.id = p.project_id
        JOIN life_science_project AS l ON l.project_id = j.id
        WHERE p.organisation_id = ? AND j.title IS NOT NULL ORDER BY j.start_date DESC, j.title LIMIT ?""",
                                                [organisation.id, _PROJECTS])]
    return tuple(dict.fromkeys(stems(" ".join(told))))
