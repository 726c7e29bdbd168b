"""Exact match: the one organisation of the country that has this name, letter for letter but for case."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from competing import Row, Said, compete, read_names


class Exact:
    """Looks names up; of two organisations with one name neither is meant."""

    version = "dictionary look-up"

    def __init__(self, material: Path) -> None:
        """Key the names by country; by no country those of all."""
        self._bearers: dict[tuple[str, str], set[str]] = defaultdict(set)
        for one in read_names(material):
            for country in (one.country, ""):
                self._bearers[country, one.name.strip().lower()].add(one.id)

    def get_ready(self, rows: Sequence[Row]) -> None:
        """Need nothing more."""

    def answer(self, rows: Sequence[Row]) -> list[Said]:
        """Look rows up."""
        found = [self._bearers.get((row.country, row.name.strip().lower()), set()) for row in rows]
        return [Said(next(iter(ids)), 1.0, "match") if len(ids) == 1 else Said("", 0.0, "none") for ids in found]


if __name__ == "__main__":
    compete(lambda material, _home: Exact(material))
