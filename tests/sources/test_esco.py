"""ESCO: occupations in several languages. Fixtures follow the CSV download; occupations are invented."""

import csv
import io

import duckdb
import pytest

from making import relaxed, zipped
from openvalley.errors import SourceChanged
from openvalley.sources.catalogue import sources
from openvalley.sources.esco import connector
from openvalley.sources.sync import sync_source

_COLUMNS = {
    "occupations": ("conceptType", "conceptUri", "iscoGroup", "preferredLabel", "altLabels", "hiddenLabels", "status",
                    "modifiedDate", "regulatedProfessionNote", "scopeNote", "definition", "inScheme", "description",
                    "code"),
    "ISCOGroups": ("conceptType", "conceptUri", "code", "preferredLabel", "altLabels", "inScheme", "description"),
    "tabiya": ("ORIGINURI", "ID", "UUIDHISTORY", "ISCOGROUPCODE", "CODE", "PREFERREDLABEL", "ALTLABELS", "DESCRIPTION",
               "DEFINITION", "SCOPENOTE", "REGULATEDPROFESSIONNOTE", "OCCUPATIONTYPE", "ISLOCALIZED"),
}
_URI = "http://data.europa.eu/esco/occupation/cell-brewer"
_BREWER = {"conceptType": "Occupation", "conceptUri": _URI, "iscoGroup": "2131", "code": "2131.99",
           "preferredLabel": "cell brewer", "altLabels": "brewer of cells\ncell culturist",
           "description": "Cell brewers brew cells.\nThey like it warm.", "status": "released"}
_GROUP = {"conceptType": "ISCOGroup", "conceptUri": "http://data.europa.eu/esco/isco/C2131", "code": "2131",
          "preferredLabel": "Biologists", "description": "Biologists study life."}


