"""Facts: everything an atlas says of an organisation is backed by a claim, and losers stay visible."""

import pytest

import worlds
from openvalley.atlas import network
from openvalley.atlas.reader import open_atlas
from openvalley.errors import UnknownIdentity
from openvalley.vocabulary.properties import SINGLE
from worlds import kbo, ror_id

_BIOTECH, _UNIVERSITY, _HOSPITAL = "pic:990000002", ror_id(1), ror_id(2)


@pytest.mark.parametrize("name", SINGLE)
def test_every_fact_has_one_winning_claim_of_its_value(atlas, name):
    """Kind and state have a value even where no source says one, and a region is also found from the place."""
    only = "AND nuts_by = 'register'" if name == "nuts" else ""
    column = {"sme": "CAST(sme AS VARCHAR)", "founded": "CAST(founded AS VARCHAR)"}.get(name, name)
    unbacked = atlas.rows(f"""
        SELECT o.id, {column} AS shown, c.value FROM organisation AS o
        LEFT JOIN claim AS c ON c.subject = o.id AND c.property = '{name}' AND c.wins
        WHERE {column} IS DISTINCT FROM c.value {only}
    """)
    allowed = {"kind": {"other"}, "state": {"active"}}.get(name, set())
    assert [row for row in unbacked if row["value"] is not None or row["shown"] not in allowed] == []
    assert atlas.rows("SELECT subject FROM claim WHERE wins AND property = ? GROUP BY subject HAVING count(*) > 1",
                      [name]) == []


@pytest.mark.parametrize(("table", "name", "column"), [
    ("organisation_name", "other_name", "value"), ("organisation_identifier", "identifier", "value"),
    ("organisation_domain", "domain", "domain"),
])
def test_every_listed_value_has_a_claim(atlas, table, name, column):
    listed = {(row["id"], row["value"]) for row in atlas.rows(f"SELECT id, {column} AS value FROM {table}")}
    claimed = {(row["subject"], row["value"])
               for row in atlas.rows("SELECT subject, value FROM claim WHERE property = ?", [name])}
    assert listed == claimed
    assert listed


def test_every_claim_leads_to_its_row(atlas):
    rows = atlas.rows("SELECT DISTINCT source, source_id, source_version FROM claim")
    records = {row["record"] for row in atlas.rows("SELECT record FROM identity")}
    assert {f"{row['source']}/{row['source_id']}" for row in rows} <= records
    assert all(row["source_version"] for row in rows)
    known = {source["name"]: source["version"] for source in atlas.manifest["sources"]}
    assert {row["source"]: row["source_version"] for row in rows} == known


@pytest.mark.parametrize(("subject", "name", "shown", "source", "losers"), [
    (_BIOTECH, "name", "Schelde Biotech", "pack-schelde", [("SCHELDE BIOTECH NV", "cordis", "overruled")]),
    (_BIOTECH, "city", "Gent", "pack-schelde", [("GENT", "cordis", "overruled")]),
    (_BIOTECH, "sme", "true", "cordis", []),
    (_BIOTECH, "kind", "company", "pack-schelde", [("company", "cordis", "agrees")]),
    (_HOSPITAL, "kind", "university-hospital", "pack-schelde",
     [("care-provider", "ror", "overruled"), ("education", "cordis", "overruled")]),
    (_UNIVERSITY, "name", "Schelde University", "ror", [("UNIVERSITEIT SCHELDE", "cordis", "overruled")]),
    (_UNIVERSITY, "country", "BE", "ror", [("BE", "cordis", "agrees")]),
])
def test_precedence_is_the_sources_and_losers_stay(atlas, subject, name, shown, source, losers):
    claims = atlas.claims(subject, name)
    assert (claims[0].value, claims[0].source, claims[0].standing) == (shown, source, "shown")
    rest = sorted((claim.value, claim.source, claim.standing) for claim in claims[1:] if claim.source_id != ror_id(6))
    assert rest == sorted(losers)


def test_a_withdrawn_row_never_beats_the_one_that_took_its_place(tmp_path):
    """Whichever of the two ids comes first."""
    settings = worlds.home_at(tmp_path / "home")
    pairs = {1: 2, 4: 3}
    worlds.build(settings, worlds.World(ror=[row for old, new in pairs.items() for row in (
        worlds.ror(old, f"Old Academy {old}", status="withdrawn", place=("Gent", 51.05, 3.72), types=["government"],
                   established=1900, relationships=[{"id": ror_id(new), "label": "x", "type": "successor"}]),
        worlds.ror(new, f"New Academy {old}", place=("Leuven", 50.88, 4.70)),
    )]))
    atlas = open_atlas(settings.home)
    for old, new in pairs.items():
        found = atlas.organisation(ror_id(old))
        assert (found.id, found.name, found.name_in("en")) == (ror_id(new), f"New Academy {old}", f"New Academy {old}")
        assert (found.kind, found.city, found.latitude, found.founded) == ("education", "Leuven", 50.88, 1900)
        assert [(name.value, name.kind) for name in found.names] == [
            (f"Old Academy {old}", "former"), (f"New Academy {old}", "label")]
        assert atlas.search(f"Old Academy {old}").items[0].id == ror_id(new)
    atlas.close()


