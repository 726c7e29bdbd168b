"""Worlds with everything that an export takes, and with sources that are not exported.

Sources of an installation's own, whose records are written here as they are: `own_source` puts any records below a
home folder. Names of what may not leave begin with `HUSH`, so that a test can look for it wherever data leave.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from openvalley.settings import Settings
from worlds import RIVER, build, home_at, kbo, ror_id, take_in

#: Stands in every text that only the source says which is not exported.
HUSH = "Hush"

_TOML = """name = "{name}"
title = "{title}"
publisher = "Nobody"
homepage = "https://{name}.example/"
licence = "{licence}"
attribution = "The makers of {name}"
covers = "Invented records."
frequency_days = 30
precedence = {precedence}
exported = {exported}
"""
_FILE = """
[[files]]
name = "{kind}.json"
local = "{kind}.json"
"""
_CONNECTOR = '''"""Reads records that are written as they are."""

from openvalley.sources.intake import _sql_type
from openvalley.vocabulary.record_types import record_type


def read(intake):
    for file, path in intake.files.items():
        kind = record_type(file.removesuffix(".json"))
        columns = {field.name: _sql_type(field.type) for field in kind.schema}
        listed = ", ".join(f"{name!r}: {sort!r}" for name, sort in columns.items())
        kept = ", ".join(f'"{name}"' for name in columns if name not in ("source", "source_version"))
        intake.records(kind, file, f"SELECT row_number() OVER () AS line, {kept} FROM "
                                   f"read_json('{path}', columns = {{{listed}}})")
'''

Records = Mapping[str, Sequence[Mapping[str, Any]]]


def own_source(settings: Settings, name: str, records: Records, *, exported: bool = True, precedence: int = 50) -> None:
    """Write a source with these records (by type) below a home folder."""
    folder = settings.own_sources / name
    folder.mkdir(parents=True)
    licence = "CC0-1.0" if exported else "Unclear"
    text = _TOML.format(name=name, title=f"The {name}", licence=licence, precedence=precedence,
                        exported=str(exported).lower())
    (folder / "source.toml").write_text(text + "".join(_FILE.format(kind=kind) for kind in records), encoding="utf-8")
    (folder / "connector.py").write_text(_CONNECTOR, encoding="utf-8")
    for kind, rows in records.items():
        (folder / f"{kind}.json").write_text(json.dumps(list(rows)), encoding="utf-8")


def organisation(number: str, name: str, **changed: Any) -> dict[str, Any]:
    """Return an organisation's record; ``city``, ``point`` and ``others`` (further names) are put in their places."""
    city, (latitude, longitude) = changed.pop("city", None), changed.pop("point", (None, None))
    country = changed.pop("country", "BE")
    names = [{"value": value, "language": None, "kind": "label"} for value in (name, *changed.pop("others", ()))]
    return {"source_id": number, "name": name, "names": names, "kinds": ["company"], "state": "active",
            "country": country, "identifiers": [], "domains": [], "stages": [], "platforms": [], "sectors": [],
            "relations": [], "locations": [{"city": city, "country": country, "latitude": latitude,
                                            "longitude": longitude}], **changed}


def trial(number: str, **changed: Any) -> dict[str, Any]:
    """Return a trial's record."""
    return {"source_id": number, "title": f"Trial {number}", "status": "RECRUITING", "study_type": "INTERVENTIONAL",
            "phases": ["PHASE2"], "conditions": [], "keywords": [], "interventions": [], "condition_codes": [],
            "collaborators": [], "countries": [], "identifiers": [], "start_date": "2023-02-01",
            "first_posted": "2023-01-05", "last_updated": "2024-05-06", **changed}


def site(number: str, of: str, facility: str, **changed: Any) -> dict[str, Any]:
    """Return a trial's site; ``of`` is the trial."""
    return {"source_id": number, "trial_id": of, "position": 1, "facility": facility, "country": "BE", **changed}


