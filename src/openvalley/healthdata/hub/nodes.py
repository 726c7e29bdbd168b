"""The list of nodes that a hub asks: a TOML file beside the keys that the hospitals gave it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from openvalley.errors import BadInput

_HINT = "docs/healthdata/ask-all-nodes.md has one to begin with; openvalley node demo shows it on invented patients."


@dataclass(frozen=True)
class Node:
    """A node as the hub knows it.

    Attributes:
        name: what people call it.
        url: its Beacon's address, without a slash at its end.
        key: the hub's key there.
        ca: certificates that the node's must be signed by; None: those that the system trusts.
        certificate: the hub's own certificate with its key in one PEM file, where the node asks for one.
        organisation: id of the hospital in the atlas, where the list says it.

    """

    name: str
    url: str
    key: str
    ca: Path | None = None
    certificate: Path | None = None
    organisation: str = ""

    def __repr__(self) -> str:
        """Return the node without its key."""
        return f"Node({self.name!r}, {self.url!r})"


@dataclass(frozen=True)
class Hub:
    """Whom to ask, and how long to wait.

    Attributes:
        nodes: the nodes.
        seconds: how long a node may take; then it is named as slow.

    """

    nodes: tuple[Node, ...]
    seconds: float = 5.0


class _Listed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    url: str = Field(pattern=r"^https?://[^\s/]+(/[^\s]*)?$")
    key_file: Path
    ca: Path | None = None
    certificate: Path | None = None
    organisation: str = ""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seconds: Annotated[float, Field(gt=0, le=120)] = 5.0
    nodes: list[_Listed] = Field(min_length=1, max_length=1000)

    @model_validator(mode="after")
    def _named_apart(self) -> Self:
        if len({node.name for node in self.nodes}) < len(self.nodes):
            message = "two nodes have the same name"
            raise ValueError(message)
        return self


def load_hub(path: Path) -> Hub:
    """Read the list of nodes.

    Raises:
        BadInput: the file or a key is not there, or a field is unknown or missing.

    """
    try:
        listed = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as problem:
        raise BadInput(f"There is no list of nodes at {path}.", hint=_HINT) from problem
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise BadInput(f"The list of nodes {path} cannot be read: {problem}", hint=_HINT) from problem
    except ValidationError as problem:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg']}"
                           for fault in problem.errors(include_url=False, include_input=False))
        raise BadInput(f"{path}: {faults}.", hint=_HINT) from problem
    return Hub(tuple(_node(node, path.parent) for node in listed.nodes), listed.seconds)


def _node(listed: _Listed, folder: Path) -> Node:
    try:
        key = (folder / listed.key_file).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(f"The key of {listed.name} cannot be read: {problem}",
                       hint="The hospital gives it: openvalley node key") from problem
    return Node(listed.name, listed.url.rstrip("/"), key, listed.ca and folder / listed.ca,
                listed.certificate and folder / listed.certificate, listed.organisation)
