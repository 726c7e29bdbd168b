"""CSV and Parquet, as pandas reads them."""

import csv
import io
import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import exports
from openvalley.atlas.export.selection import TABLES
from openvalley.atlas.export.tables import _flat
from openvalley.atlas.publish import ORDER
from worlds import ror_id

#: What only the program needs, or nobody may have: who judged what, why texts are linked and what is only probable,
#: where earlier ids lead, the gazetteer, boundaries.
_STAY = {"identity", "decision", "contradiction", "mention_link", "probable_link", "redirect", "town",
         "organisation_domain", "region_boundary"}


def _csv(folder, table):
    # As the documentation says: an empty cell is unknown, and NA is Namibia.
    return pd.read_csv(folder / f"{table}.csv", keep_default_na=False, na_values=[""])


def test_the_regions_organisations_and_what_hangs_on_them(written):
    folder, counts = written("csv")
    organisations = _csv(folder, "organisation")
    assert len(organisations) == counts["organisation"] > 5
    assert organisations["in_region"].all()
    assert organisations["in_scope"].all()
    chosen = set(organisations["id"])
    for table, column in (("claim", "subject"), ("organisation_name", "id"), ("participation", "organisation_id")):
        assert set(_csv(folder, table)[column]) <= chosen
    assert set(_csv(folder, "project")["id"]) == set(_csv(folder, "participation")["project_id"])


def test_every_table_leaves_or_stays_on_purpose():
    assert set(ORDER) - set(TABLES) == _STAY


def test_all_is_the_whole_atlas(written, free):
    folder, counts = written("csv", everything=True)
    rows = free.manifest["rows"]
    assert {table: counts[table] for table in TABLES} == {table: rows[table] for table in TABLES}
    assert "NL" in set(_csv(folder, "organisation")["country"])


def test_the_regions_trials_are_whole(written):
    folder, _ = written("csv")
    assert set(_csv(folder, "trial")["source_id"]) == {"NCT90000001", "NCT90000003"}
    assert set(_csv(folder, "trial_site")["country"]) == {"BE", "NL"}
    assert set(_csv(folder, "trial_party")["role"]) == {"sponsor", "collaborator"}
    assert set(_csv(folder, "trial_term")["term"]) == {"Gout", "Asthma", "salt"}
    assert "2022-000123-45" in set(_csv(folder, "trial_identifier")["value"])


def test_calls_occupations_regions_and_figures(written):
    folder, _ = written("csv")
    assert set(_csv(folder, "call")["source_id"]) == {"CALL-1", "CALL-2"}
    assert set(_csv(folder, "call_deadline")["deadline"]) == {"2026-04-01", "2026-09-01"}
    assert list(_csv(folder, "occupation_name")["value"]) == ["brewer of cells"]
    assert set(_csv(folder, "region")["id"]) == {"BE", "BE2", "BE23", "BE234"}
    assert list(_csv(folder, "indicator")["value"]) == [3.5]


def test_boundaries_never_leave(written):
    for form in ("csv", "parquet"):
        folder, counts = written(form)
        assert "region_boundary" not in counts
        for path in folder.iterdir():
            assert b"Polygon" not in path.read_bytes()


def test_types_are_those_of_the_values(written):
    organisations = _csv(written("csv")[0], "organisation")
    kinds = {name: organisations[name].dtype.kind for name in ("projects", "latitude", "in_region", "founded")}
    assert kinds == {"projects": "i", "latitude": "f", "in_region": "b", "founded": "f"}
    trials = pd.read_parquet(written("parquet")[0] / "trial.parquet")
    assert {type(day).__name__ for day in trials["start_date"]} == {"date"}
    assert sorted(map(list, trials["phases"])) == [[], ["PHASE1", "PHASE2"]]


def test_both_formats_hold_the_same(written):
    for table in TABLES:
        packed = pq.read_table(written("parquet")[0] / f"{table}.parquet")
        text = written("csv")[0] / f"{table}.csv"
        with text.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        assert rows[0] == packed.column_names, table
        assert len(rows) - 1 == packed.num_rows, table
        for name, column in zip(packed.column_names, packed.columns, strict=True):
            if pa.types.is_string(column.type):
                said = [row[rows[0].index(name)] for row in rows[1:]]
                assert [cell.removeprefix("'") for cell in said] == [value or "" for value in column.to_pylist()]


