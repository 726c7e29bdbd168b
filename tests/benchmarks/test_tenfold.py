"""A mirror with N times the rows: valid ids, new names that still agree between the registers, the same bytes again."""

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from hashlib import sha256

import pytest

from openvalley.vocabulary.identifiers import Scheme, is_valid
from small_registers import PARTICIPANTS, PROJECTS, ROR, STUDIES

_TIMES = 4


def _zip(path, members):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)


def _csv(rows, delimiter=","):
    written = io.StringIO()
    table = csv.DictWriter(written, list(rows[0]), delimiter=delimiter, quoting=csv.QUOTE_ALL)
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()


def _gz(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A mirror of a few rows of every register."""
    folder = tmp_path_factory.mktemp("tenfold") / "mirror"
    _zip(folder / "ror" / "v9-ror-data.zip", {
        "v9-ror-data_schema_v2.json": "[\n" + ",\n".join(json.dumps(record) for record in ROR) + "\n]\n"})
    _zip(folder / "cordis" / "cordis-h2020projects-csv.zip", {
        "project.csv": _csv(PROJECTS, ";"), "organization.csv": _csv(PARTICIPANTS, ";"),
        "topics.csv": _csv([{"projectID": "212426", "topic": "EO-2-2017", "title": "Big"}], ";"),
        "legalBasis.csv": _csv([{"projectID": "7", "legalBasis": "H2020-EU.3.4.", "title": ""}], ";")})
    _gz(folder / "clinicaltrials" / "studies-0001.json.gz", json.dumps({"studies": STUDIES}))
    (folder / "ctis").mkdir()
    (folder / "ctis" / "CTIS_trials_20250924.csv").write_text("\ufeff" + _csv([
        {"Trial number": "2024-513193-22-00", "Title of the trial": "One\ntwo",
         "Sponsor/Co-Sponsors": "Maasinstituut, Scheldelab University"}]), encoding="utf-8")
    _gz(folder / "euctr" / "euctr_trials_2020-12.csv.gz",
        ",trial_id,trial_countries\n0,2006-005520-16,\"['ES', 'BE']\"\n")
    _gz(folder / "euctr" / "euctr_sponsors.csv.gz",
        "trials_ids,name_of_sponsor,normalized_name,normalized_parent_name\n"
        '"2006-005520-16,2005-000077-22",Scheldelab University,Scheldelab,\n')
    _gz(folder / "funding" / "HE_calls_2024-07-11.csv.gz",
        "ccm2Id,callId,topicId,topicUrl\n441,HORIZON-A-2021,HORIZON-A-2021-01,https://x.example/horizon-a-2021-01\n")
    (folder / "shortage").mkdir()
    (folder / "shortage" / "shortage_flandre_2026.csv").write_text("a,b\n1,2\n")
    (folder / "gold").mkdir()
    (folder / "gold" / "dev.csv").write_text("name\n")
    (folder / "README.md").write_text("what stands where")
    return folder


@pytest.fixture(autouse=True, scope="module")
def _importable(repository):
    sys.path.insert(0, str(repository / "benchmarks" / "atlas"))
    yield
    sys.path.remove(str(repository / "benchmarks" / "atlas"))


@pytest.fixture(scope="module")
def grown(small):
    from tenfold_mirror import multiply

    multiply(small, small.parent / "grown", _TIMES)
    return small.parent / "grown"


def _records(folder):
    with zipfile.ZipFile(folder / "ror" / "v9-ror-data.zip") as packed:
        return json.loads(packed.read("v9-ror-data_schema_v2.json"))


def _rows(folder, member):
    with zipfile.ZipFile(folder / "cordis" / "cordis-h2020projects-csv.zip") as packed:
        return list(csv.DictReader(io.StringIO(packed.read(member).decode(), newline=""), delimiter=";"))


def _table(folder, path):
    content = (folder / path).read_bytes()
    text = (gzip.decompress(content) if path.endswith(".gz") else content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _studies(folder):
    return [study for path in sorted(folder.glob("clinicaltrials/*"))
            for study in json.loads(gzip.decompress(path.read_bytes()))["studies"]]


def _names(record):
    return [name["value"] for name in record["names"]]


def test_every_register_has_n_times_the_rows_and_its_own_are_among_them(small, grown):
    records = _records(grown)
    assert len(records) == _TIMES * len(ROR)
    assert all(record in records for record in ROR)
    for member, before in (("project.csv", PROJECTS), ("organization.csv", PARTICIPANTS)):
        rows = _rows(grown, member)
        assert len(rows) == _TIMES * len(before)
        assert rows[:len(before)] == before
    assert len(_rows(grown, "topics.csv")) == len(_rows(grown, "legalBasis.csv")) == _TIMES
    studies = _studies(grown)
    assert len(studies) == _TIMES * len(STUDIES)
    assert all(study in studies for study in STUDIES)
    for path in ("ctis/CTIS_trials_20250924.csv", "euctr/euctr_trials_2020-12.csv.gz", "euctr/euctr_sponsors.csv.gz",
                 "funding/HE_calls_2024-07-11.csv.gz"):
        assert len(_table(grown, path)) == _TIMES
        assert _table(grown, path)[:1] == _table(small, path)


def test_what_does_not_grow_is_there_once_and_what_is_no_register_is_not(grown):
    assert (grown / "shortage" / "shortage_flandre_2026.csv").read_text() == "a,b\n1,2\n"
    assert sorted(path.name for path in grown.iterdir()) == [
        "clinicaltrials", "cordis", "ctis", "euctr", "funding", "ror", "shortage"]


def test_ids_are_valid_and_each_is_there_once(grown):
    records = _records(grown)
    others = [other for record in records for other in record["external_ids"]]
    found = {Scheme.ROR: [record["id"] for record in records]}
    for scheme in (Scheme.ISNI, Scheme.GRID, Scheme.WIKIDATA, Scheme.FUNDREF):
        found[scheme] = [value for other in others if other["type"] == scheme for value in other["all"]]
    participants = _rows(grown, "organization.csv")
    found[Scheme.PIC] = list({row["organisationID"] for row in participants})
    found[Scheme.VAT] = list({row["vatNumber"] for row in participants if row["vatNumber"].startswith("BE")})
    found[Scheme.NCT] = [study["protocolSection"]["identificationModule"]["nctId"] for study in _studies(grown)]
    found[Scheme.EUDRACT] = [row["trial_id"] for row in _table(grown, "euctr/euctr_trials_2020-12.csv.gz")]
    found[Scheme.EU_CT] = [row["Trial number"] for row in _table(grown, "ctis/CTIS_trials_20250924.csv")]
    assert {scheme: (len(ids), len(set(ids))) for scheme, ids in found.items()} == {
        Scheme.ROR: (8, 8), Scheme.ISNI: (4, 4), Scheme.GRID: (4, 4), Scheme.WIKIDATA: (4, 4), Scheme.FUNDREF: (8, 8),
        Scheme.PIC: (8, 8), Scheme.VAT: (4, 4), Scheme.NCT: (8, 8), Scheme.EUDRACT: (4, 4), Scheme.EU_CT: (4, 4)}
    wrong = [(scheme, value) for scheme, ids in found.items() for value in ids if not is_valid(scheme, value)]
    assert wrong == []


def test_names_are_new_and_agree_between_the_registers(grown):
    universities = [record for record in _records(grown) if record["types"] == ["education"]]
    displayed = [_names(record)[1] for record in universities]
    assert len(set(displayed)) == _TIMES
    telling = [name.removesuffix(" University") for name in displayed]
    assert all(name.endswith(" University") or telling.count(name) == 1 for name in displayed)
    participants = {row["name"] for row in _rows(grown, "organization.csv")}
    assert {name.upper() for name in displayed} <= participants
    parties = [study["protocolSection"]["sponsorCollaboratorsModule"]["leadSponsor"]["name"]
               for study in _studies(grown) if "sponsorCollaboratorsModule" in study["protocolSection"]]
    assert sorted(parties) == sorted(displayed)
    assert sorted(row["name_of_sponsor"] for row in _table(grown, "euctr/euctr_sponsors.csv.gz")) == sorted(displayed)
    hosts = {row["organizationURL"] for row in _rows(grown, "organization.csv")} - {""}
    assert hosts == {record["links"][0]["value"].removeprefix("https://").removesuffix("/nl")
                     for record in universities}
    assert {f"www.{record['domains'][0]}" for record in universities} == hosts


def test_addresses_of_shared_hosts_and_unnamed_sites_stay_what_they_are(grown):
    assert {link["value"] for record in _records(grown) if record["types"] == ["facility"]
            for link in record["links"]} == {"https://www.facebook.com/maas"}
    sites = [study["protocolSection"]["contactsLocationsModule"]["locations"][1] for study in _studies(grown)
             if "contactsLocationsModule" in study["protocolSection"]]
    assert {site["facility"] for site in sites} == {"Research Site 12"}


def test_what_rows_say_of_one_another_holds_among_the_copies(grown):
    records = {record["id"]: record for record in _records(grown)}
    for record in records.values():
        for relation in record["relationships"]:
            assert relation["label"] in _names(records[relation["id"]])
    projects = Counter(row["id"] for row in _rows(grown, "project.csv"))
    participants = _rows(grown, "organization.csv")
    assert set(projects.values()) == {1}
    assert Counter(Counter(row["projectID"] for row in participants).values()) == {2: _TIMES, 1: _TIMES}
    assert {row["projectID"] for row in participants} == set(projects)
    registered = {row["trial_id"] for row in _table(grown, "euctr/euctr_trials_2020-12.csv.gz")}
    told = {other["id"] for study in _studies(grown)
            for other in study["protocolSection"]["identificationModule"].get("secondaryIdInfos", ())}
    sponsored = {row["trials_ids"].split(",")[0] for row in _table(grown, "euctr/euctr_sponsors.csv.gz")}
    assert registered == told == sponsored


def test_some_participants_come_from_another_copy():
    import numpy as np
    import pyarrow as pa
    from tenfold_tables import _Column

    named = pa.chunked_array([[str(number % 50) for number in range(1_000)]])
    column = _Column(named, lambda text, copy: f"{copy}/{text}", 3)
    copies = column.elsewhere(1, 3)
    assert set(copies[:50]) == {1}
    assert 0.8 < np.mean(copies == 1) < 0.95
    assert column.rows(copies).to_pylist() == [f"{copy}/{text}" for copy, text in
                                               zip(copies, named.to_pylist(), strict=True)]


def test_a_seed_gives_the_same_bytes_in_every_process(small, repository, tmp_path):
    code = ("import sys; from pathlib import Path; from tenfold_mirror import multiply; "
            "multiply(Path(sys.argv[1]), Path(sys.argv[2]), 3, int(sys.argv[3]))")
    digests = {}
    for run, seed in (("one", "1"), ("two", "1"), ("other", "2")):
        environment = {**os.environ, "PYTHONHASHSEED": str(len(digests)),
                       "PYTHONPATH": str(repository / "benchmarks" / "atlas")}
        subprocess.run([sys.executable, "-c", code, str(small), str(tmp_path / run), seed], env=environment, check=True)
        digests[run] = {path.relative_to(tmp_path / run): sha256(path.read_bytes()).hexdigest()
                        for path in sorted((tmp_path / run).rglob("*")) if path.is_file()}
    assert digests["one"] == digests["two"]
    assert digests["one"] != digests["other"]


def test_pages_of_studies_name_the_next_one():
    from tenfold_documents import STUDIES_A_PAGE, pages

    read = [json.loads(page) for page in pages(["{}"] * (2 * STUDIES_A_PAGE + 1))]
    assert [(len(page["studies"]), page.get("nextPageToken")) for page in read] == [
        (STUDIES_A_PAGE, "0002"), (STUDIES_A_PAGE, "0003"), (1, None)]


def test_a_vocabulary_grows_more_slowly_than_the_names():
    from tenfold_words import HEAPS, Words

    names = [f"Werk{first}{second} University" for first in "bcdfgklmnp" for second in "aeiou"]
    words = Words(names, 10, 1)
    by_copy = [{words.rename(name, copy).split()[0].lower() for name in names} for copy in range(10)]
    assert {len(found) for found in by_copy} == {len(names)}
    assert all(words.rename(name, 1).endswith(" University") for name in names)
    everything = set().union(*by_copy)
    assert len(everything) <= round(len(names) * 10 ** HEAPS) + len(names)
    assert len(everything) > 2 * len(names)


def test_words_keep_their_case_accents_and_script():
    from tenfold_words import Words

    words = Words(["Liège Zorg", "LIEGE ZORG", "liege zorg", "Zürich", "電子航法 研究", "大学院大学 病院"], 2, 1)
    written = words.rename("Liège Zorg", 1)
    assert words.rename("LIEGE ZORG", 1) == words.rename("liege zorg", 1).upper()
    assert written.istitle()
    assert not written.isascii()
    assert not any(letter.isascii() for letter in words.rename("電子航法", 1))
    assert words.rename("12 - 34", 1) == "12 - 34"