def test_a_claim_says_how_old_it_is_and_who_vouches(atlas):
    (claim,) = [claim for claim in atlas.claims(_BIOTECH, "name") if claim.standing == "shown"]
    assert (claim.source_title, claim.verification) == ("Region pack", "register")
    assert (claim.reference, claim.as_of) == ("https://register.example/", "2026-01-02")
    assert claim.retrieved


def test_an_organisation_is_put_together_from_its_rows(atlas):
    found = atlas.organisation(_BIOTECH)
    assert found.records == ["cordis/990000002", "pack-schelde/schelde-biotech"]
    assert (found.name, found.name_in("nl"), found.name_in("de")) == (
        "Schelde Biotech", "Schelde Biotech NV", "Schelde Biotech")
    assert {(name.value, name.kind) for name in found.names} == {
        ("Schelde Biotech", "label"), ("Schelde Biotech NV", "label"), ("SCHELDE BIOTECH NV", "label"),
        ("River Vaccines", "former")}
    assert found.identifiers == [("kbo", kbo(2)), ("pic", "990000002"), ("vat", "BE" + kbo(2))]
    assert (found.stages, found.platforms) == (["clinical", "discovery"], ["mrna", "vaccine"])
    assert (found.founded, found.sme, found.projects, found.life_science_projects) == (2004, True, 3, 2)
    assert (found.first_year, found.last_year) == (2019, 2020)
    assert found.eu_contribution == pytest.approx(3001.5)


def test_relations_are_organisations_of_the_atlas(atlas):
    assert [(entry.id, entry.relation) for entry in atlas.organisation(ror_id(4)).relations] == [
        (_UNIVERSITY, "parent")]
    assert [(entry.id, entry.relation) for entry in atlas.organisation(_HOSPITAL).relations] == [(_BIOTECH, "parent")]


@pytest.mark.parametrize("text", [
    ror_id(1), ror_id(1).removeprefix("https://"), ror_id(1)[-9:], f"  {ror_id(1)} ", "990000001", "pic:990000001",
    "BE" + kbo(1), f"BE {kbo(1)[:4]}.{kbo(1)[4:7]}.{kbo(1)[7:]}", f"kbo:{kbo(1)}", kbo(1), ror_id(6),
])
def test_an_organisation_answers_to_all_of_its_ids(atlas, text):
    assert atlas.resolve_id(text) == _UNIVERSITY


@pytest.mark.parametrize("text", ["cordis:700001", "700001", " 700001 "])
def test_a_project_answers_to_its_number(atlas, text):
    assert atlas.resolve_id(text) == "cordis:700001"


def test_a_project_whose_number_looks_like_a_pic_is_found(atlas):
    """Horizon Europe's project numbers have nine digits, as PICs have."""
    assert atlas.resolve_id("101000004") == "cordis:101000004"


@pytest.mark.parametrize(("text", "says"), [
    ("", "knows nothing"), ("nobody", "knows nothing"), ("x" * 10_000, "knows nothing"), ("990000099", "knows nothing"),
    ("'; DROP TABLE claim; --", "knows nothing"), ("pic:", "knows nothing"), ("ror:x", "knows nothing"),
    (ror_id(7), "no longer named"), ("\0", "knows nothing"),
])
def test_an_id_of_nobody_is_said_so(atlas, text, says):
    with pytest.raises(UnknownIdentity, match=says) as refused:
        atlas.resolve_id(text)
    assert refused.value.hint
    assert len(refused.value.message) < 300


def test_a_project_is_no_organisation_and_the_other_way_round(atlas):
    with pytest.raises(UnknownIdentity, match="not an organisation"):
        atlas.organisation("700001")
    with pytest.raises(UnknownIdentity, match="not a project"):
        atlas.project(_UNIVERSITY)


