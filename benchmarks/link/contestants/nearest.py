"""The nearest name of the country by rapidfuzz, with its default ratio, WRatio: better here than the sorted one."""

from collections import defaultdict
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from competing import Row, Said, compete, read_names
from rapidfuzz import fuzz, process


class Nearest:
    """Compares each row with every name of its country."""

    version = f"rapidfuzz {version('rapidfuzz')}, WRatio"

    def __init__(self, material: Path) -> None:
        """Key the folded names by country; by no country those of all. Of organisations with one name the first id."""
        self._bearer: dict[str, dict[str, str]] = defaultdict(dict)
        for one in sorted(read_names(material), key=lambda one: one.id):
            for country in (one.country, ""):
                self._bearer[country].setdefault(one.folded_name, one.id)

    def get_ready(self, rows: Sequence[Row]) -> None:
        """Need nothing more."""

    def answer(self, rows: Sequence[Row]) -> list[Said]:
        """Find the nearest name of each row."""
        said = []
        for row in rows:
            names = self._bearer.get(row.country, {})
            found = process.extractOne(row.folded_name, names.keys(), scorer=fuzz.WRatio)
            said.append(Said(names[found[0]], found[1] / 100) if found else Said("", 0.0))
        return said


if __name__ == "__main__":
    compete(lambda material, _home: Nearest(material))
