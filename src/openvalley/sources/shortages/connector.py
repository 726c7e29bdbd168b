"""Reads the regional shortage lists: one CSV a region and year (region, group, title), transcribed by a third party."""

import re
from datetime import date

from openvalley.errors import SourceChanged
from openvalley.sources.intake import CsvTable, Intake
from openvalley.sources.sql import filled
from openvalley.vocabulary.records import SHORTAGE

_LIST = CsvTable(needed=("region", "group", "title"), delimiter=",")
#: The lists' names of the regions, as NUTS-1 code and language of the list.
REGIONS = {"bruxelles": ("BE1", "fr"), "flandre": ("BE2", "nl"), "wallonie": ("BE3", "fr")}
_NAME = re.compile(r"shortage_[a-z]+_(20[0-9]{2})\.csv")


def read(intake: Intake) -> None:
    """Turn the lists into shortage records.

    Raises:
        SourceChanged: a file's name gives no year.

    """
    intake.connection.execute(
        'CREATE TABLE listed (line BIGINT, region VARCHAR, "group" VARCHAR, title VARCHAR, file VARCHAR, year INTEGER)')
    years = []
    for file in sorted(intake.files):
        named = _NAME.fullmatch(file)
        if not named:
            raise SourceChanged(f"{file}: its name gives no year.", file=file,
                                hint="Name the lists shortage_REGION_YEAR.csv and sync again.")
        years.append(int(named[1]))
        intake.csv("part", file, _LIST)
        intake.connection.execute(
            f"""INSERT INTO listed SELECT line, region, "group", title, '{file}', {years[-1]} FROM part""")
    intake.quarantine("listed", ", ".join(sorted(intake.files)), {
        "its region is not known": f"coalesce(lower(trim(region)) NOT IN {tuple(REGIONS)}, true)",
        "it has no title": f"{filled('title')} IS NULL",
    })
    intake.as_of = date(max(years), 1, 1) if years else None
    intake.records(SHORTAGE, "shortage lists", _RECORDS)


def _by_region(position: int) -> str:
    cases = " ".join(f"WHEN '{name}' THEN '{values[position]}'" for name, values in REGIONS.items())
    return f"CASE lower(trim(region)) {cases} END"


_TITLE = f"regexp_replace({filled('title')}, '\\s+', ' ', 'g')"
_RECORDS = f"""
SELECT line, file, concat_ws('/', {_by_region(0)}, year, {filled('"group"')}, {_TITLE}) AS source_id,
    {_by_region(0)} AS region, year, {filled('"group"')} AS occupation_group, {_TITLE} AS title,
    {_by_region(1)} AS language
FROM listed
"""