def test_no_spreadsheet_runs_a_cell(written):
    folder, _ = written("csv")
    assert "'=SUM(1,2)" in set(_csv(folder, "trial")["title"])
    assert "'@dates" in set(_csv(folder, "call")["title"])
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in row), path.name


def test_line_breaks_quotes_and_other_scripts_come_through(written):
    assert 'two\nlines, "quoted" é漢' in set(_csv(written("csv")[0], "trial")["summary"])
    assert 'two\nlines, "quoted" é漢' in set(pd.read_parquet(written("parquet")[0] / "trial.parquet")["summary"])


def test_lists_are_one_cell_each(written):
    assert set(_csv(written("csv")[0], "trial")["phases"].dropna()) == {"PHASE1;PHASE2"}


@pytest.mark.parametrize(("kind", "values", "texts"), [
    (pa.list_(pa.string()), [["a", "b"], [], None], ["a;b", "", None]),
    (pa.list_(pa.int32()), [[1, 20], None], ["1;20", None]),
    (pa.list_(pa.struct([("value", pa.string())])), [[{"value": "é"}], None], ['[{"value": "é"}]', None]),
    (pa.int32(), [1, None], [1, None]),
])
def test_lists_of_every_kind_have_a_text(kind, values, texts):
    assert _flat(pa.array(values, kind)).to_pylist() == texts


def test_namibia_is_no_missing_value(own_home, tmp_path):
    import worlds
    from openvalley.atlas.export import export
    from openvalley.atlas.reader import open_atlas

    worlds.build(own_home, worlds.World(ror=[worlds.ror(1, "Desert University", "NA")]))
    atlas = open_atlas(own_home.home)
    export(atlas, "csv", tmp_path / "out", everything=True)
    atlas.close()
    found = _csv(tmp_path / "out", "organisation")
    assert found.set_index("id")["country"][ror_id(1)] == "NA"


def test_internal_columns_stay_inside(written):
    for table in TABLES:
        columns = pq.read_schema(written("parquet")[0] / f"{table}.parquet").names
        assert not {"folded_city", "key", "words", "rank"} & set(columns), table


def test_the_same_atlas_gives_the_same_bytes(written, free, tmp_path):
    from openvalley.atlas.export import export

    export(free, "csv", tmp_path / "again")
    for path in sorted((tmp_path / "again").iterdir()):
        assert path.read_bytes() == (written("csv")[0] / path.name).read_bytes(), path.name


def test_the_notice_lists_what_is_in_it_and_what_is_not(written):
    text = (written("csv", "guarded")[0] / "SOURCES.md").read_text(encoding="utf-8")
    inside, outside = text.split("## Not exported")
    assert "- The openbook " in inside
    assert "CC0-1.0. The makers of openbook" in inside
    assert "The secrets" not in inside
    assert "- The secrets: Unclear" in outside
    assert "The openbook" not in outside
    # Codes and names of NUTS regions are law's; the source's boundaries are not.
    assert "- The regions" in inside
    assert "no boundaries" in inside
    assert "- The regions, all but what is listed above: Unclear" in outside


def test_the_notice_names_no_source_that_gave_nothing(own_home, tmp_path):
    import worlds
    from openvalley.atlas.export import export
    from openvalley.atlas.reader import open_atlas

    exports.own_source(own_home, "abroad", {"trial": [exports.trial("NCT90000009")]})
    worlds.build(own_home, worlds.World())
    atlas = open_atlas(own_home.home)
    for folder, options in (("region", {}), ("all", {"everything": True})):
        export(atlas, "csv", tmp_path / folder, **options)
        named = "The abroad" in (tmp_path / folder / "SOURCES.md").read_text(encoding="utf-8")
        assert named is (folder == "all")
    atlas.close()


def test_a_table_can_be_read_with_nothing_but_the_standard_library(written):
    text = (written("csv")[0] / "organisation.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert json.dumps(rows, ensure_ascii=False)
    assert {row["kind"] for row in rows} >= {"company"}
