"""What a source says of itself: its source.toml, checked."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from openvalley.errors import BadInput
from openvalley.vocabulary.identifiers import Scheme

_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,40}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileSpecification(_Strict):
    """One file of a source.

    ``url`` is where it is fetched live (a connector with `locate` may find it instead), ``mirror`` a glob below a
    mirror folder (the last in name order is the newest; with ``many`` all of them are parts of one whole), ``local`` a
    path below the source's own folder.
    """

    name: str
    url: str = ""
    mirror: str = ""
    local: str = ""
    many: bool = False
    required: bool = True


class Expectation(_Strict):
    """How many rows of one record type are plausible: fewer than ``min`` fails the source, more than ``max`` warns."""

    min: int = Field(default=0, ge=0)
    max: int | None = None


class Limits(_Strict):
    """What a file may not exceed, against decompression bombs. Bytes; ratio is unpacked to packed."""

    packed_bytes: int = 2_000_000_000
    unpacked_bytes: int = 8_000_000_000
    ratio: float = 200.0


class Fetching(_Strict):
    """How politely the source is asked."""

    requests_per_second: float = Field(default=1.0, gt=0)
    attempts: int = Field(default=5, ge=1)
    timeout_seconds: float = Field(default=60.0, gt=0)


class SourceSpecification(_Strict):
    """A source.toml.

    ``precedence`` ranks sources where they disagree (lower wins); ``precedence_of`` overrides it for single
    properties. ``sources`` with ``exported = false`` are shown but never leave in an export. ``region_pack`` marks
    the source whose rows are curated by hand. ``wants_mentioned`` names identifier schemes: the connector is told which
    identifiers of these schemes the organisations of all other sources carry (see `openvalley.sources.mentioned`).
    """

    name: _Name
    title: str
    publisher: str
    homepage: str
    licence: str
    licence_url: str = ""
    attribution: str
    covers: str
    held_back: str = ""
    frequency_days: int = Field(ge=1)
    precedence: int = Field(ge=0)
    precedence_of: dict[str, int] = {}
    exported: bool = True
    wants_mentioned: tuple[Scheme, ...] = ()
    version_pattern: str = ""
    files: tuple[FileSpecification, ...] = ()
    expect: dict[str, Expectation] = {}
    limits: Limits = Limits()
    fetch: Fetching = Fetching()


def load_specification(path: Path) -> SourceSpecification:
    """Read and check a source.toml.

    Raises:
        BadInput: the file is missing, is not TOML, or a field is wrong; the message names file and field.

    """
    try:
        return SourceSpecification.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as missing:
        raise BadInput(f"{path} does not exist.", hint="Each source folder needs a source.toml.") from missing
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadInput(f"{path} is not TOML: {problem}", hint="Mend the file; see docs/how-to/add-a-source.md.",
                       file=str(path)) from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{path}: field {field}: {first['msg']}.",
                       hint="The fields of a source.toml are listed in docs/reference/source-toml.md.",
                       file=str(path), field=field) from problem
