"""The shapes that descriptions are held against: SHACL files of the profiles, kept below the home folder.

The profiles' publishers change their shapes, and their licences are theirs: so none is shipped, and whoever runs the
catalogue brings them once (``openvalley catalogue shapes``), from files or addresses.
"""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from rdflib import Graph
from rdflib.namespace import SH

from openvalley.errors import BadInput, NothingBuilt
from openvalley.healthdata.catalogue.namespaces import RDF
from openvalley.healthdata.catalogue.reading import read_file
from openvalley.settings import Settings
from openvalley.storage import CURRENT, atomic_folder, point

#: The profiles that a description can be checked against, the stricter one first.
PROFILES = ("healthdcat-ap", "dcat-ap")
#: Characters of the hash that names a version of the shapes.
_VERSION = 12
_USUAL_HINT = "Bring them with: openvalley catalogue shapes --profile PROFILE FILE..."


def keep(settings: Settings, profile: str, files: Sequence[Path]) -> int:
    """Keep files of shapes for a profile, instead of those that were there; return how many shapes they hold.

    Raises:
        BadInput: there is no such profile, or a file holds no shapes.
        StorageFailed: the home folder cannot be written.

    """
    graphs = [(path, read_file(path)) for path in files]
    for path, graph in graphs:
        if not _count(graph):
            raise BadInput(f"{path} holds no SHACL shapes.", hint="Give the profile's SHACL file (sh:NodeShape).")
    text = [graph.serialize(format="turtle") for _, graph in graphs]
    version = hashlib.sha256("".join(text).encode()).hexdigest()[:_VERSION]
    folder = _folder(settings, profile)
    if not (folder / version).exists():
        with atomic_folder(folder / version) as work:
            for number, shape in enumerate(text):
                (work / f"{number:02d}.ttl").write_text(shape, encoding="utf-8")
    point(folder / CURRENT, version)
    for other in folder.iterdir():
        if not other.is_symlink() and other.name != version:
            shutil.rmtree(other, ignore_errors=True)
    return sum(_count(graph) for _, graph in graphs)


def shapes(settings: Settings, profile: str) -> Graph:
    """Return the shapes of a profile.

    Raises:
        BadInput: there is no such profile.
        NothingBuilt: nobody has brought its shapes.

    """
    files = sorted((_folder(settings, profile) / CURRENT).glob("*.ttl"))
    if not files:
        raise NothingBuilt(f"The shapes of {profile} are not here yet.", hint=_USUAL_HINT)
    together = Graph()
    for path in files:
        together += read_file(path)
    return together


def known(settings: Settings) -> list[str]:
    """Return the profiles whose shapes are here."""
    return [profile for profile in PROFILES if any((_folder(settings, profile) / CURRENT).glob("*.ttl"))]


def _folder(settings: Settings, profile: str) -> Path:
    if profile not in PROFILES:
        raise BadInput(f"There is no profile {profile[:40]!r} here.", hint=f"Profiles: {', '.join(PROFILES)}.")
    return settings.home / "healthdata" / "shapes" / profile


def _count(graph: Graph) -> int:
    return sum(1 for _ in graph.subjects(RDF.type, SH.NodeShape, unique=True))
