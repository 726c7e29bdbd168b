"""The catalogue of sources: the built-in folders and those this installation adds, each with its connector."""

import importlib.util
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from openvalley.errors import BadInput, SourceChanged, UnknownSource
from openvalley.settings import Settings
from openvalley.sources.archive import ArchivedFile
from openvalley.sources.fetch import Fetcher, RemoteFile
from openvalley.sources.intake import Intake
from openvalley.sources.specification import SourceSpecification, load_specification

_BUILT_IN = Path(__file__).parent
#: The region pack's connector: a source too, but bound to a region (see `openvalley.sources.pack.region`).
PACK = _BUILT_IN / "pack"
_SPECIFICATION = "source.toml"
_CONNECTOR = "connector.py"
#: Files of a connector's folder that decide what its records look like.
_CODE = frozenset({".py", ".toml", ".txt"})


@dataclass(frozen=True)
class Source:
    """A source: what it says of itself, the folder its files and specification lie in, and the code that reads it.

    The connector module has ``read(intake)``, which turns files into records, and may have ``locate(fetcher)``,
    which finds the addresses of the newest files where they change with every release, or instead of it
    ``fetch(fetcher, into)``, which writes the files itself where one answer says where the next one is. ``ALSO_FROM``
    lists files outside its folder on which its records depend. ``module`` names a connector of this package; without it
    the connector stands in the source's folder.
    """

    specification: SourceSpecification
    folder: Path
    module: str = ""

    @property
    def name(self) -> str:
        """Name of the source."""
        return self.specification.name

    def read(self, intake: Intake) -> None:
        """Turn the files of one version into records.

        Raises:
            SourceChanged: the connector met a shape that it does not know.

        """
        connector = self._connector()
        with _unknown_shapes(self.name):
            connector.read(intake)

    def locate(self, fetcher: Fetcher) -> Sequence[RemoteFile]:
        """Return the files to fetch live.

        Raises:
            SourceChanged: the register answers in a shape that the connector does not know.

        """
        connector = self._connector()
        if hasattr(connector, "locate"):
            with _unknown_shapes(self.name):
                return list(connector.locate(fetcher))
        return [RemoteFile(file.name, file.url) for file in self.specification.files if file.url]

    @property
    def pages(self) -> bool:
        """Whether the connector fetches by itself, page after page."""
        return hasattr(self._connector(), "fetch")

    def fetch(self, fetcher: Fetcher, into: Path) -> list[ArchivedFile]:
        """Bring the connector's pages into a folder, and describe them.

        Raises:
            SourceChanged: the register answers in a shape that the connector does not know.

        """
        connector = self._connector()
        with _unknown_shapes(self.name):
            return list(connector.fetch(fetcher, into))

    def code(self) -> list[Path]:
        """Return the files that decide what records look like: the connector's code and its declared data."""
        connector = self._connector()
        folder = Path(connector.__file__).parent if connector.__file__ else self.folder
        return sorted(path for path in (*folder.iterdir(), *getattr(connector, "ALSO_FROM", ()))
                      if path.suffix in _CODE)

    def _connector(self) -> ModuleType:
        return import_module(self.module) if self.module else _load(self.folder / _CONNECTOR)


@contextmanager
def _unknown_shapes(source: str) -> Iterator[None]:
    """Turn what Python says of an unexpected shape into an error of that one source."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError) as problem:
        raise SourceChanged(
            f"{source}: what came has another shape than its connector knows: {type(problem).__name__}: {problem}",
            hint="The last good version stays in use. The register changed its answers; adapt the connector.",
            source=source,
        ) from problem


def sources(settings: Settings) -> dict[str, Source]:
    """Return all sources by name: built-in first, then this installation's own, each group in name order.

    The region pack is not among them: which one is used depends on the region that is built.

    Raises:
        BadInput: a source.toml is wrong, or two sources have one name.

    """
    found: dict[str, Source] = {}
    for base in (_BUILT_IN, settings.own_sources):
        for path in sorted(base.glob(f"*/{_SPECIFICATION}")):
            if path.parent == PACK:
                continue
            module = f"{__package__}.{path.parent.name}.connector" if base == _BUILT_IN else ""
            source = Source(load_specification(path), path.parent, module)
            if source.name in found:
                raise BadInput(f"Two sources are called {source.name}: {found[source.name].folder} and {path.parent}.",
                               hint="Give the one below the home folder another name in its source.toml.")
            found[source.name] = source
    return found


def chosen(settings: Settings, names: Sequence[str]) -> list[Source]:
    """Return the sources of these names, or all when there are none.

    Raises:
        UnknownSource: a name is not known.

    """
    known = sources(settings)
    for name in names:
        if name not in known:
            raise UnknownSource(f"There is no source {name!r}.", hint=f"Known sources: {', '.join(known)}.", name=name)
    return [known[name] for name in dict.fromkeys(names)] if names else list(known.values())


def _load(path: Path) -> ModuleType:
    """Import a connector that lives outside the package."""
    name = f"openvalley_own_sources.{path.parent.name.replace('-', '_')}"
    specification = importlib.util.spec_from_file_location(name, path)
    if not path.is_file() or specification is None or specification.loader is None:
        raise BadInput(f"{path} does not exist.", hint="A source folder holds source.toml and connector.py; "
                       "see docs/how-to/add-a-source.md.", file=str(path))
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    try:
        specification.loader.exec_module(module)
    except Exception as problem:  # whatever a connector's own code raises
        del sys.modules[name]
        raise BadInput(f"{path} cannot be imported: {type(problem).__name__}: {problem}.", file=str(path),
                       hint="Mend the connector; see docs/how-to/add-a-source.md.") from problem
    if not callable(getattr(module, "read", None)):
        raise BadInput(f"{path} has no function read(intake).", file=str(path),
                       hint="It turns files into records; see docs/how-to/add-a-source.md.")
    return module
