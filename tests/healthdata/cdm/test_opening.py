"""What is no CDM 5.4 that can be asked is refused before the first question; a table with a header alone is empty."""

import shutil

import duckdb
import pytest

from openvalley.errors import BadCdm, BadCohort
from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.cdm.connecting import engine_for
from openvalley.healthdata.cdm.opening import open_cdm
from openvalley.healthdata.cdm.tables import TABLES


@pytest.fixture
def changed(synthetic, tmp_path):
    """Return a function that makes a copy, runs SQL on it, and gives its path."""
    def change(*statements):
        path = tmp_path / "changed.duckdb"
        shutil.copy(synthetic, path)
        with duckdb.connect(str(path)) as connection:
            for statement in statements:
                connection.execute(statement)
        return str(path)

    return change


@pytest.mark.parametrize(("statements", "words", "hint"), [
    (["UPDATE cdm_source SET cdm_version = 'v5.3.1'"], "is an OMOP CDM 5.3.1; 5.4 is needed", "--accept-version 5.3"),
    (["DELETE FROM cdm_source"], "does not say which version", "cdm_source.cdm_version"),
    (["DROP TABLE measurement", "DROP TABLE concept"], "it has no measurement, concept", "DDL"),
    (["ALTER TABLE measurement DROP COLUMN value_as_number"], "measurement of .* has no value_as_number", "DDL"),
    (["DELETE FROM concept"], "there is no vocabulary", "athena"),
    (["DELETE FROM person"], "There are no persons", "Load"),
    (["ALTER TABLE drug_exposure ALTER drug_exposure_start_date TYPE VARCHAR",
      "INSERT INTO drug_exposure VALUES (1, 1503297, 'drug_exposure_start_date')"],
     "drug_exposure.drug_exposure_start_date holds 'drug_exposure_start_date'", "A header stands among the rows"),
    (["ALTER TABLE measurement ALTER value_as_number TYPE VARCHAR", "UPDATE measurement SET value_as_number = 'high'"],
     "measurement.value_as_number holds 'high', which is no number", "types of the CDM"),
])
def test_what_is_wrong_is_said(changed, statements, words, hint):
    with pytest.raises(BadCdm, match=words) as caught:
        open_cdm(changed(*statements))
    assert hint in caught.value.hint


@pytest.mark.parametrize("make", [
    lambda folder: folder / "nothing.duckdb",
    lambda folder: _written(folder / "text.duckdb", b"not a database, whatever its name says" * 100),
    lambda folder: folder,
])
def test_what_is_no_database_at_all(make, tmp_path):
    with pytest.raises(BadCdm):
        open_cdm(str(make(tmp_path)))


def _written(path, content):
    path.write_bytes(content)
    return path


def test_a_table_that_holds_its_header_alone_is_empty(changed):
    columns = ", ".join(f"'{column.upper()}' AS {column}" for column in TABLES["procedure_occurrence"])
    path = changed(f"CREATE OR REPLACE TABLE procedure_occurrence AS SELECT {columns}")
    with open_cdm(path) as opened:
        assert opened.count(cohort_from({"procedure": 4163872})) == 0
        assert opened.count(cohort_from({"not": {"procedure": 4163872}})) == opened.population


def test_the_release_can_be_older_than_the_version_column(changed):
    with open_cdm(changed("UPDATE cdm_source SET cdm_version = '5.3'"), accept=("5.3",)) as opened:
        assert opened.version == "5.3"


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_folder_of_files_answers_as_the_database(cdm, synthetic, tmp_path, ending):
    with duckdb.connect(str(synthetic), read_only=True) as connection:
        for table in TABLES:
            connection.execute(f"COPY {table} TO '{tmp_path / f'{table.upper()}.{ending}'}'")
    questions = [{"condition": "SNOMED:73211009"}, {"measurement": 3004410, "min": 7.5, "unit": "UCUM:%"},
                 {"all": [{"age": {"min": 50}}, {"not": {"drug": 1503297}}]}]
    with open_cdm(str(tmp_path)) as opened:
        for question in questions:
            assert opened.count(cohort_from(question)) == cdm.count(cohort_from(question)) > 0


def test_nothing_can_be_written(synthetic):
    engine = engine_for(str(synthetic))
    with pytest.raises(duckdb.Error, match="read-only"):
        engine.rows("DELETE FROM source.main.person", {})
    engine.close()


@pytest.mark.parametrize(("question", "words"), [
    ({"condition": "SNOMED:1"}, "SNOMED:1 is not in this vocabulary"),
    ({"drug": "SNOMED:44054006"}, "is of the domain Condition, and is asked for as drug"),
    ({"measurement": 3004410, "unit": "UCUM:kg"}, "UCUM:kg is not in this vocabulary"),
    ({"condition": "SNOMED:' OR 1=1--"}, "is no concept"),
    ({"condition": "SNOMED:'OR'1'='1"}, "is not in this vocabulary"),
])
def test_concepts_are_looked_up(cdm, question, words):
    with pytest.raises(BadCohort, match=words):
        cdm.count(cohort_from(question))


def test_a_class_is_asked_with_what_stands_below_it(cdm):
    above = cdm.count(cohort_from({"condition": 201820}))
    below = cdm.count(cohort_from({"any": [{"condition": 201826}, {"condition": 201254}]}))
    assert above == below > 0 == cdm.count(cohort_from({"condition": 201820, "descendants": False}))


def test_months_and_days_of_birth_may_be_missing(changed):
    path = changed("UPDATE person SET month_of_birth = NULL, day_of_birth = NULL, year_of_birth = 1980")
    with open_cdm(path) as opened:
        for day, count in (("2020-06-14", 0), ("2020-06-15", opened.population)):
            assert opened.count(cohort_from({"age": {"min": 40, "on": day}})) == count
