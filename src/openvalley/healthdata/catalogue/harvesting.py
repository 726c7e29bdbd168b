"""Harvesting: a catalogue's description comes, is checked, freed of personal data, and kept with what changed.

Reads the web or a file, writes the feed. A description that cannot be read leaves the last good version in use; one
that breaks rules of its profile is kept, and what is wrong with it is told.
"""

import hashlib
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from openvalley.errors import BadInput
from openvalley.healthdata.catalogue import checking, feeds, reading
from openvalley.healthdata.catalogue.datasets import datasets
from openvalley.healthdata.catalogue.feeds import Feed, Gathered, Harvest
from openvalley.healthdata.catalogue.persons import withhold
from openvalley.healthdata.catalogue.shapes import shapes
from openvalley.progress import Report
from openvalley.settings import Settings
from openvalley.sources.asking import RemoteFile
from openvalley.sources.fetch import Fetcher
from openvalley.sources.specification import Fetching, Limits
from openvalley.storage import exclusive


def harvest(settings: Settings, one: Feed, report: Report) -> Harvest | None:
    """Bring a feed up to date; None when its description is the one that is here.

    Args:
        settings: of the home folder.
        one: the feed; kept under its name, also where it is new.
        report: called while bytes come.

    Raises:
        BadInput: what came is no description, or names no data set.
        NothingBuilt: the shapes of the feed's profile are not here.
        SourceUnavailable: the address cannot be reached.
        StorageFailed: the home folder cannot be written.

    """
    with exclusive(settings.home, f"harvesting {one.name}"):
        wanted = shapes(settings, one.profile) if one.profile else None
        content, form = _brought(one.origin, report)
        sha256 = hashlib.sha256(content).hexdigest()
        before = feeds.last(settings, one.name)
        same_feed = before is not None and one in feeds.feeds(settings)
        if before is not None and same_feed and before.sha256 == sha256:
            return None
        graph = reading.read(content, form, one.origin)
        found = datasets(graph)
        if not found:
            raise BadInput(f"{one.origin} describes no data set.",
                           hint="A data set is a dcat:Dataset with an address (IRI) of its own.")
        wrong = checking.findings(graph, wanted) if wanted is not None else None
        withheld = withhold(graph)
        feeds.add(settings, one)
        return feeds.keep(settings, one, Gathered(graph, datasets(graph), wrong, sha256, withheld))


def _brought(origin: str, report: Report) -> tuple[bytes, str]:
    """Return a description's bytes and their format.

    Raises:
        BadInput: it is a file that cannot be read, or of an unknown format.
        SourceUnavailable: it is an address that cannot be reached.

    """
    if urlsplit(origin).scheme not in {"http", "https"}:
        path = Path(origin)
        try:
            if path.stat().st_size > reading.LARGEST:
                raise BadInput(f"{path} has more than {reading.LARGEST >> 20} MB.", hint="Split it.")
            content = path.read_bytes()
        except OSError as problem:
            raise BadInput(f"{path} cannot be read: {problem.strerror or problem}.",
                           hint="Give a file or an address that begins with https://.") from problem
        return content, reading.format_of(path.name, content)
    with tempfile.TemporaryDirectory() as folder, \
            Fetcher(Fetching(), Limits(packed_bytes=reading.LARGEST), report=report) as fetcher:
        file = fetcher.download(RemoteFile("description", origin), Path(folder))
        content = (Path(folder) / "description").read_bytes() if file else b""
    return content, reading.format_of(urlsplit(origin).path, content)
