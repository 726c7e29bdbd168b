"""The whole mirror: everything is taken in and published, and the answers people came for are there."""

import csv
import shutil

import pyarrow as pa
import pytest

from openvalley import pipeline
from openvalley.atlas.clinical import trial
from openvalley.atlas.evaluate import evaluate_search
from openvalley.atlas.linking import link
from openvalley.atlas.listing import Browse, browse
from openvalley.atlas.publish import is_whole
from openvalley.settings import Settings
from worlds import quiet

pytestmark = pytest.mark.mirror

#: Rows that the mirror's README names: ROR records; Horizon 2020 and Horizon Europe projects and participations.
_ORGANISATIONS = 129_046
_PROJECTS = 25_633 + 100
_PARTICIPATIONS = 116_613 + 100


def test_every_row_of_the_registers_is_in_the_atlas(atlas):
    by_source = {source["name"]: source["rows"] for source in atlas.manifest["sources"]}
    assert by_source["ror"]["organisation"] == _ORGANISATIONS
    assert (atlas.counts()["projects"], atlas.counts()["participations"]) == (_PROJECTS, _PARTICIPATIONS)
    assert {source["quarantined"] for source in atlas.manifest["sources"]
            if source["name"] in ("ror", "cordis")} == {0}


def test_every_ror_record_is_an_organisation_leads_to_one_or_was_taken_back(atlas):
    (found,) = atlas.rows("""
        SELECT count(*) FILTER (o.id IS NOT NULL) AS standing, count(*) FILTER (o.id IS NULL AND r.target IS NOT NULL)
               AS leading, count(*) FILTER (o.id IS NULL AND r.target IS NULL AND r.id IS NOT NULL) AS gone,
               count(*) AS known
        FROM (SELECT DISTINCT id FROM organisation WHERE id LIKE 'https://ror.org/%'
              UNION SELECT id FROM redirect WHERE id LIKE 'https://ror.org/%') AS k
        LEFT JOIN organisation AS o ON o.id = k.id LEFT JOIN redirect AS r ON r.id = k.id
    """)
    assert found["known"] == found["standing"] + found["leading"] + found["gone"] == _ORGANISATIONS
    assert found["standing"] > 0.95 * _ORGANISATIONS


@pytest.mark.parametrize(("query", "right"), [
    ("UZ Gent", "https://ror.org/00xmkp704"), ("K.U.Leuven", "https://ror.org/05f950310"),
    ("Universite de Liege", "https://ror.org/00afp2z80"), ("jansen pharmaceutica", "https://ror.org/04yzcpd71"),
    ("CHU St Pierre Brussel", "https://ror.org/05cmp5q80"),
])
def test_what_people_type_finds_what_they_mean(atlas, query, right):
    found = atlas.search(query, types=["organisation"]).items
    assert found[0].id == right, [(hit.id, hit.name) for hit in found[:3]]
    assert atlas.search(query).items[0].id == right


def test_a_disease_and_a_town_find_the_trials_with_a_site_there(atlas):
    first = atlas.search("non-small cell lung cancer leuven").items[0]
    assert first.type == "trial"
    towns = {site.city for site in trial(atlas, first.id).sites}
    assert "Leuven" in towns
    assert "NSCLC" in first.name


@pytest.mark.parametrize(("query", "right"), [
    ("CDMO viral vectors Belgium", "Thermo Fisher Scientific Seneffe"),
    ("EIC Accelerator", "European Innovation Council"),
    ("central laboratory for clinical trials", "Cerba Research"),
    ("incubator with wet labs in Leuven", "Bio-Incubator Leuven"),
    ("kmo-groeisubsidie", "Flanders Innovation & Entrepreneurship"),
])
def test_a_question_finds_who_does_or_gives_it(atlas, query, right):
    found = atlas.search(query).items
    assert found[0].name == right, [hit.name for hit in found[:3]]


def test_the_trials_of_the_region_are_counted_as_they_are_listed(atlas):
    listing = browse(atlas, Browse("trial", {"region": ("in",)}, limit=10_000))
    assert 500 < listing.total == len(listing.rows)
    assert sum(count for _, count in listing.facets["register"]) == listing.total


