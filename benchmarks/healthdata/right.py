"""Forty cohort questions on the mirror's databases against SQL written by hand, on both engines."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import databases
import psycopg
from bars import Bar
from forty import FORTY, Asked

from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.cdm.opening import open_cdm


def right(mirror: Path) -> list[Bar]:
    """Return how many of the forty are equal."""
    with tempfile.TemporaryDirectory() as folder:
        files = databases.unpack(mirror, Path(folder))
        hands = {name: databases.by_hand(path) for name, path in files.items()}
        bars = [_equal("DuckDB", {name: str(path) for name, path in files.items()},
                       lambda asked: hands[asked.database].execute(asked.sql).fetchall()[0][0])]
        if reason := databases.reachable():
            return [*bars, Bar("questions equal to SQL by hand, PostgreSQL", "40 of 40", reason, None)]
        ddl = mirror / "omop" / "ddl" / "OMOPCDM_postgresql_5.4_ddl.sql"
        with databases.scratch() as dsn:
            addresses = {name: databases.load(dsn, name, path, ddl) for name, path in files.items()}

            def by_hand(asked: Asked) -> int:
                with psycopg.connect(dsn) as connection:
                    connection.execute(f"SET search_path = {asked.database}".encode())
                    return int(connection.execute(asked.sql.encode()).fetchall()[0][0])

            return [*bars, _equal("PostgreSQL", addresses, by_hand)]


def _equal(engine: str, addresses: Mapping[str, str], by_hand: Callable[[Asked], int]) -> Bar:
    opened = {name: open_cdm(address, accept=("5.3",)) for name, address in addresses.items()}
    equal = sum(opened[asked.database].count(cohort_from(asked.question)) == by_hand(asked) for asked in FORTY)
    for one in opened.values():
        one.close()
    return Bar(f"questions equal to SQL by hand, {engine}", f"{len(FORTY)} of {len(FORTY)}",
               f"{equal} of {len(FORTY)}", equal == len(FORTY))
