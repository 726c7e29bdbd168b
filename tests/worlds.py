"""Small worlds: registers' files in their true formats about invented organisations, taken in and built.

A `World` holds rows of ROR, CORDIS and a region pack, and further files of registers as they stand. `take_in` writes
them as the registers would, syncs them into a home folder, and leaves the rest to the test; `build` publishes. The
sources' least numbers of rows are set aside: a small world has few.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

import gazetteer
from openvalley import pipeline
from openvalley.atlas import places
from openvalley.atlas.publish import Published
from openvalley.progress import Report
from openvalley.settings import Settings
from openvalley.sources import sync
from openvalley.sources.catalogue import sources
from openvalley.sources.pack.connector import COLUMNS, ORGANISATIONS
from openvalley.sources.pack.tables import TABLES

#: Code of the region pack that worlds bring with them.
REGION = "schelde"
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"

Row = Mapping[str, Any]


def quiet(_what: str, _done: int, _total: int | None) -> None:
    """Report to nobody."""


def ror_id(number: int) -> str:
    """Return a ROR id with right check digits, far from those in use."""
    code = "0zzz" + "".join(_CROCKFORD[number // 32**place % 32] for place in (2, 1, 0))
    total = 0
    for character in code:
        total = total * 32 + _CROCKFORD.index(character)
    return f"https://ror.org/{code}{(98 - total * 100 % 97) % 97:02d}"


def kbo(number: int) -> str:
    """Return a Belgian enterprise number with right check digits that no register has given out."""
    first = 19_999_000 + number
    return f"{first:08d}{97 - first % 97:02d}"


def ror(number: int, name: str, country: str = "BE", **changed: Any) -> dict[str, Any]:
    """Return a ROR record of schema v2. ``others`` are further names as (value, language, type)."""
    others = changed.pop("others", ())
    city, latitude, longitude = changed.pop("place", (None, None, None))
    website = changed.pop("website", None)
    return {
        "id": ror_id(number), "admin": {"last_modified": {"date": "2025-11-30", "schema_version": "2.1"}},
        "domains": [], "established": None, "external_ids": [],
        "links": [{"type": "website", "value": website}] if website else [],
        "locations": [{"geonames_id": None, "geonames_details": {
            "country_code": country, "country_subdivision_code": None, "lat": latitude, "lng": longitude,
            "name": city}}],
        "names": [{"lang": "en", "types": ["ror_display", "label"], "value": name},
                  *({"lang": language, "types": [kind], "value": value} for value, language, kind in others)],
        "relationships": [], "status": "active", "types": ["education"], **changed,
    }


def project(number: int | str, acronym: str, **changed: str) -> dict[str, str]:
    """Return a row of CORDIS's project.csv, by default about health."""
    return {
        "id": str(number), "acronym": acronym, "title": f"{acronym} studies", "status": "CLOSED",
        "startDate": "2019-03-01", "endDate": "2022-02-28", "totalCost": "2500000", "ecMaxContribution": "2000000",
        "legalBasis": "H2020-EU.3.1.", "frameworkProgramme": "H2020", "fundingScheme": "RIA", **changed,
    }


def participant(number: int | str, pic: int | str, name: str, country: str = "BE", **changed: str) -> dict[str, str]:
    """Return a row of CORDIS's organization.csv."""
    return {
        "projectID": str(number), "organisationID": str(pic), "name": name, "country": country, "activityType": "HES",
        "role": "participant", "ecContribution": "1000.5", "order": "1", **changed,
    }


def pack_row(key: str, name: str, **changed: str) -> dict[str, str]:
    """Return a row of a pack's organisations.csv."""
    return {**dict.fromkeys(COLUMNS, ""), "key": key, "name_en": name, "kind": "company", "state": "active",
            "source": "https://register.example/", "checked_on": "2026-01-02", "verification": "register", **changed}


def curated_row(**cells: str) -> dict[str, str]:
    """Return a row of one of a pack's other tables, unverified unless it says otherwise."""
    return {"source": "public record: a leaflet", "checked_on": "2026-01-02", "verification": "unverified", **cells}


