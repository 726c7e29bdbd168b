"""Forty cohort questions on the mirror's databases equal SQL written by hand, on DuckDB and on PostgreSQL."""

import os
from pathlib import Path

import pytest

from openvalley.errors import BadCdm
from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.cdm.opening import open_cdm

pytestmark = pytest.mark.mirror


@pytest.fixture(scope="module")
def databases(bench):
    assert bench.is_dir()
    return pytest.importorskip("databases", reason="needs the extra [health]")


@pytest.fixture(scope="module")
def omop(databases, tmp_path_factory):
    mirror = Path(os.environ.get("OPENVALLEY_MIRROR") or Path(__file__).parents[4] / "shared" / "mirror")
    return databases.unpack(mirror, tmp_path_factory.mktemp("omop"))


@pytest.fixture(scope="module")
def served(databases, omop):
    if reason := databases.reachable():
        pytest.skip(reason)
    mirror = Path(os.environ.get("OPENVALLEY_MIRROR") or Path(__file__).parents[4] / "shared" / "mirror")
    ddl = mirror / "omop" / "ddl" / "OMOPCDM_postgresql_5.4_ddl.sql"
    with databases.scratch() as dsn:
        yield dsn, {name: databases.load(dsn, name, path, ddl) for name, path in omop.items()}


def _differing(openings, ask_by_hand):
    from forty import FORTY

    assert len(FORTY) == 40
    wrong = []
    counts = []
    for asked in FORTY:
        ours, theirs = openings[asked.database].count(cohort_from(asked.question)), ask_by_hand(asked)
        counts.append(ours)
        if ours != theirs:
            wrong.append((asked.question, ours, theirs))
    assert sum(count > 0 for count in counts) >= 37, counts
    return wrong


def test_on_duckdb(databases, omop):
    openings = {name: open_cdm(str(path), accept=("5.3",)) for name, path in omop.items()}
    hands = {name: databases.by_hand(path) for name, path in omop.items()}
    assert _differing(openings, lambda asked: hands[asked.database].execute(asked.sql).fetchone()[0]) == []
    for opened in (*openings.values(), *hands.values()):
        opened.close()


def test_on_postgresql(served):
    import psycopg

    dsn, addresses = served
    openings = {name: open_cdm(address, accept=("5.3",)) for name, address in addresses.items()}

    def by_hand(asked):
        with psycopg.connect(dsn) as connection:
            connection.execute(f"SET search_path = {asked.database}")
            return connection.execute(asked.sql).fetchone()[0]

    assert _differing(openings, by_hand) == []
    for opened in openings.values():
        opened.close()


def test_gibleed_says_that_it_is_of_an_older_version(omop):
    with pytest.raises(BadCdm, match=r"5\.3\.1; 5\.4 is needed") as caught:
        open_cdm(str(omop["gibleed"]))
    assert "--accept-version 5.3" in caught.value.hint


def test_a_vocabulary_without_descendants_is_said(omop):
    with open_cdm(str(omop["synthea"])) as opened:
        assert "without its descendants" in opened.warnings[0]
        assert opened.notes(cohort_from({"condition": 40481087})) == opened.warnings
        assert opened.notes(cohort_from({"sex": "female"})) == ()
