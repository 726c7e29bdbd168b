"""What a source says of itself: its source.toml, checked."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, ValidationInfo, field_validator

from openvalley.errors import BadInput
from openvalley.vocabulary.identifiers import Scheme
from openvalley.vocabulary.properties import SINGLE

#: What stands for the row's number in the address of its page.
_ROW = "{row}"
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

    ``precedence`` ranks sources where they disagree (lower wins); ``precedence_of`` overrides it for properties of
    which one value is shown. A source with ``exported = false`` is shown but never leaves in an export. ``by_hand``
    is the way of a person to the files where no program may fetch them: such a source is never fetched, its files come
    from the inbox (see `openvalley.sources.inbox`). ``wants_mentioned`` names identifier schemes: the connector is told
    which identifiers of these schemes the organisations of all other sources carry (`openvalley.sources.mentioned`).

    ``short_title`` is the name by which people know it, where the title is long. ``row_url`` has for a record type the
    address of a row's own page, with ``{row}`` for its number. What a source's rows mean for others is declared, too:
    ``region_pack`` that they are curated by hand, each with its verification, and in the region's scope; ``anchors``
    that one row is one organisation of its register's, so that names and domains may lead to it and no two of them
    become one by machine; ``numbered`` that every row carries an identifier of which its public id is made, so that
    none was ever made of its content.
    """

    name: _Name
    title: str
    short_title: str = ""
    publisher: str
    homepage: str
    licence: str
    licence_url: str = ""
    attribution: str
    covers: str
    held_back: str = ""
    by_hand: str = ""
    frequency_days: int = Field(ge=1)
    precedence: int = Field(ge=0)
    precedence_of: dict[str, int] = {}
    exported: bool = True
    region_pack: bool = False
    anchors: bool = False
    numbered: bool = False
    row_url: dict[str, str] = {}
    wants_mentioned: tuple[Scheme, ...] = ()
    version_pattern: str = ""
    files: tuple[FileSpecification, ...] = Field(default=(), validate_default=True)
    expect: dict[str, Expectation] = {}
    limits: Limits = Limits()
    fetch: Fetching = Fetching()

    @field_validator("precedence_of")
    @classmethod
    def _ranks_what_is_decided(cls, ranks: dict[str, int]) -> dict[str, int]:
        """Check that only properties are ranked of which one value is shown: elsewhere a rank would do nothing."""
        for name in ranks:
            if name not in SINGLE:
                raise ValueError(f"{name} is not one of {', '.join(SINGLE)}")
        return ranks

    @field_validator("row_url")
    @classmethod
    def _has_row(cls, templates: dict[str, str]) -> dict[str, str]:
        """Check that an address leads to one row, and to the web."""
        for record_type, template in templates.items():
            if not template.startswith("https://") or _ROW not in template:
                raise ValueError(f"the address of a {record_type} row must start with https:// and hold {_ROW}")
        return templates

    @field_validator("files")
    @classmethod
    def _has_names(cls, files: tuple[FileSpecification, ...], info: ValidationInfo) -> tuple[FileSpecification, ...]:
        """Check that a file which a person brings can be told by its name."""
        if info.data.get("by_hand") and not any("/" in file.mirror for file in files):
            raise ValueError("a source that comes by hand needs a file with mirror = 'folder/pattern of its name'")
        return files


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
