"""Shortage lists: occupations that the regions call short of people. Titles are invented."""

from datetime import date

import duckdb
import pytest

from making import relaxed
from openvalley.errors import SourceChanged
from openvalley.sources.catalogue import sources
from openvalley.sources.shortages import connector
from openvalley.sources.sync import sync_source

_HEADER = b"region,group,title\n"


@pytest.fixture
def read(reading):
    def read_lists(**rows):
        found = reading({f"shortage_{name}.csv": _HEADER + text.encode() for name, text in rows.items()},
                        name="shortages")
        connector.read(found.intake)
        return found

    return read_lists


def test_a_list_a_region_in_its_own_language(read):
    found = read(bruxelles_2026='bruxelles,"Soins, santé",Bio-ingénieur / Bio-ingénieure\n',
                 flandre_2026="flandre,Zorg,Laborant\n", wallonie_2025="wallonie,Liste régionale,Technicien\n")
    records = sorted(found.records("shortage").values(), key=lambda record: record["region"])
    assert [(record["region"], record["language"], record["year"], record["title"]) for record in records] == [
        ("BE1", "fr", 2026, "Bio-ingénieur / Bio-ingénieure"), ("BE2", "nl", 2026, "Laborant"),
        ("BE3", "fr", 2025, "Technicien"),
    ]
    assert records[0]["occupation_group"] == "Soins, santé"
    assert (found.intake.as_of, found.quarantined, found.intake.warnings) == (date(2026, 1, 1), [], [])


def test_one_title_in_two_groups_is_two_shortages(read):
    assert len(read(flandre_2026="flandre,Zorg,Laborant\nflandre,Industrie,Laborant\n").records("shortage")) == 2


@pytest.mark.parametrize(("row", "reason"), [
    ("limburg,Zorg,Laborant", "its region is not known"), (",Zorg,Laborant", "its region is not known"),
    ("flandre,Zorg,", "it has no title"), ("flandre,Zorg, \u00a0", "it has no title"),
    ("flandre,Zorg", "it has too few fields"), ("flandre,Zorg,Kok", "its id stands in an earlier line too"),
])
def test_a_wrong_row_is_put_aside_with_its_line(read, row, reason):
    found = read(flandre_2026=f"flandre,Zorg,Kok\n{row}\nflandre,Zorg,Bakker\n")
    assert [record["title"] for record in found.records("shortage").values()] == ["Bakker", "Kok"]
    assert found.quarantined == [("shortage_flandre_2026.csv", 3, reason)]


def test_line_breaks_in_titles_are_spaces_and_groups_may_be_missing(read):
    (record,) = read(flandre_2026='Flandre ,,"Verpleeg-\nkundige"\n').records("shortage").values()
    assert (record["title"], record["occupation_group"], record["region"]) == ("Verpleeg- kundige", None, "BE2")


def test_a_file_without_a_year_stops_the_source(read):
    with pytest.raises(SourceChanged, match="no year"):
        read(flandre="flandre,Zorg,Kok\n")


def test_a_vanished_column_stops_the_source(reading):
    with pytest.raises(SourceChanged, match="title"):
        connector.read(reading({"shortage_flandre_2026.csv": b"region,group,naam\n"}, name="shortages").intake)


def test_the_lists_that_a_person_wrote_are_taken_from_the_inbox(home):
    shortages = relaxed(sources(home)["shortages"])
    inbox = home.inbox / "shortages"
    inbox.mkdir(parents=True)
    for region in ("bruxelles", "flandre"):
        (inbox / f"shortage_{region}_2026.csv").write_bytes(_HEADER + f"{region},,Laborant\n".encode())
    result = sync_source(home, shortages, None, lambda *_: None)
    assert (result.outcome, result.version) == ("failed", None)
    assert "shortage_wallonie.csv is not in" in result.problem.message
    (inbox / "shortage_wallonie_2026.csv").write_bytes(_HEADER + b"wallonie,,Chimiste\n")
    result = sync_source(home, shortages, None, lambda *_: None)
    assert (result.outcome, dict(result.version.rows)) == ("new", {"shortage": 3})


@pytest.mark.mirror
def test_every_row_of_the_mirror_is_taken_in(mirrored):
    version = mirrored["shortages"]
    rows = duckdb.execute(
        f"SELECT region, count(*) FROM '{version.table('shortage')}' GROUP BY 1 ORDER BY 1").fetchall()
    assert rows == [("BE1", 84), ("BE2", 228), ("BE3", 56)]
    assert (version.quarantined, version.warnings) == (0, ())
