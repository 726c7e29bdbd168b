"""A site to look at: the world of `estuary.ESTUARY` with what the pages must bear, built, and Django set up on it."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from estuary import ESTUARY
from openvalley.settings import Settings
from worlds import build, curated_row, home_at, kbo, pack_row, participant, project, ror, ror_id, take_in

#: A name that would run in a page that does not escape, and one that a spreadsheet would take for a formula.
SCRIPT = '<script>alert(1)</script> & Sons "Labs"'
FORMULA = '=HYPERLINK("x") Genomics'

WORLD = replace(ESTUARY, curated={
    "instruments.csv": [curated_row(
        key="tide-grant", name_en="Tide grant", name_fr="Subside des marées", provider="tide-fund", level="flanders",
        dilutive="no", who_kinds="university;company", who_sizes="small", who_seats="BE2;NL", max_age_years="6",
        min_amount="10000", max_amount="250000", verification="register")],
    "capabilities.csv": [curated_row(key="tide-filling", organisation="tide-fund", activity="fill-finish",
                                     city="Gent")],
}).with_rows(
    ror=[
        ror(20, "Harbour Hospital", types=["healthcare"], place=("Gent", 51.05, 3.72), status="inactive"),
        ror(21, "Old Harbour Clinic", types=["healthcare"], place=("Gent", 51.05, 3.72), status="inactive",
            relationships=[{"id": ror_id(2), "label": "x", "type": "successor"}]),
        *(ror(100 + number, f"Polder Clinic {number:02d}", types=["healthcare"], place=("Mechelen", 51.03, 4.48))
          for number in range(30)),
    ],
    projects=[project(700009, "", title="", frameworkProgramme="H2020")],
    participants=[participant(700009, 990000001, "UNIVERSITEIT SCHELDE", city="GENT"),
                  participant(700009, 990000009, "", "FR")],
    pack=[
        pack_row("script-labs", SCRIPT, city="Gent"),
        pack_row("formula", FORMULA, city="Gent"),
        pack_row("bioflight", "Bioflight", state="merged", state_date="2021-05", successor="kaai-incubator",
                 city="Gent"),
        pack_row("odd-number", "Numbered Cells", kbo=kbo(77)),
        pack_row("zenne-labs", "Zenne Labs", city="Brussel"),
        pack_row("tide-fund", "Tide Fund", kind="funder", kbo=kbo(78), city="Gent"),
    ],
)
_CLAIMED = """
[pack.claimed]
company = 300
incubator = 23
"""


_built: list[Settings] = []
_set_up: list[Settings] = []


def built(factory: pytest.TempPathFactory) -> Settings:
    """Return the home folder in which the site's atlas is published; built once a run."""
    if not _built:
        settings = home_at(factory.mktemp("site") / "home")
        take_in(settings, WORLD)
        pack = settings.own_regions / settings.region / "pack.toml"
        text = pack.read_text(encoding="utf-8").replace('licence = "CC0-1.0"',
                                                        'licence = "CC0-1.0"\nclaimed_source = "the cluster"')
        pack.write_text(text + _CLAIMED, encoding="utf-8")
        build(settings)
        _built.append(settings)
    return _built[0]


def site(factory: pytest.TempPathFactory) -> Settings:
    """Return the same home, prepared, with Django set up on it in this process; once a run."""
    if not _set_up:
        settings = built(factory)
        os.environ["OPENVALLEY_HOME"] = str(settings.home)
        os.environ["DJANGO_SETTINGS_MODULE"] = "openvalley.site.settings"
        import django

        from openvalley.site.preparation import prepare

        prepare(settings)
        django.setup()
        _set_up.append(settings)
    return _set_up[0]


def forget() -> None:
    """Let the site of this process be as if nobody had asked it anything.

    A test may have exchanged parts of what made a page, the last reader's language stays a thread's, and questions to
    the API are counted.
    """
    if not _set_up:
        return
    from django.core.cache import caches
    from django.utils import translation

    from openvalley.site import answered
    from openvalley.site.pages import reading
    from openvalley.site.shelf import shelf

    reading._pages.forget()
    answered._answers.forget()
    caches["local"].clear()
    translation.deactivate()
    with shelf().borrow() as atlas:
        atlas.memory.clear()


def forget_disputes(settings: Settings) -> None:
    """Take away what a test disputed: others look at the same home."""
    with closing(sqlite3.connect(settings.judgements)) as connection, connection:
        connection.executescript("DROP TABLE IF EXISTS dispute; DROP TABLE IF EXISTS dispute_state; "
                                 "DROP TABLE IF EXISTS pack_correction; DROP TABLE IF EXISTS pack_proposal_state; "
                                 "DROP TABLE IF EXISTS pack_proposal;")
