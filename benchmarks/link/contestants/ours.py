"""OpenValley's own linker, against the atlas as it is published."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from competing import Row, Said, compete

import openvalley
from openvalley.atlas.linking import link_index
from openvalley.atlas.reader import open_atlas
from openvalley.resolve.link import Linker


class Ours:
    """Links with `openvalley.resolve.link`."""

    version = f"openvalley {openvalley.__version__}"

    def __init__(self, home: Path) -> None:
        """Load the index of the atlas in a home folder."""
        self._linker = Linker(link_index(open_atlas(home)))

    def get_ready(self, rows: Sequence[Row]) -> None:
        """Load the names of the countries that the rows are in."""
        self._linker.load({row.country for row in rows})

    def answer(self, rows: Sequence[Row]) -> list[Said]:
        """Link rows."""
        asked = pa.table({column: pa.array([getattr(row, column) for row in rows], pa.string())
                          for column in ("name", "city", "country")})
        linked = self._linker.link(asked)
        columns = (linked[column].to_pylist() for column in ("match_id", "score", "decision"))
        return [Said(id_ or "", score, decision) for id_, score, decision in zip(*columns, strict=True)]


if __name__ == "__main__":
    compete(lambda _material, home: Ours(home))
