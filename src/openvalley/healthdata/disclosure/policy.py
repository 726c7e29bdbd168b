"""The policy file: what a hospital lets its node tell, to whom, and how often. TOML, owned by the hospital."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from openvalley.errors import BadPolicy

#: 64 hexadecimal digits.
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Granularity = Literal["boolean", "count"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Node(_Table):
    """Who runs the node.

    Attributes:
        id: the Beacon's id, usually a domain written backwards.
        name: what people call it.
        organisation: the hospital.
        environment: whether the data are real (prod) or not.

    """

    id: str = Field(min_length=1, max_length=200)
    name: str = Field(min_length=1, max_length=200)
    organisation: str = Field(min_length=1, max_length=200)
    environment: Literal["prod", "test", "dev", "staging"]


class Disclosure(_Table):
    """How counts are made safe.

    Attributes:
        minimum_count: fewer persons are never told from nobody. Ten is what the issue's hospitals ask for; European
            guidance on published trial data reckons with 11 (EMA policy 0070, threshold 0.09).
        rounding: counts are multiples of it.
        granularity: the most that anybody gets.

    """

    minimum_count: int = Field(default=10, ge=5, le=1000)
    rounding: int = Field(default=10, ge=1, le=1000)
    granularity: Granularity = "count"

    @model_validator(mode="after")
    def _rounding_hides_no_minimum(self) -> Self:
        if self.rounding > self.minimum_count:
            message = "rounding may not be larger than minimum_count"
            raise ValueError(message)
        return self


class Privacy(_Table):
    """Differential privacy: noise on every count, paid from a budget.

    Attributes:
        epsilon: of one answer.
        budget: epsilon that all questions of one client may cost together.

    """

    epsilon: float = Field(gt=0, le=10)
    budget: float = Field(gt=0, le=1000)


class Limits(_Table):
    """How much may be asked.

    Attributes:
        questions_a_day: of one client, on one day (UTC).
        questions: different ones, of all clients together, while the data stay the same.

    """

    questions_a_day: int = Field(default=50, ge=1, le=100_000)
    questions: int = Field(default=2000, ge=1, le=100_000)


class Linkage(_Table):
    """How patients who are known in several hospitals are counted once. Left out: no sketches leave.

    Attributes:
        key_file: the secret that the hospitals share, and that the hub must not have; beside the policy file unless
            its path is absolute.

    """

    key_file: Path


class Client(_Table):
    """Who may ask.

    Attributes:
        id: what the audit log calls it.
        key_sha256: SHA-256 of its key; the key itself stands nowhere here.
        granularity: the most that it gets.
        until: last day on which it may ask.

    """

    id: str = Field(min_length=1, max_length=100, pattern=r"^[\w.@-]+$")
    key_sha256: Sha256
    granularity: Granularity = "count"
    until: date | None = None


class Policy(_Table):
    """All of the file.

    Attributes:
        node: who runs the node.
        disclosure: how counts are made safe.
        limits: how much may be asked.
        privacy: differential privacy; None: not used.
        linkage: sketches for counting across hospitals; None: none leave.
        clients: who may ask.
        audit: the audit log, beside the policy file unless its path is absolute.
        folder: where the policy file lies.
        path: the policy file.

    """

    node: Node
    disclosure: Disclosure = Disclosure()
    limits: Limits = Limits()
    privacy: Privacy | None = None
    linkage: Linkage | None = None
    clients: tuple[Client, ...] = ()
    audit: Path = Path("audit.jsonl")
    path: Path = Field(default=Path("policy.toml"), exclude=True)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        names = [client.id for client in self.clients]
        if len(set(names)) < len(names):
            message = "two clients have the same id"
            raise ValueError(message)
        if self.privacy and self.linkage:
            message = "sketches (linkage) are not differentially private: leave linkage or privacy out"
            raise ValueError(message)
        return self

    @property
    def audit_log(self) -> Path:
        """Where questions and answers are written down."""
        return self.path.parent / self.audit

    @property
    def switch(self) -> Path:
        """The kill switch: while this file is there, the node answers nothing."""
        return switch_of(self.path)

    def linkage_key(self) -> bytes | None:
        """Return the secret that the hospitals share.

        Raises:
            BadPolicy: its file cannot be read or is too short.

        """
        if self.linkage is None:
            return None
        file = self.path.parent / self.linkage.key_file
        try:
            key = file.read_bytes().strip()
        except OSError as problem:
            raise BadPolicy(f"The linkage key {file} cannot be read: {problem.strerror}.",
                            hint="The hospitals share it; openvalley node key makes one.") from problem
        if len(key) < _SHORTEST_KEY:
            raise BadPolicy(f"The linkage key {file} is shorter than {_SHORTEST_KEY} bytes.",
                            hint="Make one with: openvalley node key")
        return key


def switch_of(policy: Path) -> Path:
    """Return the kill switch of a policy file, also where the file itself cannot be read."""
    return policy.with_name(f"{policy.name}.off")


#: Bytes of a key that nobody guesses.
_SHORTEST_KEY = 32


def load_policy(path: Path) -> Policy:
    """Read a policy file.

    Raises:
        BadPolicy: it is not there, is no TOML, or a field is unknown, missing or out of range; all are named.

    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise BadPolicy(f"The policy file {path} cannot be read: {problem}",
                        hint="docs/healthdata/hospital-it.md has one to begin with.") from problem
    if "path" in content:
        raise BadPolicy(f"{path}: path is not known.", hint="Leave it out.")
    try:
        return Policy.model_validate({**content, "path": path})
    except ValidationError as problem:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg']}"
                           for fault in problem.errors(include_url=False, include_input=False))
        raise BadPolicy(f"{path}: {faults}.", hint="docs/healthdata/hospital-it.md tells every field.") from problem
