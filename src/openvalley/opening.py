"""Opening an atlas from a program: the edge of the Python API, which reads the environment as the command line does."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from openvalley.settings import settings_from

if TYPE_CHECKING:
    from openvalley.atlas.reader import Atlas


def open_atlas(home: Path | str | None = None) -> "Atlas":
    """Open the current atlas of a home folder (default: ``OPENVALLEY_HOME``, else your data folder).

    Raises:
        NothingBuilt: nothing has been published there yet.

    """
    from openvalley.atlas.reader import open_atlas as open_current  # noqa: PLC0415 - loads the compute libraries

    return open_current(settings_from(os.environ, Path(home) if home else None).home)