_CORDIS = {
    "project": ("id", "acronym", "status", "title", "startDate", "endDate", "totalCost", "ecMaxContribution",
                "legalBasis", "topics", "ecSignatureDate", "frameworkProgramme", "masterCall", "subCall",
                "fundingScheme", "nature", "objective", "contentUpdateDate", "rcn", "grantDoi", "keywords"),
    "organization": ("projectID", "projectAcronym", "organisationID", "vatNumber", "name", "shortName", "SME",
                     "activityType", "street", "postCode", "city", "country", "nutsCode", "geolocation",
                     "organizationURL", "contactForm", "contentUpdateDate", "rcn", "order", "role", "ecContribution",
                     "netEcContribution", "totalCost", "endOfParticipation", "active"),
    "topics": ("projectID", "topic", "title"),
    "legalBasis": ("projectID", "legalBasis", "title", "uniqueProgrammePart"),
    "euroSciVoc": ("projectID", "euroSciVocCode", "euroSciVocPath", "euroSciVocTitle", "euroSciVocDescription"),
}
_PACK_TOML = """[pack]
code = "{code}"
version = "2026-01-01"
countries = ["{country}"]
languages = ["nl", "en"]
licence = "CC0-1.0"

[pack.title]
en = "Schelde"

[pack.cluster]
en = "The Schelde cluster"
"""


@dataclass(frozen=True)
class World:
    """Rows of each register, as they stand in its files."""

    ror: Sequence[Row] = ()
    projects: Sequence[Row] = ()
    participants: Sequence[Row] = ()
    pack: Sequence[Row] = (pack_row("kaai-incubator", "Kaai Incubator", kind="incubator"),)
    codes: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    country: str = "BE"
    curated: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def with_rows(self, **rows: Sequence[Row]) -> "World":
        """Return a world with these rows added to its tables."""
        return replace(self, **{table: (*getattr(self, table), *more) for table, more in rows.items()})

    def write(self, mirror: Path, pack: Path) -> None:
        """Write the registers' files below a mirror folder, and the region pack."""
        (mirror / "ror").mkdir(parents=True, exist_ok=True)
        (mirror / "cordis").mkdir(exist_ok=True)
        if self.ror:
            content = json.dumps(list(self.ror)).encode()
            (mirror / "ror" / "v9.9-2026-01-01-ror-data.zip").write_bytes(
                _zipped({"v9.9-2026-01-01-ror-data.json": content}))
        if self.projects:
            tables = {"project": self.projects, "organization": self.participants, **self.codes}
            (mirror / "cordis" / "cordis-h2020projects-csv.zip").write_bytes(_zipped({
                f"{name}.csv": _csv(columns, tables.get(name, ()), ";") for name, columns in _CORDIS.items()}))
        for name, content in self.files.items():
            (mirror / name).parent.mkdir(exist_ok=True)
            (mirror / name).write_bytes(content)
        pack.mkdir(parents=True, exist_ok=True)
        (pack / "pack.toml").write_text(_PACK_TOML.format(code=pack.name, country=self.country), encoding="utf-8")
        (pack / ORGANISATIONS).write_bytes(_csv(COLUMNS, self.pack, ","))
        for table in TABLES:
            if table.file in self.curated:
                (pack / table.file).write_bytes(_csv(table.names, self.curated[table.file], ","))


def _zipped(members: Mapping[str, bytes]) -> bytes:
    """Return a zip file whose bytes hang on its members alone: a version's name comes from them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def _csv(columns: Sequence[str], rows: Sequence[Row], delimiter: str) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def home_at(folder: Path, **changed: Any) -> Settings:
    """Return the settings of a small home folder whose region is the worlds' own."""
    return Settings(**{"home": folder, "region": REGION, "memory_limit_mb": 512, "threads": 2, **changed})


def take_in(settings: Settings, world: World) -> None:
    """Write a world's files beside a home folder and sync them into it."""
    mirror = settings.home.with_name(f"{settings.home.name}-mirror")
    world.write(mirror, settings.own_regions / settings.region)
    with made_small():
        for source in sources(settings).values():
            result = sync.sync_source(settings, source, mirror, quiet)
            assert result.problem is None, result.problem


def build(settings: Settings, world: World | None = None, report: Report = quiet) -> Published:
    """Take a world in, when one is given, and publish its atlas."""
    if world is not None:
        take_in(settings, world)
    with made_small():
        return pipeline.build(settings, report)


