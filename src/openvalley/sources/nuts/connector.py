"""Reads GISCO's NUTS boundaries (https://gisco-services.ec.europa.eu/distribution/v2/nuts/nuts-2021-files.html).

GeoJSON feature collections in WGS 84, one a level. A boundary stays as GISCO drew it, with its holes and islands; one
that crosses itself is repaired, because every question whether a point lies in it would fail.
"""

import re

import numpy as np
import pyarrow as pa
import shapely

from openvalley.errors import SourceChanged
from openvalley.sources.intake import Intake
from openvalley.sources.sql import country, filled
from openvalley.vocabulary.records import REGION

_NEEDED = ("NUTS_ID", "LEVL_CODE", "CNTR_CODE", "NUTS_NAME", "NAME_LATN")
_KNOWN = ("FID", "COAST_TYPE", "MOUNT_TYPE", "URBN_TYPE", "NAME_ENGL", "NAME_FREN", "NAME_GERM", "ISO3_CODE", "SVRG_UN",
          "CAPT", "EU_STAT", "EFTA_STAT", "CC_STAT", "NAME_HTML")
_YEAR = re.compile(r"NUTS_RG_[0-9]{2}M_([0-9]{4})_4326_")
_AREAS = ("Polygon", "MultiPolygon")
_EARTH = (-180.0, -90.0, 180.0, 90.0)


def read(intake: Intake) -> None:
    """Turn the feature collections into region records.

    Raises:
        SourceChanged: a file is no feature collection, a property is gone, or the files are of different years.

    """
    files = sorted(intake.files)
    years = {found[1] if (found := _YEAR.search(file)) else "" for file in files}
    if len(years) != 1 or "" in years:
        raise SourceChanged("The NUTS files are not of one year.", files=files,
                            hint="All levels must be of one NUTS version, in WGS 84 (4326). Mend the folder or the"
                            " addresses in source.toml.")
    intake.connection.execute("CREATE TABLE feature (line BIGINT, file VARCHAR, json JSON)")
    for file in files:
        intake.json("part", file)
        intake.connection.execute("""
            INSERT INTO feature
            SELECT row_number() OVER (), ?, feature
            FROM (SELECT unnest(from_json(json->'features', '["JSON"]')) AS feature FROM part)
        """, [file])
        _check(intake, file)
    intake.connection.execute(f"CREATE TABLE region AS {_TYPED}")
    listed = ", ".join(files)
    intake.quarantine("region", listed, {
        "its NUTS_ID is no NUTS code": "NOT coalesce(regexp_full_match(id, '[A-Z]{2}[0-9A-Z]{0,3}'), false)",
        "its level is not that of its code": "NOT coalesce(length(id) - 2 = level, false)",
        "its country is no code": f"{country('country')} IS NULL",
        "its geometry is no area": f"NOT coalesce(shape IN {_AREAS}, false)",
    })
    _mend(intake)
    intake.quarantine("region", listed, {"its geometry cannot be read": "boundary IS NULL"})
    intake.records(REGION, listed, f"""
        SELECT line, file, id AS source_id, level, {country('country')} AS country, {filled('name')} AS name,
            {filled('latin_name')} AS latin_name, 'NUTS {years.pop()}' AS classification, boundary
        FROM region
    """)


_TYPED = """
SELECT line, file, trim(json->'properties'->>'NUTS_ID') AS id,
    try_cast(json->'properties'->>'LEVL_CODE' AS INTEGER) AS level, json->'properties'->>'CNTR_CODE' AS country,
    json->'properties'->>'NUTS_NAME' AS name, json->'properties'->>'NAME_LATN' AS latin_name,
    json->'geometry'->>'type' AS shape, (json->'geometry')::VARCHAR AS geometry, NULL::VARCHAR AS boundary
FROM feature
"""


def _check(intake: Intake, file: str) -> None:
    rows = intake.connection.execute(
        "SELECT DISTINCT unnest(json_keys(json->'properties')) FROM feature WHERE file = ?", [file]).fetchall()
    seen = {row[0] for row in rows}
    vanished = [name for name in _NEEDED if name not in seen]
    if vanished:
        raise SourceChanged(f"{file}: the properties {', '.join(vanished)} are gone, or it holds no features.",
                            hint="The last good version stays in use. GISCO changed its files; adapt the connector.",
                            file=file, columns=vanished)
    unknown = sorted(seen - {*_NEEDED, *_KNOWN})
    if unknown:
        intake.warn(f"{file}: unknown properties {', '.join(unknown)}")


def _mend(intake: Intake) -> None:
    """Set the boundaries: as they stand where they are sound, repaired where not, null where nothing can be made."""
    table = intake.connection.execute("SELECT rowid AS row_key, geometry FROM region ORDER BY rowid").to_arrow_table()
    shapes = shapely.from_geojson(table["geometry"].to_numpy(), on_invalid="ignore")
    sound = shapely.is_valid(shapes) & ~shapely.is_empty(shapes)
    bounds = shapely.bounds(shapes)
    there = (bounds[:, 0] >= _EARTH[0]) & (bounds[:, 1] >= _EARTH[1]) \
        & (bounds[:, 2] <= _EARTH[2]) & (bounds[:, 3] <= _EARTH[3])
    boundaries = table["geometry"].to_numpy().copy()
    crossing = there & ~sound
    boundaries[crossing] = [_repaired(shape) for shape in shapes[crossing]]
    boundaries[~there] = None
    intake.connection.register("mended", pa.table({"row_key": table["row_key"], "boundary": pa.array(
        boundaries, pa.string())}))
    intake.connection.execute("UPDATE region SET boundary = mended.boundary FROM mended "
                              "WHERE region.rowid = mended.row_key")
    intake.connection.unregister("mended")
    intake.counted["boundaries repaired"] = int(np.count_nonzero(crossing))


def _repaired(shape: shapely.Geometry) -> str | None:
    """Return the areas of a repaired shape as GeoJSON; the lines and points that repair leaves over are dropped."""
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
    areas = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return str(shapely.to_geojson(shapely.multipolygons(areas) if len(areas) > 1 else areas[0])) if len(areas) else None
