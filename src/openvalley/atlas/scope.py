"""Scope: which organisations belong to the life sciences, and the evidence for each of them (rules in scope.toml)."""

import tomllib
from dataclasses import dataclass
from functools import cache, reduce
from importlib import resources
from operator import or_
from typing import Any

import ibis
from ibis.expr.types import BooleanValue, Table, Value

#: How the source of a region pack is named: everything that a curator put into a pack is in scope.
PACK_PREFIX = "pack-"


@dataclass(frozen=True)
class ScopeInputs:
    """What scope is decided from: facts, claims, and projects with their classifications and participants."""

    organisations: Table
    claims: Table
    codes: Table
    participations: Table


@cache
def rules() -> dict[str, Any]:
    """Return scope.toml."""
    return tomllib.loads(resources.files(__package__).joinpath("scope.toml").read_text(encoding="utf-8"))


def life_science_projects(codes: Table) -> Table:
    """Return the projects about the life sciences with the code that says so: ``project_id``, ``code``."""
    bare = codes.code.re_replace(r"\.+$", "")
    programme = (codes.scheme == "legal_basis") & _below(bare, rules()["programmes"], ".")
    science = (codes.scheme == "field") & _below(codes.code, rules()["fields"], "/")
    rows = codes.filter(programme | science)
    return rows.group_by("project_id").aggregate(code=rows.code.min())


def evidence(inputs: ScopeInputs) -> Table:
    """Return the evidence: ``id``, ``rule`` (pack, kind, projects), ``detail``, ``amount``.

    ``detail`` is the pack's source, the kind, or one of the projects; ``amount`` is 1 or the number of projects.
    """
    one = ibis.literal(1).cast("int64")
    packed = inputs.claims.filter(inputs.claims.source.startswith(PACK_PREFIX) & (inputs.claims.property == "name"))
    from_pack = packed.select(id="subject", rule=ibis.literal("pack"), detail="source", amount=one).distinct()
    known = inputs.organisations
    kinds = known.filter(known.kind.isin(rules()["kinds"]))
    from_kind = kinds.select(id="id", rule=ibis.literal("kind"), detail="kind", amount=one)
    return ibis.union(from_pack, from_kind, _from_projects(inputs))


def _from_projects(inputs: ScopeInputs) -> Table:
    living = life_science_projects(inputs.codes)
    joined = inputs.participations.join(living, "project_id")
    counted = joined.group_by(id="organisation_id").aggregate(
        amount=joined.project_id.nunique(), detail=joined.project_id.max())
    rows = counted.join(inputs.organisations.select("id", "kind"), "id")
    enough = rows.filter(rows.amount >= _needed(rows.kind))
    return enough.select("id", rule=ibis.literal("projects"), detail="detail", amount="amount")


def _needed(kind: Value) -> Value:
    needed = rules()["projects_needed"]
    branches = [(kind == name, ibis.literal(count)) for name, count in needed.items() if name != "default"]
    return ibis.cases(*branches, else_=ibis.literal(needed["default"]))


def _below(code: Value, prefixes: list[str], separator: str) -> BooleanValue:
    """Return whether a code is one of the prefixes or stands below one."""
    return reduce(or_, ((code == prefix) | code.startswith(prefix + separator) for prefix in prefixes))