@contextmanager
def made_small() -> Iterator[None]:
    """Let registers have few rows, and builds read the gazetteer once a run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sync, "_expect", lambda _source, _intake: None)
        patch.setattr(places, "cities", gazetteer.remembered)
        yield


#: The world of most tests: universities, hospitals and companies along the Schelde, and strangers elsewhere.
RIVER = World(
    ror=[
        ror(1, "Schelde University", place=("Gent", 51.05, 3.72), website="https://www.uschelde.example/",
            established=1817, types=["education", "funder"],
            others=[("Universiteit Schelde", "nl", "label"), ("Université de l'Escaut", "fr", "label"),
                    ("USchelde", None, "acronym")]),
        ror(2, "Kaai University Hospital", place=("Leuven", 50.88, 4.70), types=["healthcare"],
            website="https://www.uzkaai.example",
            others=[("Universitair Ziekenhuis Kaai", "nl", "label"), ("UZK", None, "acronym")]),
        ror(3, "Sint-Pieters Ziekenhuis", types=["healthcare"], place=("Brussels", 50.85, 4.35),
            others=[("Hôpital Saint-Pierre", "fr", "label")]),
        ror(4, "Institute of River Biology", place=("Antwerp", 51.22, 4.40), types=["facility"],
            others=[("IRB", None, "acronym")], relationships=[{"id": ror_id(1), "label": "x", "type": "parent"}]),
        ror(5, "Institute of River Biology", "NL", types=["facility"], place=("Utrecht", 52.09, 5.12)),
        ror(6, "Old Estuary Academy", status="withdrawn",
            relationships=[{"id": ror_id(1), "label": "x", "type": "successor"}]),
        ror(7, "Never Was Academy", status="withdrawn"),
        ror(8, "Dender Technical School", "BE"),
        ror(9, "Dender Technical School", "BE", place=("Aalst", 50.94, 4.04)),
        ror(10, "Dünya Üniversitesi", "TR", place=("Ankara", 39.92, 32.85)),
    ],
    projects=[
        project(700001, "RIVERVAX"), project(700002, "TIDEGENE", startDate="2020-01-01", endDate="2024-01-01"),
        project(700003, "STEELWORKS", legalBasis="H2020-EU.2.1.5."),
        project(101000004, "DELTACELL", frameworkProgramme="HORIZON", legalBasis="HORIZON.2.1",
                startDate="2022-05-01", endDate="2026-04-30", objective="Cell therapy along the delta."),
    ],
    participants=[
        participant(700001, 990000001, "UNIVERSITEIT SCHELDE", city="GENT", role="coordinator",
                    vatNumber="BE" + kbo(1), ecContribution="500000.25", order="1"),
        participant(700001, 990000002, "SCHELDE BIOTECH NV", city="GENT", activityType="PRC", SME="true",
                    vatNumber="BE" + kbo(2), organizationURL="http://www.scheldebiotech.example", order="2"),
        participant(700002, 990000002, "SCHELDE BIOTECH NV", city="GENT", activityType="PRC", SME="true",
                    vatNumber="BE" + kbo(2), organizationURL="http://www.scheldebiotech.example"),
        participant(700002, 990000003, "UZ Kaai", city="LEUVEN", activityType="HES",
                    organizationURL="www.uzkaai.example"),
        participant(700002, 990000004, "Polder Diagnostics BVBA", city="MECHELEN", activityType="PRC"),
        participant(700003, 990000005, "Polder Steel NV", city="CHARLEROI", activityType="PRC"),
        participant(700003, 990000002, "SCHELDE BIOTECH NV", city="GENT", activityType="PRC"),
        participant(101000004, 990000006, "", "FR", activityType=""),
        participant(101000004, 990000007, "Rhine Cells GmbH", "DE", city="KÖLN", activityType="PRC"),
        participant(101000004, 990000001, "UNIVERSITEIT SCHELDE", city="GENT"),
    ],
    pack=[
        pack_row("kaai-incubator", "Kaai Incubator", kind="incubator", city="Gent", nuts3="BE234",
                 stages="discovery", platforms="mrna"),
        pack_row("schelde-biotech", "Schelde Biotech", name_nl="Schelde Biotech NV", kind="company", city="Gent",
                 pic="990000002", kbo=kbo(2), vat="BE" + kbo(2), founded="2004", stages="discovery;clinical",
                 platforms="vaccine;mrna", former_names="River Vaccines", website="https://scheldebiotech.example/"),
        pack_row("uz-kaai", "UZ Kaai", ror=ror_id(2), kind="university-hospital", city="Leuven", stages="clinical",
                 parent="schelde-biotech"),
        pack_row("rumoured", "Rumoured Biologics", verification="unverified", city="Oostende"),
        pack_row("bygone", "Bygone Sera", state="dissolved", state_date="2015", city="Ieper"),
    ],
    codes={"euroSciVoc": [{"projectID": "101000004", "euroSciVocCode": "/21/37", "euroSciVocTitle": "cell therapy"}]},
)



_published: dict[str, Settings] = {}


def river(factory: pytest.TempPathFactory) -> Settings:
    """Return the home folder in which the atlas of `RIVER` is published; built once a run, never to be written to."""
    return once("river", RIVER, factory)


def once(name: str, world: World, factory: pytest.TempPathFactory) -> Settings:
    """Return the home folder in which the atlas of a world is published; as that of the river."""
    if name not in _published:
        settings = home_at(factory.mktemp(name) / "home")
        build(settings, world)
        _published[name] = settings
    return _published[name]
