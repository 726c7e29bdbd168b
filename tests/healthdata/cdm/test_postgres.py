"""PostgreSQL: the rights of the user are looked at, sessions are read only, types are checked."""

import pytest

from openvalley.errors import BadCdm
from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.cdm.opening import open_cdm

psycopg = pytest.importorskip("psycopg", reason="needs the extra [health]")

#: The mirror's DDL is not needed: these columns are all that a node reads.
_TYPES = {"whole number": "integer", "number": "numeric", "date": "date", "text": "varchar(255)"}


@pytest.fixture(scope="module")
def server(bench, synthetic, tmp_path_factory):
    assert bench.is_dir()
    import databases

    from openvalley.healthdata.cdm.tables import TABLES

    if reason := databases.reachable():
        pytest.skip(reason)
    ddl = tmp_path_factory.mktemp("ddl") / "ddl.sql"
    ddl.write_text("".join(
        f"CREATE TABLE @cdmDatabaseSchema.{table} "
        f"({', '.join(f'{column} {_TYPES[family.value]}' for column, family in columns.items())});"
        for table, columns in TABLES.items()))
    with databases.scratch() as dsn:
        address = databases.load(dsn, "cdm", synthetic, ddl)
        with psycopg.connect(dsn, autocommit=True) as admin:
            yield admin, dsn, address


@pytest.fixture
def reader(server):
    """A user that may read the schema and nothing else; return the connection of the owner and its address."""
    admin, _, address = server
    name = "openvalley_reader"
    admin.execute(f"DROP ROLE IF EXISTS {name}")
    admin.execute(f"CREATE ROLE {name} LOGIN")
    admin.execute(f"GRANT USAGE ON SCHEMA cdm TO {name}")
    admin.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA cdm TO {name}")
    yield admin, name, address.replace("postgres@", f"{name}@")
    admin.execute(f"DROP OWNED BY {name}")
    admin.execute(f"DROP ROLE {name}")


def test_the_same_answers_as_the_files(server, cdm):
    _, _, address = server
    with open_cdm(address) as opened:
        assert opened.everybody.tolist() == cdm.everybody.tolist()
        for question in ({"condition": 201820}, {"all": [{"age": {"min": 40}}, {"sex": "male"}]},
                         {"measurement": 3004410, "min": 6.5, "unit": "UCUM:%", "days": 2, "age": {"min": 40}}):
            assert opened.persons(opened.settle(cohort_from(question))).tolist() == cdm.persons(
                cdm.settle(cohort_from(question))).tolist()


def test_a_reader_may_write_nothing(reader):
    _, _, address = reader
    with open_cdm(address) as opened:
        assert opened.engine.may_write() is None
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            opened.engine.rows("CREATE TEMP TABLE t AS SELECT 1 AS x; SELECT 1", {})


@pytest.mark.parametrize(("grant", "words"), [
    ("GRANT INSERT ON cdm.person TO {}", "may change cdm.person"),
    ("GRANT UPDATE (year_of_birth) ON cdm.person TO {}", "may change cdm.person"),
    ("GRANT CREATE ON SCHEMA cdm TO {}", "may make objects in schema cdm"),
    ("ALTER ROLE {} CREATEROLE", "may make roles"),
    ("GRANT pg_write_all_data TO {}", "may"),
    ("ALTER TABLE cdm.measurement OWNER TO {}", "may change cdm.measurement"),
    ("ALTER ROLE {} NOINHERIT; GRANT postgres TO {}", "is a superuser"),
])
def test_every_way_to_write_is_found(reader, grant, words):
    admin, name, address = reader
    admin.execute(grant.format(name, name))
    try:
        with open_cdm(address) as opened:
            assert words in opened.engine.may_write()
    finally:
        admin.execute("ALTER TABLE cdm.measurement OWNER TO postgres")


def test_a_table_that_may_not_be_read_is_named(reader):
    admin, name, address = reader
    admin.execute(f"REVOKE SELECT ON cdm.measurement FROM {name}")
    with pytest.raises(BadCdm, match="may not read measurement"):
        open_cdm(address)


def test_what_is_not_there(server):
    _, dsn, _ = server
    with pytest.raises(BadCdm, match="is no OMOP CDM: it has no person"):
        open_cdm(dsn)
    with pytest.raises(BadCdm, match="cannot be opened"):
        open_cdm(f"{dsn}_gone")
