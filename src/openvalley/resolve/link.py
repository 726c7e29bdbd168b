"""Linking a list: which organisation of the atlas does each row of a user's table mean.

First what is certain, like in the build: a shared identifier, else the same name within the country, else the same web
domain. What that leaves open is compared by likeness (`openvalley.resolve.linker`). Every row gets an answer in words;
where more than one organisation fits, a person decides.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from openvalley.resolve.countries import country_code
from openvalley.resolve.linker.features import FEATURES
from openvalley.resolve.linker.kernel import SECOND, Best, Kernel, Row
from openvalley.resolve.linker.reasons import reason
from openvalley.resolve.linker.scorecard import scorecard
from openvalley.resolve.linker.shelf import Organisation
from openvalley.resolve.normalise import fold, name_key
from openvalley.vocabulary.identifiers import ROR_PREFIX, Scheme, is_valid, parse

METHOD = "scorecard-1"

#: How far each certain way of matching is trusted; the scores of likeness are calibrated probabilities.
SCORES = {"identifier": 1.0, "name and city": 0.97, "name": 0.95, "domain": 0.90, "name only": 0.80}

_BY_NAME = ("name and city", "name", "name only")
#: Columns of a list that linking looks at; all but the name may be missing.
#: Probability from which likeness is a match, and from which a person should look: where F1 is best on the labelled
#: lists (tools/train_linker.py), and where one in three is right.
MATCH, REVIEW = 0.55, 0.3
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
        spellings: ``id``, ``country``, ``name``, ``acronym`` (whether it is one) - one row a name.
        towns: ``id``, ``city``.

    """

    names: pa.Table
    identifiers: pa.Table
    domains: pa.Table
    spellings: pa.Table
    towns: pa.Table


class Linker:
    """Links batches of rows against one index; the index is loaded once."""

    def __init__(self, index: LinkIndex) -> None:
        """Load the index into memory."""
        self._connection = duckdb.connect()
        for name in ("names", "identifiers", "domains", "spellings", "towns"):
            self._connection.register(f"given_{name}", getattr(index, name))
            self._connection.execute(f"CREATE TABLE {name} AS FROM given_{name}")
            self._connection.unregister(f"given_{name}")
        self._kernel = Kernel(self._organisations, scorecard("pair", tuple(FEATURES)), scorecard("decision", SECOND))

    def link(self, rows: pa.Table) -> pa.Table:
        """Link rows (columns of `COLUMNS`, as text) and return `LINKED`, one row for each in the same order."""
        asked = pa.table({"row": pa.array(range(rows.num_rows), pa.int64()), **_prepared(rows)})
        self._connection.register("asked", asked)
        try:
            linked = self._connection.execute(_QUERY).to_arrow_table()
        finally:
            self._connection.unregister("asked")
        answers = linked.to_pylist()
        self._compare(asked, answers, [number for number, answer in enumerate(answers)
                                       if answer["decision"] == "none" and answer["key"]], bool, REVIEW)
        # A name that only another register has may be ROR's organisation in another spelling.
        self._compare(asked, answers, [number for number, answer in enumerate(answers)
                                       if answer["way"] in _BY_NAME and not _of_ror(answer["match_id"])],
                      _of_ror, MATCH)
        names = self._names({answer["match_id"] for answer in answers if answer["match_id"]})
        return pa.Table.from_pylist([answer | {"match_name": names.get(answer["match_id"])} for answer in answers],
                                    LINKED)

    def _compare(self, asked: pa.Table, answers: list[dict[str, Any]], numbers: Sequence[int],
                 among: Callable[[str], bool], least: float) -> None:
        """Compare rows by likeness, and put what is found with at least this probability in place of their answers."""
        rows = [Row(*(asked[column][number].as_py() or "" for column in ("written_name", "written_city", "country")))
                for number in numbers]
        for number, found in zip(numbers, self._kernel.best(rows, among), strict=True):
            if found is not None and found.probability >= least:
                answers[number] |= _by_likeness(found, answers[number])

    def _organisations(self, countries: Sequence[str]) -> list[Organisation]:
        """Return the organisations of some countries, of all for none."""
        rows = self._connection.execute(_OF_COUNTRIES, {"countries": list(countries)}).fetchall()
        return [Organisation(id_, country, towns or (), [(name["name"], name["acronym"]) for name in names])
                for id_, country, names, towns in rows]

    def _names(self, ids: Collection[str]) -> Mapping[str, str]:
        rows = self._connection.execute("SELECT id, any_value(name) FROM names WHERE id IN (SELECT unnest($ids)) "
                                        "GROUP BY id", {"ids": sorted(ids)}).fetchall()
        return dict(rows)


def _of_ror(id_: str) -> bool:
    return id_.startswith(ROR_PREFIX)


def _by_likeness(found: Best, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what likeness says of a row; the row's own words (an unknown country) stay behind it."""
    _, _, remark = answer["why"].partition("; the country")
    rival = f"; {found.rival} is nearly as near" if found.rival_probability >= REVIEW else ""
    return {"match_id": found.id, "score": round(found.probability, 4),
            "decision": "match" if found.probability >= MATCH else "review",
            "why": reason(found) + rival + (f"; the country{remark}" if remark else "")}


def _prepared(rows: pa.Table) -> dict[str, pa.Array]:
    """Bring each column into the form in which the index keeps it."""
    columns = {
        column: [cell or "" for cell in rows[column].to_pylist()] if column in rows.column_names
        else [""] * rows.num_rows
        for column in COLUMNS
    }
    return {
        "key": pa.array([name_key(name) for name in columns["name"]], pa.string()),
        "written_name": pa.array(columns["name"], pa.string()),
        "written_city": pa.array(columns["city"], pa.string()),
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


_OF_COUNTRIES = """
SELECT s.id, any_value(s.country), list({'name': s.name, 'acronym': s.acronym} ORDER BY s.acronym, s.name),
    any_value(t.towns)
FROM spellings AS s LEFT JOIN (SELECT id, list(DISTINCT city ORDER BY city) AS towns FROM towns GROUP BY id) AS t
    USING (id)
WHERE len($countries) = 0 OR list_contains($countries, s.country) GROUP BY s.id ORDER BY s.id
"""
_HOST = "regexp_extract(lower(website), '^(?:https?://)?(?:www[0-9]?\\.)?([a-z0-9.-]+\\.[a-z]{2,24})', 1)"
_CASES = " ".join(f"WHEN '{way}' THEN {score}" for way, score in SCORES.items())

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
SELECT asked.key, best.way, CASE WHEN candidates >= 1 THEN best.id END AS match_id, display.name AS match_name,
    CASE WHEN candidates = 1 THEN CASE way {_CASES} END
         WHEN candidates > 1 THEN round(1 / candidates, 2) ELSE 0 END AS score,
    CASE WHEN candidates = 1 THEN 'match' WHEN candidates > 1 THEN 'review' ELSE 'none' END AS decision,
    concat(
        CASE WHEN candidates = 1 THEN shared
             WHEN candidates > 1 THEN concat(candidates, ' organisations: ', shared)
             WHEN asked.key = '' THEN 'the row has no name'
             ELSE 'no organisation has this number, domain or a name like this' END,
        CASE WHEN strange_country <> '' THEN concat('; the country ', strange_country, ' is not known') ELSE '' END
    ) AS why
FROM asked LEFT JOIN best USING (row) LEFT JOIN display ON display.id = best.id ORDER BY asked.row
"""
