"""Organisations as registers name them, from tables of their names and towns."""

from collections.abc import Collection
from itertools import chain, groupby
from operator import attrgetter

import pyarrow as pa
import pyarrow.compute as pc

from openvalley.resolve.linker.kept import KeptForms
from openvalley.resolve.linker.shelf import Organisation, Organisations


def organisations(spellings: pa.Table, towns: pa.Table, kept: KeptForms | None = None) -> Organisations:
    """Return what gives the organisations of countries (of all, for none) from their names and towns.

    Args:
        spellings: ``id``, ``country``, ``name``, ``acronym`` (whether it is one) - one row a name.
        towns: ``id``, ``city`` - one row a town.
        kept: the forms of the names, where they are kept.

    """
    home = attrgetter("country")
    spellings = spellings.sort_by([(name, "ascending") for name in ("country", "id", "acronym", "name")])
    towns = towns.sort_by([("id", "ascending"), ("city", "ascending")])

    def give(countries: Collection[str]) -> list[Organisation]:
        wanted = pa.array(sorted(countries), pa.string())
        mine = spellings.filter(pc.is_in(spellings["country"], wanted)) if countries else spellings
        places = towns.filter(pc.is_in(towns["id"], pc.unique(mine["id"]))) if countries else towns
        found = _read(mine, places)
        if kept is None:
            return found
        return list(chain.from_iterable(kept.of(country, list(there)) for country, there
                                        in groupby(sorted(found, key=home), key=home)))

    return give


def organisations_of(ids: Collection[str], spellings: pa.Table, towns: pa.Table) -> dict[str, Organisation]:
    """Return organisations by their ids, from the same tables; those without a name are left out."""
    wanted = pa.array(sorted(ids), pa.string())
    mine, places = (table.filter(pc.is_in(table["id"], wanted)) for table in (spellings, towns))
    return {one.id: one for one in _read(mine, places)}


def _read(spellings: pa.Table, towns: pa.Table) -> list[Organisation]:
    cities: dict[str, dict[str, None]] = {}
    for id_, city in zip(towns["id"].to_pylist(), towns["city"].to_pylist(), strict=True):
        cities.setdefault(id_, {})[city] = None
    names: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    for id_, country, name, acronym in zip(
            *(spellings[column].to_pylist() for column in ("id", "country", "name", "acronym")), strict=True):
        names.setdefault((id_, country or ""), []).append((name, acronym))
    return [Organisation(id_, country, list(cities.get(id_, ())), known) for (id_, country), known in names.items()]
