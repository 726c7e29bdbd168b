"""Makes an empty PostgreSQL database for tests: ``fresh_database.py postgresql://user:password@host:port NAME``."""

import sys

import psycopg
from psycopg import sql


def main(server: str, name: str) -> None:
    """Drop the database of this name, if there is one, and make it."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


if __name__ == "__main__":
    main(*sys.argv[1:3])