def test_search_on_names_that_were_labelled(atlas, mirror, tmp_path):
    """Every third row of the list: quick, and the same rows in every run."""
    with (mirror / "gold" / "organisations-cordis-dev.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    with (tmp_path / "gold.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([rows[0], *rows[1::3]])
    found = evaluate_search(atlas, tmp_path / "gold.csv", quiet)
    assert found["n"] > 300
    assert found["model"]["hits_at_1"] >= 0.75
    assert found["model"]["hits_at_5"] >= 0.92
    assert all(found["model"]["mrr"] > baseline["mrr"] for baseline in found["baselines"].values())


def _linked(atlas, path, columns):
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    answers = link(pa.table({column: [row[column] for row in rows] for column in columns}), atlas).to_pylist()
    return rows, answers


def test_linking_labelled_names_is_rarely_wrong(atlas, mirror):
    """By name and place alone: the PIC would give the answer away.

    The names are CORDIS's own, so where CORDIS's row stands for itself it is found, and says nothing about ROR.
    """
    rows, answers = _linked(atlas, mirror / "gold" / "organisations-pic-dev.csv", ("name", "city", "country"))
    lineage = {row["id"]: row["target"] for row in atlas.rows("SELECT id, target FROM redirect")}
    linked = [(lineage.get(row["ror_id"], row["ror_id"]), answer["match_id"])
              for row, answer in zip(rows, answers, strict=True) if answer["decision"] == "match" and answer["match_id"].startswith("https://ror.org/")]
    assert len(linked) > 0.6 * len(rows)
    assert sum(right == match for right, match in linked) / len(linked) >= 0.98


def test_what_is_linked_says_why(atlas, mirror):
    rows, answers = _linked(atlas, mirror / "gold" / "organisations-belgium-dev.csv", ("name", "city", "country"))
    assert len(rows) == len(answers)
    assert all(answer["why"] for answer in answers)
    assert {answer["decision"] for answer in answers} <= {"match", "review", "none"}


@pytest.mark.parametrize("property_", ["name", "city", "country", "website", "kind"])
def test_every_fact_has_one_winning_claim(atlas, property_):
    ((wrong,),) = [row.values() for row in atlas.rows(f"""
        SELECT count(*) FROM organisation AS o LEFT JOIN
            (SELECT subject, max(value) AS value, count(*) AS n FROM claim WHERE wins AND property = '{property_}'
             GROUP BY subject) AS c ON c.subject = o.id
        WHERE c.n > 1 OR (o.{property_} IS DISTINCT FROM c.value AND NOT (c.value IS NULL AND o.{property_} = 'other'))
    """)]
    assert wrong == 0


def test_ids_lead_to_what_stands(atlas):
    assert atlas.rows("SELECT id FROM redirect JOIN organisation USING (id)") == []
    assert atlas.rows("SELECT r.id FROM redirect AS r LEFT JOIN organisation AS o ON o.id = r.target "
                      "WHERE r.target IS NOT NULL AND o.id IS NULL") == []
    assert atlas.rows("SELECT id FROM organisation GROUP BY id HAVING count(*) > 1") == []


def test_the_region_is_placed_and_its_figures_are_plausible(atlas):
    figures = atlas.figures()
    assert atlas.manifest["placed"]["region"] > 0.8
    assert 150 < figures.organisations < 3_000
    assert 30 < figures.companies < figures.organisations
    assert figures.projects > 500


def test_building_again_is_the_same_atlas(whole, tmp_path):
    """In another home, from the same records, while the first stays as it is."""
    first = pipeline.current_manifest(whole)
    again = Settings(home=tmp_path / "again", threads=1)
    for name in ("archive", "records"):
        shutil.copytree(whole.home / name, again.home / name, symlinks=True)
    published = pipeline.build(again, quiet)
    assert published.manifest["content_hash"] == first["content_hash"]
    assert published.version == (whole.atlases / "current").resolve().name
    assert is_whole(published.path)
