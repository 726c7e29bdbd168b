"""Linking a list: which organisation of the atlas does each row of a user's table mean.

Deterministic, like the build: a shared identifier, else the same name within the country, else the same web domain.
Every row gets an answer in words; where more than one organisation fits, a person decides.
"""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from openvalley.resolve.countries import country_code
from openvalley.resolve.normalise import fold, name_key
from openvalley.vocabulary.identifiers import Scheme, is_valid, parse

METHOD = "deterministic-1"

#: How far each way of matching is trusted. They order the ways; they are no probabilities, and not calibrated.
_SCORES = {"identifier": 1.0, "name and city": 0.97, "name": 0.95, "domain": 0.90, "name only": 0.80}

#: Columns of a list that linking looks at; all but the name may be missing.
COLUMNS = ("name", "city", "country", "website", "vat", "pic")
#: What linking adds to each row.
LINKED = pa.schema([("match_id", pa.string()), ("match_name", pa.string()), ("score", pa.float64()),
                    ("decision", pa.string()), ("why", pa.string())])


@dataclass(frozen=True)
class LinkIndex:
    """What a list is linked against, as Arrow tables of an atlas.

    Attributes:
        names: ``id``, ``key``, ``name`` (display), ``country``, ``city``, ``folded_city`` - one row a name.
        identifiers: ``id``, ``scheme``, ``value``.
        domains: ``id``, ``domain``.

    """

    names: pa.Table
    identifiers: pa.Table
    domains: pa.Table


class Linker:
    """Links batches of rows against one index; the index is loaded once."""

    def __init__(self, index: LinkIndex) -> None:
        """Load the index into memory."""
        self._connection = duckdb.connect()
        for name in ("names", "identifiers", "domains"):
            self._connection.register(f"given_{name}", getattr(index, name))
            self._connection.execute(f"CREATE TABLE {name} AS FROM given_{name}")
            self._connection.unregister(f"given_{name}")

    def link(self, rows: pa.Table) -> pa.Table:
        """Link rows (columns of `COLUMNS`, as text) and return `LINKED`, one row for each in the same order."""
        asked = pa.table({"row": pa.array(range(rows.num_rows), pa.int64()), **_prepared(rows)})
        self._connection.register("asked", asked)
        try:
            linked = self._connection.execute(_QUERY).to_arrow_table()
        finally:
            self._connection.unregister("asked")
        return linked.select(LINKED.names).cast(LINKED)


def _prepared(rows: pa.Table) -> dict[str, pa.Array]:
    """Bring each column into the form in which the index keeps it."""
    columns = {
        column: [cell or "" for cell in rows[column].to_pylist()] if column in rows.column_names
        else [""] * rows.num_rows
        for column in COLUMNS
    }
    return {
        "key": pa.array([name_key(name) for name in columns["name"]], pa.string()),
        "city": pa.array([fold(city) for city in columns["city"]], pa.string()),
        "country": pa.array([country_code(country) for country in columns["country"]], pa.string()),
        "strange_country": pa.array([country if country.strip() and not country_code(country) else ""
                                     for country in columns["country"]], pa.string()),
        "website": pa.array(columns["website"], pa.string()),
        "vat": pa.array([_canonical(Scheme.VAT, number) for number in columns["vat"]], pa.string()),
        "pic": pa.array([_canonical(Scheme.PIC, number) for number in columns["pic"]], pa.string()),
    }


def _canonical(scheme: Scheme, number: str) -> str | None:
    return parse(scheme, number).value if number and is_valid(scheme, number) else None


_HOST = "regexp_extract(lower(website), '^(?:https?://)?(?:www[0-9]?\\.)?([a-z0-9.-]+\\.[a-z]{2,24})', 1)"
_CASES = " ".join(f"WHEN '{way}' THEN {score}" for way, score in _SCORES.items())

#: Ways of matching, strongest first; within the first way that finds anything, one organisation is a match, more than
#: one a case for a person.
_QUERY = f"""
WITH found AS (
    SELECT row, 0 AS strength, 'identifier' AS way, i.id, concat('same ', upper(i.scheme), ' ', i.value) AS shared
    FROM (SELECT row, 'pic' AS scheme, pic AS value FROM asked WHERE pic IS NOT NULL
          UNION ALL SELECT row, 'vat', vat FROM asked WHERE vat IS NOT NULL) AS given
    JOIN identifiers AS i ON i.scheme = given.scheme AND i.value = given.value
    UNION ALL
    SELECT row, 1, 'name and city', n.id, concat('same name in ', n.city, ' (', n.country, ')')
    FROM asked JOIN names AS n ON n.key = asked.key AND n.country = asked.country
    WHERE asked.key <> '' AND asked.city <> '' AND n.folded_city = asked.city
    UNION ALL
    SELECT row, 2, 'name', n.id, concat('same name in ', n.country)
    FROM asked JOIN names AS n ON n.key = asked.key AND n.country = asked.country WHERE asked.key <> ''
    UNION ALL
    SELECT row, 3, 'domain', d.id, concat('same web domain ', d.domain)
    FROM asked JOIN domains AS d ON d.domain = {_HOST} WHERE website <> ''
    UNION ALL
    SELECT row, 4, 'name only', n.id, 'same name; the country is not given'
    FROM asked JOIN names AS n ON n.key = asked.key WHERE asked.key <> '' AND asked.country IS NULL
), best AS (
    SELECT row, way, count(DISTINCT id) AS candidates, min(id) AS id, arg_min(shared, id) AS shared
    FROM found WHERE (row, strength) IN (SELECT row, min(strength) FROM found GROUP BY row) GROUP BY row, way
), display AS (SELECT id, any_value(name) AS name FROM names GROUP BY id)
SELECT CASE WHEN candidates >= 1 THEN best.id END AS match_id, display.name AS match_name,
    CASE WHEN candidates = 1 THEN CASE way {_CASES} END
         WHEN candidates > 1 THEN round(1 / candidates, 2) ELSE 0 END AS score,
    CASE WHEN candidates = 1 THEN 'match' WHEN candidates > 1 THEN 'review' ELSE 'none' END AS decision,
    concat(
        CASE WHEN candidates = 1 THEN shared
             WHEN candidates > 1 THEN concat(candidates, ' organisations: ', shared)
             WHEN asked.key = '' THEN 'the row has no name'
             ELSE 'no organisation has just this name, number or domain; openvalley search forgives more' END,
        CASE WHEN strange_country <> '' THEN concat('; the country ', strange_country, ' is not known') ELSE '' END
    ) AS why
FROM asked LEFT JOIN best USING (row) LEFT JOIN display ON display.id = best.id ORDER BY asked.row
"""
