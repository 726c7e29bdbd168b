"""Frozen settings, read once at the edge and passed inwards. Nothing below the edge reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from platformdirs import user_data_path

from openvalley.errors import BadInput

#: Engines that `build` can compute its tables with.
ENGINES = ("duckdb", "spark")


@dataclass(frozen=True)
class Settings:
    """Where things are and how politely we fetch.

    Attributes:
        home: the folder that holds archive, records, atlas and judgements.
        region: code of the region pack the atlas is built for.
        engine: one of ``ENGINES``.
        keep_atlases: how many published atlases stay on disk, the newest included; >= 1.
        keep_versions: how many versions of each source stay in the archive; >= 1.
        memory_limit_mb: what one table engine may hold in memory before it spills to disk; the atlas's database, which
            is written beside it, half as much.
        threads: processors one table engine may use; >= 1.
        disputes_a_day: how many disputes the site takes on one day, from all readers together; 0 closes the form.
            A hundred is more than the readers of a cluster's atlas send, and no more than a curator can read.

    """

    home: Path = field(default_factory=lambda: user_data_path("openvalley"))
    region: str = "belgium"
    engine: str = "duckdb"
    keep_atlases: int = 3
    keep_versions: int = 2
    memory_limit_mb: int = 2048
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    disputes_a_day: int = 100

    @property
    def archive(self) -> Path:
        """Raw bytes as the registers gave them: ``<source>/<version>/``."""
        return self.home / "archive"

    @property
    def records(self) -> Path:
        """Typed Parquet tables: ``<source>/<version>/<table>.parquet``."""
        return self.home / "records"

    @property
    def atlases(self) -> Path:
        """Published atlases: ``<version>/`` and the link ``current``."""
        return self.home / "atlas"

    @property
    def inbox(self) -> Path:
        """Files that a person brings because no program may fetch them: ``<source>/``."""
        return self.home / "inbox"

    @property
    def judgements(self) -> Path:
        """The append-only store of human judgements, public ids and disputes."""
        return self.home / "judgements.sqlite"

    @property
    def own_sources(self) -> Path:
        """Source folders that this installation adds to the built-in ones."""
        return self.home / "sources"

    @property
    def own_regions(self) -> Path:
        """Region packs that this installation adds to the built-in ones."""
        return self.home / "regions"


def settings_from(environment: Mapping[str, str], home: Path | None = None) -> Settings:
    """Read the settings at the edge: an explicit home beats ``OPENVALLEY_HOME`` beats the user's data folder.

    Raises:
        BadInput: ``OPENVALLEY_DISPUTES_A_DAY`` is no whole number.

    """
    chosen = home or (Path(environment["OPENVALLEY_HOME"]) if environment.get("OPENVALLEY_HOME") else None)
    a_day = environment.get("OPENVALLEY_DISPUTES_A_DAY", "").strip()
    if a_day and not (a_day.isascii() and a_day.isdigit()):
        raise BadInput(f"OPENVALLEY_DISPUTES_A_DAY is {a_day[:40]!r}, which is no whole number.",
                       hint="Write how many disputes the site takes on one day, such as 100; 0 closes the form.")
    settings = Settings(home=chosen.expanduser().absolute()) if chosen else Settings()
    return replace(settings, disputes_a_day=int(a_day)) if a_day else settings
