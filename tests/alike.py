"""A world of names that are alike, where nothing certain says who is who: what likeness joins, and what it leaves."""

import pytest

from openvalley.settings import Settings
from worlds import World, once, pack_row, participant, project, ror, ror_id

#: ROR's institute, hospital and observatory; the laboratory is said to be closed.
INSTITUTE, HOSPITAL, LABORATORY, OBSERVATORY = (ror_id(number) for number in (51, 52, 53, 54))
#: Participants: the institute misspelt, the observatory's acronym, the hospital in other words, the laboratory nearly.
TYPED, SHORT, SPOKEN, NEARLY = "990000051", "990000052", "990000053", "990000054"

ALIKE = World(
    ror=[
        ror(51, "National Institute of Estuary Research", place=("Antwerp", 51.22, 4.40), types=["facility"]),
        ror(52, "Kaai University Hospital", place=("Leuven", 50.88, 4.70), types=["healthcare"]),
        ror(54, "Marine Weather Observatory", place=("Ostend", 51.23, 2.92), types=["facility"],
            others=[("MAWOB", None, "acronym")]),
        ror(53, "Old Dike Laboratory", place=("Bruges", 51.21, 3.22), types=["facility"], status="inactive"),
    ],
    projects=[project(710001, "ESTUARINE"), project(710002, "DIKES")],
    participants=[
        participant(710001, TYPED, "National Instute of Estuary Research", city="ANTWERPEN", ecContribution="700.25"),
        participant(710001, SHORT, "MAWOB", city="OOSTENDE"), participant(710002, SHORT, "MAWOB", city="OOSTENDE"),
        participant(710002, SPOKEN, "Univ. Hospital Kaai", city="LEUVEN"),
        participant(710002, NEARLY, "The Old Dike Laboratories", city="BRUGGE"),
    ],
    pack=[pack_row("kaai-hospital", "Univ. Kaai Hospital", kind="university-hospital", city="Leuven",
                   state="insolvent", state_date="2024")],
)


def alike(factory: pytest.TempPathFactory) -> Settings:
    """Return the home folder in which the atlas of `ALIKE` is published; built once a run, never written to."""
    return once("alike", ALIKE, factory)