def _csv(table, *rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS[table], lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _occupation(**changed):
    return {**_BREWER, **changed}


@pytest.fixture
def read(reading):
    def read_files(*rows, files=None):
        found = reading({"occupations_en.csv": _csv("occupations", *rows), **(files or {})}, name="esco")
        connector.read(found.intake)
        return found

    return read_files


def test_an_occupation_is_one_record_with_all_its_languages(read):
    found = read(_occupation(), files={
        "occupations_nl.csv": _csv("occupations", _occupation(preferredLabel="cellenbrouwer", altLabels="",
                                                             description="Brouwt cellen.")),
        "occupations_fr.csv": _csv("occupations", _occupation(preferredLabel="brasseur de cellules", description="")),
    })
    record = found.records("occupation")[_URI]
    assert (record["kind"], record["code"], record["isco"]) == ("occupation", "2131.99", "2131")
    assert [(name["value"], name["language"], name["kind"]) for name in record["names"]] == [
        ("cell brewer", "en", "label"), ("brewer of cells", "en", "alias"), ("cell culturist", "en", "alias"),
        ("cellenbrouwer", "nl", "label"), ("brasseur de cellules", "fr", "label"), ("brewer of cells", "fr", "alias"),
        ("cell culturist", "fr", "alias"),
    ]
    assert record["descriptions"] == [{"language": "en", "value": "Cell brewers brew cells.\nThey like it warm."},
                                      {"language": "nl", "value": "Brouwt cellen."}]
    assert (found.quarantined, found.intake.warnings) == ([], [])


def test_groups_are_records_too(read):
    found = read(_occupation(), files={"ISCOGroups_en.csv": _csv("ISCOGroups", _GROUP),
                                       "ISCOGroups_de.csv": _csv("ISCOGroups", {**_GROUP, "preferredLabel": "Biologen",
                                                                                "description": ""})})
    group = found.records("occupation")[_GROUP["conceptUri"]]
    assert (group["kind"], group["code"], group["isco"]) == ("group", "2131", "2131")
    assert [name["value"] for name in group["names"]] == ["Biologists", "Biologen"]


@pytest.mark.parametrize(("changed", "names"), [
    ({"preferredLabel": "cell\nbrewer "}, ["cell brewer", "brewer of cells", "cell culturist"]),
    ({"altLabels": "a\r\nb\n\n c \n"}, ["cell brewer", "a", "b", "c"]),
    ({"altLabels": "cell brewer\na\na"}, ["cell brewer", "a"]),
    ({"altLabels": ""}, ["cell brewer"]),
], ids=str)
def test_labels_with_line_breaks(read, changed, names):
    record = read(_occupation(**changed)).records("occupation")[_URI]
    assert [name["value"] for name in record["names"]] == names
    assert [name["kind"] for name in record["names"]] == ["label"] + ["alias"] * (len(names) - 1)


@pytest.mark.parametrize(("changed", "reason"), [
    ({"conceptUri": "cell-brewer"}, "its conceptUri is no ESCO address"),
    ({"conceptUri": ""}, "its conceptUri is no ESCO address"),
    ({"preferredLabel": " "}, "it has no preferred label"),
    ({"iscoGroup": "21310"}, "its ISCO code has not one to four digits"),
    ({"iscoGroup": ""}, "its ISCO code has not one to four digits"),
    ({"conceptUri": _URI}, "it stands in an earlier line of this language too"),
], ids=str)
def test_a_wrong_row_is_put_aside_with_its_line(read, changed, reason):
    other = {"conceptUri": _URI + "-2", **changed}
    found = read(_occupation(description="", altLabels="a\nb"), _occupation(**other))
    assert list(found.records("occupation")) == [_URI]
    assert found.quarantined == [("occupations_en.csv", 4, reason)]


def test_a_later_version_in_english_adds_only_what_is_new(read):
    newer = {"ORIGINURI": _URI + "-new", "ISCOGROUPCODE": "2131", "CODE": "2131.100", "PREFERREDLABEL": "gene brewer ",
             "ALTLABELS": "gene brewer\nbrewer of genes", "DESCRIPTION": "Brews genes."}
    found = read(_occupation(), files={"occupations.csv": _csv(
        "tabiya", newer, {**newer, "ORIGINURI": _URI, "PREFERREDLABEL": "another name"})})
    records = found.records("occupation")
    assert [name["value"] for name in records[_URI + "-new"]["names"]] == ["gene brewer", "brewer of genes"]
    assert "another name" not in [name["value"] for name in records[_URI]["names"]]
    assert found.intake.counted["occupations in English only"] == 2


def test_the_files_of_a_zip_come_before_loose_ones(read):
    zipped = "ESCO dataset - v1.2.0 - classification - en - csv/occupations_en.csv"
    found = read(_occupation(), files={zipped: _csv("occupations", _occupation(preferredLabel="newer"))})
    assert found.records("occupation")[_URI]["names"][0]["value"] == "newer"
    assert found.quarantined == []


def test_without_english_occupations_there_is_nothing_to_read(reading):
    files = {"occupations_nl.csv": _csv("occupations", _BREWER)}
    with pytest.raises(SourceChanged, match="English"):
        connector.read(reading(files, name="esco").intake)


def test_a_vanished_column_stops_the_source_and_a_new_one_is_a_warning(reading):
    content = _csv("occupations", _BREWER)
    with pytest.raises(SourceChanged, match="altLabels"):
        connector.read(reading({"occupations_en.csv": content.replace(b"altLabels", b"labels")}, name="esco").intake)
    found = reading({"occupations_en.csv": content.replace(b"inScheme", b"colour")}, name="esco")
    connector.read(found.intake)
    assert found.intake.warnings == ["occupations_en.csv: unknown columns colour"]


def test_the_zips_that_a_person_ordered_are_taken_from_the_inbox(home):
    esco = relaxed(sources(home)["esco"])
    inbox = home.inbox / "esco"
    inbox.mkdir(parents=True)
    for language, label in (("en", "cell brewer"), ("nl", "celbrouwer")):
        (inbox / f"ESCO dataset - v1.2.0 - classification - {language} - csv.zip").write_bytes(zipped({
            f"occupations_{language}.csv": _csv("occupations", _occupation(preferredLabel=label, altLabels="")),
            f"ISCOGroups_{language}.csv": _csv("ISCOGroups", _GROUP), f"skills_{language}.csv": b"conceptUri\nx\n"}))
    result = sync_source(home, esco, None, lambda *_: None)
    assert (result.outcome, result.problem, dict(result.version.rows)) == ("new", None, {"occupation": 2})
    assert result.version.version.startswith("v1.2.0.")
    assert (result.version.origin, result.version.warnings) == ("user", ())


@pytest.mark.mirror
def test_every_concept_of_the_mirror_is_taken_in(mirrored):
    version = mirrored["esco"]
    rows = duckdb.execute(f"""
        SELECT language, count(*) FILTER (kind = 'occupation'), count(*) FILTER (kind = 'group')
        FROM (SELECT kind, unnest(list_filter(names, lambda n: n.kind = 'label')).language AS language
              FROM '{version.table('occupation')}') GROUP BY 1 ORDER BY 1
    """).fetchall()
    later = 68  # what v1.1.1 adds, in English only
    assert rows == [("de", 2942, 619), ("en", 2942 + later, 619), ("fr", 2942, 619), ("nl", 2942, 619)]
    assert (version.quarantined, version.warnings) == (0, ())
    assert version.counted["occupations in English only"] == later