def test_a_project_and_who_takes_part(atlas):
    found = atlas.project("700001")
    assert (found.acronym, found.programme, str(found.start_date)) == ("RIVERVAX", "H2020", "2019-03-01")
    assert [(partner.id, partner.role, partner.eu_contribution) for partner in found.organisations] == [
        (_UNIVERSITY, "coordinator", 500000.25), (_BIOTECH, "participant", 1000.5)]
    assert ("legal_basis", "H2020-EU.3.1.", None) in found.codes
    assert found.participants == 2


def test_participations_are_listed_newest_first(atlas):
    found = atlas.participations(_BIOTECH)
    assert [row.project_id for row in found] == ["cordis:700002", "cordis:700001", "cordis:700003"]
    assert [row.life_science for row in found] == [True, True, False]
    assert [row.project_id for row in atlas.participations(_BIOTECH, 1)] == ["cordis:700002"]


def test_partners_are_counted_by_shared_projects_and_have_names(atlas):
    assert [(row["id"], row["projects"]) for row in atlas.partners(_UNIVERSITY)] == [
        ("pic:990000007", 1), (_BIOTECH, 1)]
    assert [row["name"] for row in atlas.partners("pic:990000006")] == ["Rhine Cells GmbH", "Schelde University"]


@pytest.mark.parametrize("subject", [_UNIVERSITY, _BIOTECH, "pic:990000006"])
def test_the_network_in_memory_says_the_same(atlas, subject):
    assert network.participations(atlas, subject, 20) == atlas.participations(subject, 20)
    assert network.partners(atlas, subject, 20) == atlas.partners(subject, 20)


# Scope.

@pytest.mark.parametrize(("subject", "rules"), [
    (_BIOTECH, {"pack": 1, "projects": 2}), (_UNIVERSITY, {"projects": 2}),
    (_HOSPITAL, {"pack": 1, "kind": 1, "projects": 1}),
    (ror_id(3), {"kind": 1}), ("pic:990000004", {}), ("pic:990000005", {}), (ror_id(4), {}), ("pic:990000007", {}),
])
def test_what_brings_an_organisation_into_scope_is_kept(atlas, subject, rules):
    found = atlas.organisation(subject)
    assert {entry.rule: entry.amount for entry in found.evidence} == rules
    assert found.in_scope == bool(rules)


def test_the_projects_that_count_are_about_the_life_sciences(atlas):
    assert {row["project_id"] for row in atlas.rows("SELECT project_id FROM life_science_project")} == {
        "cordis:700001", "cordis:700002", "cordis:101000004"}


# Places.

@pytest.mark.parametrize(("subject", "placed_by", "latitude"), [
    (_UNIVERSITY, "register", 51.05), (_BIOTECH, "gazetteer", 51.05), ("pic:990000004", "gazetteer", 51.03),
    ("pic:990000007", "gazetteer", 50.93), (ror_id(8), None, None), ("pic:990000006", None, None),
])
def test_where_an_organisation_is_and_who_says_so(atlas, subject, placed_by, latitude):
    found = atlas.organisation(subject)
    assert found.placed_by == placed_by
    assert (found.latitude is None) == (found.longitude is None)
    assert found.latitude == (latitude and pytest.approx(latitude, abs=0.02))


def test_the_share_that_is_placed_is_in_the_manifest(atlas):
    rows = atlas.rows("SELECT latitude IS NOT NULL AS placed, in_region AND in_scope AS ours FROM organisation "
                      "WHERE named")
    ours = [row["placed"] for row in rows if row["ours"]]
    assert atlas.manifest["placed"]["region"] == pytest.approx(sum(ours) / len(ours), abs=1e-4)
    assert atlas.manifest["placed"]["all"] == pytest.approx(sum(row["placed"] for row in rows) / len(rows), abs=1e-4)
    assert atlas.manifest["placed"]["all"] < 1


# Figures.

def test_figures_count_what_is_verified_alive_named_and_in_scope(atlas):
    figures = atlas.figures()
    assert figures.organisations == sum(figures.kinds.values()) == 5
    assert (figures.companies, figures.unverified, figures.projects) == (1, 1, 3)
    assert figures.unverified == sum(figures.unverified_kinds.values())
    assert all(isinstance(count, int) for count in atlas.counts().values())


def test_the_manifest_says_what_it_was_built_from(atlas):
    manifest = atlas.manifest
    assert manifest["region"]["code"] == "schelde"
    assert {source["name"]: source["rows"]["organisation"] for source in manifest["sources"]} == {
        "ror": 10, "cordis": 7, "pack-schelde": 5}
    assert all(source["licence"] and source["retrieved"] and source["version"] for source in manifest["sources"])
    assert manifest["rows"] == {name: atlas.rows(f"SELECT count(*) AS n FROM {name}")[0]["n"]
                                for name in manifest["rows"]}
