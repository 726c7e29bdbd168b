"""Feeds: what was gathered from each catalogue, one version a harvest, the last good one in use.

A feed is a folder below the home: ``feed.json`` (its address and profile), and versions of which each holds the
description without personal data (Turtle), its data sets as plain values, what was found wrong, and what changed.
Reads and writes these. Next: finding.py and the edges.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rdflib import Graph

from openvalley.errors import BadInput
from openvalley.healthdata.catalogue.checking import Finding
from openvalley.healthdata.catalogue.datasets import Dataset, Holder
from openvalley.healthdata.catalogue.reading import read_file
from openvalley.settings import Settings
from openvalley.storage import CURRENT, atomic_folder, keep_newest, point, write_json

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_FEED, _DESCRIPTION, _DATASETS, _FINDINGS, _META = (
    "feed.json", "description.ttl", "datasets.json", "findings.json", "meta.json")
#: Versions of a feed that stay on disk.
_KEPT = 5


@dataclass(frozen=True)
class Feed:
    """Where a catalogue's description comes from, and the profile that it is held against (empty: none)."""

    name: str
    origin: str
    profile: str = ""


@dataclass(frozen=True)
class Change:
    """One data set that is new, gone or changed since the harvest before, and which facts of it changed."""

    id: str
    title: str
    kind: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Harvest:
    """One version of a feed.

    Attributes:
        feed: which one.
        version: its folder's name, which sorts by time.
        at: when it came, ISO 8601 in UTC.
        sha256: of the bytes as they came.
        datasets: how many there are.
        errors: how many things were wrong by the feed's profile; None where it was not checked.
        withheld: statements that reach or name persons, which were not kept.
        changes: since the harvest before.

    """

    feed: str
    version: str
    at: str
    sha256: str
    datasets: int
    errors: int | None
    withheld: int
    changes: Sequence[Change] = ()


@dataclass(frozen=True)
class Gathered:
    """What a harvest keeps: the graph without personal data, its data sets, findings, and what is told of it."""

    graph: Graph
    datasets: Sequence[Dataset]
    findings: Sequence[Finding] | None
    sha256: str
    withheld: int


def feeds(settings: Settings) -> list[Feed]:
    """Return the feeds of this home, by name."""
    return [Feed(**json.loads(path.read_text(encoding="utf-8")))
            for path in sorted(_root(settings).glob(f"*/{_FEED}"))]


def feed(settings: Settings, name: str) -> Feed:
    """Return a feed by its name.

    Raises:
        BadInput: there is none.

    """
    found = next((one for one in feeds(settings) if one.name == name), None)
    if found is None:
        there = ", ".join(one.name for one in feeds(settings)) or "none yet"
        raise BadInput(f"There is no feed called {name[:40]!r}.",
                       hint=f"Feeds: {there}. Add one with: openvalley catalogue harvest NAME FILE-OR-ADDRESS")
    return found


def add(settings: Settings, one: Feed) -> None:
    """Keep a feed's address; what was gathered under its name stays.

    Raises:
        BadInput: the name is none.
        StorageFailed: the home folder cannot be written.

    """
    if not _NAME.fullmatch(one.name):
        raise BadInput(f"{one.name[:60]!r} is no name for a feed.",
                       hint="Up to forty small letters, digits and hyphens, beginning with a letter.")
    folder = _root(settings) / one.name
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / _FEED, asdict(one))


def keep(settings: Settings, one: Feed, gathered: Gathered) -> Harvest:
    """Keep what was gathered as the feed's version in use, and return what it is.

    Raises:
        StorageFailed: the home folder cannot be written.

    """
    now = datetime.now(UTC)
    errors = None if gathered.findings is None else sum(
        finding.times for finding in gathered.findings if finding.severity == "error")
    harvest = Harvest(
        feed=one.name, version=f"{now:%Y%m%dT%H%M%S%f}-{gathered.sha256[:8]}", at=now.isoformat(timespec="seconds"),
        sha256=gathered.sha256, datasets=len(gathered.datasets), errors=errors, withheld=gathered.withheld,
        changes=changed(held(settings, one.name), gathered.datasets))
    folder = _root(settings) / one.name
    with atomic_folder(folder / harvest.version) as work:
        gathered.graph.serialize(work / _DESCRIPTION, format="turtle", encoding="utf-8")
        _write(work / _DATASETS, [asdict(dataset) for dataset in gathered.datasets])
        _write(work / _FINDINGS, [asdict(finding) for finding in gathered.findings or ()])
        _write(work / _META, asdict(harvest))
    point(folder / CURRENT, harvest.version)
    versions = sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()
                      and not path.name.startswith("."))
    keep_newest(versions, _KEPT)
    return harvest


def changed(before: Sequence[Dataset], after: Sequence[Dataset]) -> list[Change]:
    """Return which data sets are new, gone or changed, by their addresses."""
    old, new = ({one.id: one for one in those} for those in (before, after))
    return [
        *(Change(key, new[key].title, "new") for key in new if key not in old),
        *(Change(key, old[key].title, "gone") for key in old if key not in new),
        *(Change(key, new[key].title, "changed", facts) for key in new if key in old
          and (facts := tuple(entry.name for entry in fields(Dataset) if _comparable(getattr(old[key], entry.name))
                              != _comparable(getattr(new[key], entry.name))))),
    ]


def last(settings: Settings, name: str) -> Harvest | None:
    """Return the version of a feed that is in use; None where nothing was gathered yet."""
    path = _root(settings) / name / CURRENT / _META
    if not path.exists():
        return None
    read = json.loads(path.read_text(encoding="utf-8"))
    changes = [Change(**{**change, "facts": tuple(change["facts"])}) for change in read["changes"]]
    return Harvest(**{**read, "changes": changes})


def mark(settings: Settings) -> str:
    """Return what changes whenever a feed's version in use does."""
    return " ".join(f"{link.parent.name}:{link.readlink()}" for link in sorted(_root(settings).glob(f"*/{CURRENT}")))


def held(settings: Settings, name: str) -> list[Dataset]:
    """Return the data sets of a feed's version in use; none where nothing was gathered yet."""
    path = _root(settings) / name / CURRENT / _DATASETS
    return [_dataset(entry) for entry in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []


def found_wrong(settings: Settings, name: str) -> list[Finding]:
    """Return what was wrong with a feed's version in use."""
    path = _root(settings) / name / CURRENT / _FINDINGS
    return [Finding(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []


def description(settings: Settings, name: str) -> Graph:
    """Return a feed's version in use as a graph; empty where nothing was gathered yet."""
    path = _root(settings) / name / CURRENT / _DESCRIPTION
    return read_file(path) if path.exists() else Graph()


def _dataset(entry: Mapping[str, Any]) -> Dataset:
    holder = entry["holder"]
    return Dataset(**{**entry, "holder": Holder(**holder) if holder else None, "ages": tuple(entry["ages"])})


def _comparable(value: object) -> object:
    """Return a fact in the form in which it is kept, so that a list and a tuple of the same are the same."""
    return json.loads(json.dumps(asdict(value) if isinstance(value, Holder) else value))


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _root(settings: Settings) -> Path:
    return settings.home / "healthdata" / "feeds"
