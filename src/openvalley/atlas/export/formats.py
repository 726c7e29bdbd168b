"""The formats by name, and the one way out."""

from collections.abc import Callable, Mapping
from pathlib import Path

from openvalley.atlas.export.geojson import write_geojson
from openvalley.atlas.export.graphml import write_graphml
from openvalley.atlas.export.jsonld import write_jsonld
from openvalley.atlas.export.selection import Selection
from openvalley.atlas.export.tables import write_csv, write_parquet
from openvalley.atlas.exportable import ExportableAtlas
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput

FORMATS: Mapping[str, Callable[[Selection, Path], dict[str, int]]] = {
    "csv": write_csv, "parquet": write_parquet, "geojson": write_geojson, "jsonld": write_jsonld,
    "graphml": write_graphml,
}


def export(atlas: Atlas, form: str, target: Path, *, everything: bool = False, sites: bool = False) -> dict[str, int]:
    """Write an export of the region's life sciences, or of the whole atlas.

    Args:
        atlas: what is exported.
        form: one of `FORMATS`.
        target: a folder for csv and parquet (made, must not exist), a file for the others (replaced in one step).
        everything: all organisations and trials instead of the region's.
        sites: with geojson, the places of trials too.

    Returns:
        Rows by table, or features, things, nodes and edges.

    Raises:
        BadInput: an unknown format, an option of another format, a target that is there or cannot be.
        StorageFailed: the disk is full, or the target cannot be written; nothing is left of it then.

    """
    if form not in FORMATS:
        raise BadInput(f"There is no export format {form!r}.", hint=f"Formats: {', '.join(FORMATS)}.")
    if sites and form != "geojson":
        raise BadInput(f"The places of trials go with geojson, not with {form}.",
                       hint="csv and parquet have them as the table trial_site.")
    leaving = ExportableAtlas(atlas)
    try:
        return FORMATS[form](Selection(leaving, everything=everything, sites=sites), target)
    finally:
        leaving.close()
