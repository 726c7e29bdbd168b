"""A world that leaves doubts, and what a build makes of them.

A clinic of the pack has the ROR id of one hospital and the name of another; two ROR institutes of the region have one
ISNI, and two far away; a trial runs at one of the hospitals, and at a place that is probably one of the institutes.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from estuary import files_of, study
from openvalley.settings import Settings
from openvalley.storage import write_json
from worlds import World, home_at, once, pack_row, ror, ror_id

CLINIC, NAMESAKE = "pack-schelde/kade-clinic", f"ror/{ror_id(34)}"
DOCK, NORTH = f"ror/{ror_id(31)}", f"ror/{ror_id(32)}"
FAR = (f"ror/{ror_id(35)}", f"ror/{ror_id(36)}")
#: The texts of the trial.
AT_CLINIC, DEPARTMENT = "mention/BE/Brussels/Kade Clinic", "mention/BE/Gent/Dept. of Tides"


def _isni(number: str) -> list[dict[str, Any]]:
    """Return what ROR says of an organisation's ISNI."""
    return [{"type": "isni", "all": [number], "preferred": None}]


DOUBTFUL = World(
    ror=[
        ror(31, "Dock Institute", place=("Gent", 51.05, 3.72), external_ids=_isni("0000000121032683"),
            others=[("Dokinstituut", "nl", "label"), ("Institut du Dock", "fr", "label")]),
        ror(32, "Dock Institute North", place=("Ghent", 51.05, 3.72), external_ids=_isni("0000000121032683")),
        ror(33, "Sluis Hospital", types=["healthcare"], place=("Leuven", 50.88, 4.70)),
        ror(34, "Kade Clinic", types=["healthcare"], place=("Brussels", 50.85, 4.35), website="https://kade.example"),
        ror(35, "Bosphorus Laboratory", "TR", external_ids=_isni("000000012281955X")),
        ror(36, "Golden Horn Laboratory", "TR", external_ids=_isni("000000012281955X")),
    ],
    pack=[pack_row("kade-clinic", "Kade Clinic", ror=ror_id(33), kind="university-hospital", city="Leuven",
                   stages="clinical")],
    files={name: content for name, content in files_of([study(1, "Tides in adults", [
        {"facility": "Kade Clinic", "city": "Brussels", "country": "Belgium"},
        {"facility": "Dept. of Tides", "city": "Gent", "country": "Belgium"}])], ()).items()
        if name.startswith("clinicaltrials")},
)


def doubtful(factory: pytest.TempPathFactory) -> Settings:
    """Return the home folder in which the atlas of `DOUBTFUL` is published; built once a run, never written to."""
    return once("doubtful", DOUBTFUL, factory)


def waiting(factory: pytest.TempPathFactory, home: Path, *, likely: bool = False) -> Settings:
    """Return a home folder with that atlas, whose judgements may be written to.

    Args:
        factory: makes the atlas.
        home: where the home is made.
        likely: whether likeness left the department to people: as a build writes it, whatever its scorecards say now.

    """
    settings = home_at(home)
    shutil.copytree(doubtful(factory).atlases, settings.atlases, symlinks=True)
    if likely:
        atlas = (settings.atlases / "current").resolve()
        with duckdb.connect(atlas / "atlas.duckdb") as connection:
            connection.execute("DELETE FROM probable_link")
            connection.execute("""
                INSERT INTO probable_link BY NAME SELECT 'mention' AS kind, ? AS asked, 'Dept. of Tides' AS name,
                    'Gent' AS town, 'BE' AS country, ? AS candidate, ? AS candidate_id, 0.42 AS score,
                    [{'code': 'shares-words', 'detail': 'tides'}] AS reasons, ? AS rival_id, 0.35 AS rival_score,
                    1 AS uses
            """, [DEPARTMENT, DOCK, ror_id(31), ror_id(32)])
        manifest = atlas / "manifest.json"
        content = json.loads(manifest.read_text(encoding="utf-8"))
        content["rows"]["probable_link"] = 1
        write_json(manifest, content)
    return settings
