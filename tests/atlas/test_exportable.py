"""What is exported of an atlas reads like an atlas: the same questions, without the sources that are not exported."""

import shutil

import duckdb
import pytest

import exports
from exports import HUSH
from openvalley.atlas.exportable import ExportableAtlas
from openvalley.atlas.network import partners
from openvalley.atlas.pages import figures
from openvalley.atlas.publish import DATABASE, ORDER
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.errors import NothingBuilt, UnknownIdentity
from worlds import ror_id

_UNIVERSITY, _RIVER = ror_id(1), ror_id(4)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    opened = open_atlas(exports.guarded_home(tmp_path_factory).home)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def left(whole):
    opened = ExportableAtlas(whole)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def free(tmp_path_factory):
    opened = open_atlas(exports.open_home(tmp_path_factory).home)
    yield opened
    opened.close()


def _table(atlas, table):
    return sorted(map(str, atlas.rows(f"SELECT * FROM {table}")))


def test_every_table_has_a_rule(left):
    """A new table is seen by no export before exportable.py says which of its rows may leave."""
    for table in ORDER:
        assert left.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"] >= 0


def test_without_facts_that_stay_behind_everything_is_as_it_was(free):
    leaving = ExportableAtlas(free)
    assert (leaving.not_exported, leaving.mended) == (("regions",), False)
    for table in ORDER:
        expected = [] if table == "region_boundary" else _table(free, table)
        assert _table(leaving, table) == expected, table
    leaving.close()


def test_with_them_it_is_as_if_the_source_had_never_been(left, free):
    assert (left.not_exported, left.mended) == (("regions", "secrets"), True)
    for table in set(ORDER) - {"region_boundary", "redirect", "claim", "decision", "mention_link", "probable_link"}:
        assert _table(left, table) == _table(free, table), table
    claims = "SELECT * EXCLUDE (rank) FROM claim ORDER BY ALL"
    assert left.rows(claims) == free.rows(claims)


def test_a_fact_falls_to_the_best_source_that_may_be_passed_on(whole, left):
    before, after = whole.organisation(_UNIVERSITY), left.organisation(_UNIVERSITY)
    assert (before.name, before.kind, before.city, before.founded) == (
        f"{HUSH} University", "biobank", f"{HUSH}ville", 1999)
    assert (after.name, after.kind, after.city, after.founded) == ("Schelde University", "education", "Gent", 1817)
    assert (after.latitude, after.longitude, after.placed_by, after.nuts) == (51.05, 3.72, "register", "BE234")
    assert (before.projects, after.projects, after.first_year) == (3, 2, 2019)
    assert (after.stages, after.platforms) == ([], [])
    assert "wikidata" not in dict(after.identifiers)
    assert not any(HUSH in name.value for name in after.names)
    shown = [claim for claim in left.claims(_UNIVERSITY, "name") if claim.standing == "shown"]
    assert [(claim.value, claim.source) for claim in shown] == [("Schelde University", "ror")]


def test_scope_that_rests_on_it_alone_is_gone(whole, left):
    assert whole.organisation(_RIVER).in_scope
    assert not left.organisation(_RIVER).in_scope
    assert left.organisation(_RIVER).evidence == []


def test_whom_it_alone_names_is_gone_and_that_is_said(whole, left):
    known = whole.search(f"{HUSH} Biologics").items[0].id
    with pytest.raises(UnknownIdentity, match="is not exported"):
        left.organisation(known)
    with pytest.raises(UnknownIdentity, match="is not exported"):
        left.project("secrets:950001")
    with pytest.raises(UnknownIdentity, match="knows nothing"):
        left.organisation("nobody")
    assert known not in {partner["id"] for partner in partners(left, _UNIVERSITY, 20)}


def test_search_finds_who_is_left_under_what_is_left(left):
    hits = {hit.id: hit for hit in left.search(f"{HUSH} University").items}
    assert hits[_UNIVERSITY].name == "Schelde University"
    assert hits[_UNIVERSITY].shown["city"] == "Gent"
    for hit in left.search(HUSH, limit=100).items:
        assert HUSH not in str(hit)
    assert all(HUSH not in left.organisation(known).name for known in left.plain_search(HUSH, 10))


def test_a_link_to_whom_is_gone_is_cut(whole, left):
    query = "SELECT organisation_id FROM trial_party WHERE name = 'Quiet Cells'"
    assert whole.rows(query)[0]["organisation_id"]
    assert left.rows(query) == [{"organisation_id": None}]
    region = "SELECT source_id FROM trial WHERE in_region ORDER BY ALL"
    assert "NCT90000004" in {row["source_id"] for row in whole.rows(region)}
    assert [row["source_id"] for row in left.rows(region)] == ["NCT90000001", "NCT90000003"]


def test_links_quote_nothing_of_it(whole, left):
    for table in ("mention_link", "probable_link"):
        assert HUSH not in str(left.rows(f"FROM {table}"))
    reasons = "SELECT DISTINCT reason.detail FROM (SELECT unnest(reasons) AS reason FROM mention_link)"
    assert any(row["detail"] for row in whole.rows(reasons))
    assert [row["detail"] for row in left.rows(reasons)] == [""]
    assert {"id": "Quiet Cells"} in whole.rows("SELECT text AS id FROM mention_link")
    assert {"id": "Quiet Cells"} not in left.rows("SELECT text AS id FROM mention_link")


def test_figures_are_of_what_is_left(left, free):
    assert figures(left) == figures(free)


def test_nothing_can_be_written_through_it(left):
    with pytest.raises(duckdb.Error):
        left.rows("DELETE FROM whole.claim")


def test_the_atlas_may_be_pruned_while_it_is_read(whole, tmp_path):
    folder = tmp_path / whole.version
    shutil.copytree(whole.path, folder)
    atlas = Atlas(folder)
    leaving = ExportableAtlas(atlas)
    atlas.close()
    shutil.rmtree(folder)
    assert leaving.organisation(_UNIVERSITY).name == "Schelde University"
    leaving.close()


def test_an_atlas_of_before_is_built_again(whole, tmp_path):
    """Earlier builds did not keep the order of the claims that lost."""
    folder = tmp_path / whole.version
    shutil.copytree(whole.path, folder)
    with duckdb.connect(str(folder / DATABASE)) as connection:
        connection.execute("CREATE TABLE earlier AS SELECT * EXCLUDE (rank) FROM claim")
        connection.execute("DROP TABLE claim")
        connection.execute("ALTER TABLE earlier RENAME TO claim")
    atlas = Atlas(folder)
    with pytest.raises(NothingBuilt, match="not exported") as refused:
        ExportableAtlas(atlas)
    assert "openvalley build" in refused.value.hint
    atlas.close()