#: What is exported beside the river world: trials at home and abroad, calls, occupations, regions, figures.
OPEN: Records = {
    "trial": [
        trial("NCT90000001", sponsor="Schelde Biotech", acronym="TIDE", official_title="A study of tides",
              collaborators=[{"name": "Schelde University", "class": "OTHER"}], phases=["PHASE1", "PHASE2"],
              conditions=["Gout", "Asthma"], interventions=[{"kind": "DRUG", "name": "salt"}],
              identifiers=[{"scheme": "eudract", "value": "2022-000123-45"}, {"scheme": None, "value": "ST-1"}]),
        trial("NCT90000002", title="Far away", sponsor="Rhine Cells GmbH", status="COMPLETED"),
        trial("NCT90000003", title="=SUM(1,2)", study_type="OBSERVATIONAL", status="Ended", phases=[],
              sponsor="Schelde Biotech", summary='two\nlines, "quoted" é漢'),
        # Only the source that is not exported knows its sponsor, so only with it does this trial concern the region.
        trial("NCT90000004", sponsor="Quiet Cells"),
    ],
    "trial_site": [
        site("1", "NCT90000001", "Kaai University Hospital", city="Leuven", latitude=50.88, longitude=4.70),
        site("2", "NCT90000001", "Elsewhere Clinic", city="Utrecht", country="NL", latitude=52.1, longitude=5.1,
             position=2),
        site("3", "NCT90000002", "Elsewhere Clinic", city="Utrecht", country="NL", latitude=52.1, longitude=5.1),
        site("4", "NCT90000003", "Kaai University Hospital", city="Leuven"),
    ],
    "call": [
        {"source_id": "CALL-1", "title": "Healthy rivers", "description": "Clean water.", "opens": "2026-01-10",
         "deadlines": ["2026-04-01", "2026-09-01"], "budget": 5_000_000.0, "url": "https://calls.example/CALL-1",
         "programme": "HORIZON", "keywords": []},
        {"source_id": "CALL-2", "title": "@dates", "deadlines": [], "url": "not an address", "keywords": []},
    ],
    "occupation": [{"source_id": "http://occupations.example/1", "kind": "occupation", "code": "2131.4",
                    "isco": "2131", "descriptions": [],
                    "names": [{"value": "brewer of cells", "language": "en", "kind": "label"}]}],
    "indicator": [{"source_id": "rd/BE23/2020", "indicator": "rd", "title": "R&D", "region": "BE23", "year": 2020,
                   "value": 3.5, "unit": "%", "dimensions": [{"code": "sectperf", "title": "TOTAL"}], "flag": "p"}],
}
_BOUNDARY = '{"type": "Polygon", "coordinates": [[[3.0, 50.9], [4.1, 50.9], [4.1, 51.4], [3.0, 50.9]]]}'
#: Regions of the NUTS, whose source is not exported for its boundaries.
REGIONS: Records = {"region": [
    {"source_id": code, "level": len(code) - 2, "country": "BE", "name": name, "latin_name": name,
     "classification": "NUTS 2021", "boundary": _BOUNDARY}
    for code, name in (("BE", "België/Belgique"), ("BE2", "Vlaams Gewest"), ("BE23", "Oost-Vlaanderen"),
                       ("BE234", "Arr. Gent"))
]}
#: What may not: facts that win over everybody's, an organisation that nobody else knows, a reason for scope, a project,
#: and one of everything else.
SECRET: Records = {
    "organisation": [
        organisation("s1", f"{HUSH} University", others=[f"{HUSH} Alias"], kinds=["biobank"], city=f"{HUSH}ville",
                     point=(51.5, 4.5), website="https://hush.example/", founded=1999, domains=["hush.example"],
                     identifiers=[{"scheme": "vat", "value": "BE" + kbo(1)},
                                  {"scheme": "wikidata", "value": "Q424242"}],
                     stages=["care"], platforms=["gene-therapy"]),
        organisation("s2", f"{HUSH} Biologics", kinds=["cro"], city="Gent"),
        organisation("s3", "Institute of River Biology", kinds=["biobank"], city=f"{HUSH}dam"),
        organisation("s4", "Quiet Cells", city="Gent"),
    ],
    "project": [{"source_id": "950001", "acronym": f"{HUSH}PROJECT", "title": f"{HUSH} title", "programme": "H2020",
                 "start_date": "2010-01-01", "eu_contribution": 1.0, "fields": [], "topics": [],
                 "legal_bases": [{"code": "H2020-EU.3.1", "title": f"{HUSH} basis"}]}],
    "participation": [{"source_id": f"950001/{number}", "project_id": "950001", "organisation_id": number,
                       "role": "participant", "eu_contribution": 7777.0} for number in ("s1", "s2", "s3")],
    "trial": [trial("H1", title=f"{HUSH} trial", sponsor=f"{HUSH} Biologics", conditions=[f"{HUSH} disease"],
                    identifiers=[{"scheme": "eudract", "value": "2022-000123-45"}])],
    "trial_site": [site("h1", "H1", "Kaai University Hospital", city=f"{HUSH}town", latitude=50.0, longitude=4.0)],
    "call": [{"source_id": "HUSH-CALL", "title": f"{HUSH} call", "deadlines": ["2026-04-01"], "keywords": []}],
    "occupation": [{"source_id": "http://hush.example/1", "kind": "occupation", "descriptions": [],
                    "names": [{"value": f"{HUSH} worker", "language": "en", "kind": "label"}]}],
    "shortage": [{"source_id": "1", "region": "BE2", "year": 2026, "title": f"{HUSH} nurse", "language": "nl"}],
    "region": [{"source_id": "XX1", "level": 1, "country": "BE", "name": f"{HUSH}land", "classification": "Own"}],
    "indicator": [{"source_id": "hush/1", "indicator": "hush", "title": f"{HUSH} figure", "region": "BE23",
                   "year": 2020, "value": 9.0, "dimensions": []}],
}

_homes: dict[str, Settings] = {}


def open_home(factory: pytest.TempPathFactory) -> Settings:
    """Return the home of a world whose sources are all exported but for regions' boundaries; built once a run."""
    return _home(factory, "open")


def guarded_home(factory: pytest.TempPathFactory) -> Settings:
    """Return the home of the same world with a source that wins many facts and is not exported."""
    return _home(factory, "guarded")


def _home(factory: pytest.TempPathFactory, name: str) -> Settings:
    if name not in _homes:
        settings = home_at(factory.mktemp(name) / "home")
        own_source(settings, "openbook", OPEN)
        own_source(settings, "regions", REGIONS, exported=False)
        if name == "guarded":
            own_source(settings, "secrets", SECRET, exported=False, precedence=5)
        take_in(settings, RIVER)
        build(settings)
        _homes[name] = settings
    return _homes[name]


UNIVERSITY, RIVER_BIOLOGY = ror_id(1), ror_id(4)
