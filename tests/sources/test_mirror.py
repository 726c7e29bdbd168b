"""The registers as they are: everything in the mirror is read, and means what we think it means."""

import duckdb
import pytest

#: Rows of the mirror's files: every one becomes a record_type.
_ROWS = {
    "ror": {"organisation": 129_046},
    "cordis": {"project": 25_733, "participation": 116_713, "organisation": 32_166},
}


@pytest.mark.parametrize("name", sorted(_ROWS))
def test_every_row_is_taken_in(mirrored, name):
    version = mirrored[name]
    assert (dict(version.rows), version.quarantined, version.warnings) == (_ROWS[name], 0, ())


@pytest.fixture
def query(mirrored):
    def ask(source, record_type, expression):
        table = mirrored[source].table(record_type)
        ((value,),) = duckdb.execute(f"SELECT {expression} FROM '{table}'").fetchall()
        return value

    return ask


@pytest.mark.parametrize(("source", "record_type", "expression", "least", "most"), [
    ("ror", "organisation", "count(DISTINCT country)", 200, 260),
    ("ror", "organisation", "avg((len(kinds) > 0)::INT)", 0.99, 1),
    ("ror", "organisation", "avg((website IS NOT NULL)::INT)", 0.8, 1),
    ("ror", "organisation", "min(founded)", -1000, 1400), ("ror", "organisation", "max(founded)", 2015, 2030),
    ("cordis", "project", "min(year(start_date))", 2014, 2014),
    ("cordis", "project", "max(year(start_date))", 2020, 2030),
    ("cordis", "project", "avg((len(legal_bases) > 0)::INT)", 0.98, 1),
    ("cordis", "project", "median(total_cost)", 50_000, 5_000_000),
    ("cordis", "participation", "sum((role = 'coordinator')::INT)", 20_000, 30_000),
    ("cordis", "participation", "avg((eu_contribution IS NULL)::INT)", 0, 0.15),
    ("cordis", "organisation", "avg((kinds[1] IS NOT NULL)::INT)", 0.5, 1),
    ("cordis", "organisation", "count(*) FILTER (contains(lower(name), 'regulation 1268/2012'))", 0, 0),
    ("cordis", "organisation", "count(*) FILTER (source_id = '993894011' AND name IS NULL AND len(names) = 0)", 1, 1),
])
def test_fields_hold_what_they_are_called(query, source, record_type, expression, least, most):
    assert least <= query(source, record_type, expression) <= most


@pytest.mark.parametrize(("source", "record_type"), [("ror", "organisation"), ("cordis", "organisation")])
def test_identifiers_and_countries_are_in_their_form(query, source, record_type):
    assert query(source, record_type, "count(*) FILTER (NOT regexp_full_match(country, '[A-Z]{2}'))") == 0
    empty = "count(*) FILTER (len(list_filter(identifiers, lambda i: i.value IS NULL)) > 0)"
    assert query(source, record_type, empty) == 0
    assert query(source, record_type, "count(*) - count(DISTINCT source_id)") == 0
