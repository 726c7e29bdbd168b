"""nomenklatura: OpenSanctions' matcher, with its own index for candidates and its algorithm logic-v2 for the score."""

from collections import defaultdict
from collections.abc import Generator, Iterable, Sequence
from importlib.metadata import version
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from competing import Name, Row, Said, compete, read_names
from followthemoney import Dataset, StatementEntity
from nomenklatura.blocker.index import Index
from nomenklatura.matching import LogicV2

_DATASET = Dataset.make({"name": "ror", "title": "ROR"})
#: Rows that may share a word with as many organisations before the word makes no candidates. The default, 60, is for
#: registers that are matched whole; with it "leuven" would make none.
_BUCKET = 1000
#: Candidates of a row that are compared, the nearest by the index's own score.
_CANDIDATES = 20


class Organisations:
    """The organisations of ROR, as the index walks over them."""

    scope = SimpleNamespace(name="ror")

    def __init__(self, material: Path) -> None:
        """Gather the names of each organisation."""
        self._names: dict[str, list[Name]] = defaultdict(list)
        for one in read_names(material):
            self._names[one.id].append(one)

    def entities(self, include_schemata: Iterable[object] | None = None) -> Generator[StatementEntity, None, None]:
        """Make an entity of each organisation."""
        assert include_schemata is not None
        yield from map(self.entity, self._names)

    def entity(self, known: str) -> StatementEntity:
        """Return an organisation as an entity."""
        names = self._names[known]
        return _entity(known, [one.name for one in names if not one.acronym], names[0],
                       [one.name for one in names if one.acronym])


class LogicNames:
    """Compares each row with the candidates of the index."""

    version = f"nomenklatura {version('nomenklatura')}, logic-v2"

    def __init__(self, material: Path) -> None:
        """Build the index."""
        self._organisations = Organisations(material)
        self._folder = TemporaryDirectory(prefix="nomenklatura-")
        self._index = Index(self._organisations, Path(self._folder.name),
                            {"max_bucket_size": _BUCKET, "max_candidates": _CANDIDATES})
        self._index.build()
        self._config = LogicV2.default_config()
        self._numbers = count()

    def get_ready(self, rows: Sequence[Row]) -> None:
        """Need nothing more."""

    def answer(self, rows: Sequence[Row]) -> list[Said]:
        """Compare all rows with their candidates."""
        # Rows of all lists are numbered through: the matcher remembers what it has read of an entity by its id.
        ids = [f"row-{next(self._numbers)}" for _ in rows]
        asked = {known: _entity(known, [row.name], row) for known, row in zip(ids, rows, strict=True)}
        found: dict[str, Said] = {}
        for row, candidates in self._index.match_entities(asked.values()):
            compared = [(LogicV2.compare(asked[row.id], self._organisations.entity(one.id), self._config).score, one.id)
                        for one, _ in candidates]
            score, id_ = max(compared, default=(0.0, ""))
            found[row.id] = Said(id_, score)
        return [found.get(known, Said("", 0.0)) for known in asked]


def _entity(known: str, names: Sequence[str], place: Name | Row, acronyms: Sequence[str] = ()) -> StatementEntity:
    entity = StatementEntity(_DATASET, {"id": known, "schema": "Organization"})
    entity.add("name", names or acronyms)
    entity.add("weakAlias", acronyms)
    entity.add("country", place.country.lower() or None)
    entity.add("address", place.city or None)
    return entity


if __name__ == "__main__":
    compete(lambda material, _home: LogicNames(material))
