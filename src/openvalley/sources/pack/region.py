"""Region packs: where they lie, what their pack.toml says, and the source that each of them is."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from openvalley.errors import BadInput, BadPack
from openvalley.settings import Settings
from openvalley.sources.catalogue import PACK, Source
from openvalley.sources.specification import load_specification
from openvalley.vocabulary.terms import Vocabulary, terms

_BUILT_IN = Path(__file__).parents[2] / "regions"


class SharedSeat(BaseModel):
    """Kinds of institution that, with their seat in a region (NUTS code), may belong to others than it.

    What asks for a seat elsewhere in the country may then be for them; ``source`` says why.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    seat: str = Field(pattern=r"^[A-Z]{2}[0-9A-Z]{0,3}$")
    kinds: tuple[str, ...] = Field(min_length=1)
    source: str = Field(min_length=1)

    @field_validator("kinds")
    @classmethod
    def _known(cls, kinds: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [kind for kind in kinds if kind not in terms(Vocabulary.KIND)]
        if unknown:
            raise ValueError(f"there is no kind {unknown[0]!r}")
        return kinds


class Region(BaseModel):
    """A pack.toml: which region, in which languages, and what the cluster calls itself.

    ``countries`` (ISO 3166-1 alpha-2) say which organisations belong to the region; ``title`` and ``cluster`` have
    one text a language, English at least. ``claimed`` are counts that others quote, by organisation kind, with who
    says so in ``claimed_source``: shown beside what the atlas holds. ``towns`` are municipalities that the gazetteer
    lacks, each with the town of its hall as the gazetteer calls it. ``places`` are what NUTS regions are called, by
    code and language, and ``town_names`` what towns are called where that differs; ``shared_seats`` are seats whose
    institutions belong to several communities.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[a-z][a-z-]{1,40}$")
    version: str
    countries: tuple[str, ...] = Field(min_length=1)
    languages: tuple[str, ...] = Field(min_length=1)
    licence: str
    title: Mapping[str, str]
    cluster: Mapping[str, str]
    claimed: Mapping[str, int] = {}
    claimed_source: str = ""
    towns: Mapping[str, str] = {}
    places: Mapping[str, Mapping[str, str]] = {}
    town_names: Mapping[str, Mapping[str, str]] = {}
    shared_seats: tuple[SharedSeat, ...] = ()


def regions(settings: Settings) -> dict[str, Path]:
    """Return the folders of all region packs by code; an installation's own pack replaces a built-in one."""
    found = {}
    for base in (_BUILT_IN, settings.own_regions):
        found.update({path.parent.name: path.parent for path in sorted(base.glob("*/pack.toml"))})
    return found


def region_source(settings: Settings, code: str) -> tuple[Region, Source]:
    """Return a region and its pack as a source.

    Raises:
        BadInput: there is no pack of this code.
        BadPack: its pack.toml is wrong.

    """
    known = regions(settings)
    if code not in known:
        raise BadInput(f"There is no region pack {code!r}.", hint=f"Known regions: {', '.join(known)}.", region=code)
    folder = known[code]
    specification = load_specification(PACK / "source.toml").model_copy(update={"name": f"pack-{code}"})
    return read_region(folder / "pack.toml"), Source(specification, folder, "openvalley.sources.pack.connector")


def read_region(path: Path) -> Region:
    """Read and check a pack.toml.

    Raises:
        BadPack: it is not TOML, or a field is missing or wrong.

    """
    try:
        region = Region.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))["pack"])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as problem:
        raise BadPack(f"{path}: {problem} - not a pack.toml.", hint="Compare it with regions/belgium/pack.toml.",
                      file=str(path)) from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadPack(f"{path}: field {field}: {first['msg']}.", hint="Compare it with regions/belgium/pack.toml.",
                      file=str(path), field=field) from problem
    if "en" not in region.title or "en" not in region.cluster:
        raise BadPack(f"{path}: title and cluster need an English text.", hint='Add en = "...".', file=str(path))
    for code, names in (*region.places.items(), *region.town_names.items()):
        if "en" not in names:
            raise BadPack(f"{path}: the place {code} needs an English name.", hint='Add en = "...".', file=str(path))
    return region
