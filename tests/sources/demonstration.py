"""A source for demonstration, with which sync is tested."""

import pyarrow.parquet as pq

from openvalley.sources.versions import in_use

CONNECTOR = """
from openvalley.sources.intake import CsvTable, Intake
from openvalley.vocabulary.records import PROJECT


def read(intake: Intake) -> None:
    intake.csv("rows", "projects.csv", CsvTable(needed=("id", "title")))
    intake.quarantine("rows", "projects.csv", {"it has no title": "title IS NULL"})
    intake.count("long titles", "SELECT count(*) FROM rows WHERE length(title) > 5")
    intake.records(PROJECT, "projects.csv", "SELECT line, id AS source_id, title FROM rows")
"""
GOOD = b"id;title\n1;one\n2;\n3;three\n"


def quiet(_what, _done, _total):
    """Report to nobody."""


def titles(settings):
    version = in_use(settings, "demo")
    return None if version is None else pq.read_table(version.table("project"))["title"].to_pylist()


SPECIFICATION = """
name = "demo"
title = "Demonstration"
publisher = "Nobody"
homepage = ""
licence = "CC0-1.0"
attribution = "Nobody"
covers = "Nothing"
frequency_days = 30
precedence = 50
files = [{ name = "projects.csv", local = "projects.csv" }]
"""
