"""Scope: which organisations belong to the life sciences, and the evidence for each of them (rules in scope.toml)."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import ibis
from ibis.expr.types import Table, Value


@dataclass(frozen=True)
class ScopeInputs:
    """What scope is decided from: facts, claims, and projects with their classifications and participants.

    ``packs`` are the sources that are region packs: everything that a curator put into one is in scope.
    """

    organisations: Table
    claims: Table
    codes: Table
    participations: Table
    packs: Collection[str]


@cache
def rules() -> dict[str, Any]:
    """Return scope.toml."""
    return tomllib.loads(resources.files(__package__).joinpath("scope.toml").read_text(encoding="utf-8"))


def life_science_projects(codes: Table) -> Table:
    """Return the projects about the life sciences: ``project_id``, ``code`` (that says so), ``weight`` (0 to 1)."""
    bare = codes.code.re_replace(r"\.+$", "")
    programme = _weight(bare, rules()["programmes"], ".")
    science = _weight(codes.code, rules()["fields"], "/")
    weighed = codes.mutate(weight=ibis.cases(
        (codes.scheme == "legal_basis", programme), (codes.scheme == "field", science), else_=ibis.literal(0.0)))
    rows = weighed.filter(weighed.weight > 0)
    return rows.group_by("project_id").aggregate(code=rows.code.min(), weight=rows.weight.max())


def evidence(inputs: ScopeInputs) -> Table:
    """Return the evidence: ``id``, ``rule`` (pack, kind, projects), ``detail``, ``amount``.

    ``detail`` is the pack's source, the kind, or one of the projects; ``amount`` is 1 or the number of projects.
    """
    one = ibis.literal(1).cast("int64")
    packed = inputs.claims.filter(inputs.claims.source.isin(sorted(inputs.packs)) & (inputs.claims.property == "name"))
    from_pack = packed.select(id="subject", rule=ibis.literal("pack"), detail="source", amount=one).distinct()
    known = inputs.organisations
    kinds = known.filter(known.kind.isin(rules()["kinds"]))
    from_kind = kinds.select(id="id", rule=ibis.literal("kind"), detail="kind", amount=one)
    return ibis.union(from_pack, from_kind, _from_projects(inputs))


def _from_projects(inputs: ScopeInputs) -> Table:
    """Return the organisations with enough life science in their projects, in weight and in share."""
    living = life_science_projects(inputs.codes)
    taken = inputs.participations.select("organisation_id", "project_id").distinct()
    total = taken.group_by("organisation_id").aggregate(total=taken.project_id.nunique())
    joined = taken.join(living, "project_id")
    counted = joined.group_by("organisation_id").aggregate(
        amount=joined.project_id.nunique(), weight=joined.weight.sum(), detail=joined.project_id.max())
    counted = counted.join(total, "organisation_id").rename(id="organisation_id")
    rows = counted.join(inputs.organisations.select("id", "kind"), "id")
    enough = rows.filter((rows.weight >= _needed(rows.kind, "projects_needed"))
                         & (rows.weight >= rows.total * _needed(rows.kind, "share_needed")))
    return enough.select("id", rule=ibis.literal("projects"), detail="detail", amount="amount")


def _needed(kind: Value, what: str) -> Value:
    needed = rules()[what]
    branches = [(kind == name, ibis.literal(amount)) for name, amount in needed.items() if name != "default"]
    return ibis.cases(*branches, else_=ibis.literal(needed["default"]))


def _weight(code: Value, weights: Mapping[str, float], separator: str) -> Value:
    """Return what a code counts: the weight of the prefix that it is or stands below, 0 for none."""
    branches = [((code == prefix) | code.startswith(prefix + separator), ibis.literal(weight))
                for prefix, weight in weights.items()]
    return ibis.cases(*branches, else_=ibis.literal(0.0))
