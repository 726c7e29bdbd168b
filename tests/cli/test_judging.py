"""judgements: listed, exported, imported; and what is said when registers change their mind between two builds."""

import csv
import shutil

import pytest

import worlds
from openvalley.atlas.reader import open_atlas
from openvalley.resolve.judgement import Decision, Judgement
from openvalley.resolve.judgements import JudgementStore
from worlds import pack_row, participant, project, ror, ror_id

_COMPANY, _ROW = "cordis/990000004", "pack-schelde/polder-cells"
_HOSPITAL, _SITE = f"ror/{ror_id(2)}", "pack-schelde/dock-clinic"
_BEFORE = worlds.World(
    ror=[ror(1, "Schelde University"), ror(2, "Dock Hospital")], projects=[project(700001, "RIVERVAX")],
    participants=[participant(700001, 990000004, "Polder Diagnostics BVBA")],
    pack=[pack_row("polder-cells", "Polder Cells"), pack_row("dock-clinic", "Dock Clinic", kind="university-hospital")],
)
#: The pack's row has a number now that another company has too, and ROR has withdrawn the hospital.
_AFTER = worlds.World(
    ror=[ror(1, "Schelde University"), ror(2, "Dock Hospital", status="withdrawn")], projects=_BEFORE.projects,
    participants=_BEFORE.participants,
    pack=[pack_row("polder-cells", "Polder Cells", pic="990000004"), _BEFORE.pack[1]],
)


@pytest.fixture(scope="module")
def _changed(tmp_path_factory):
    settings = worlds.home_at(tmp_path_factory.mktemp("changed") / "home")
    worlds.build(settings, _BEFORE)
    store = JudgementStore(settings.judgements)
    store.add(Judgement(_COMPANY, _ROW, Decision.DIFFERENT, "An", "two companies", "2026-01-02T09:00:00+00:00"))
    store.add(Judgement(_HOSPITAL, _SITE, Decision.SAME, "An", "one house", "2026-01-03T09:00:00+00:00"))
    worlds.build(settings)
    atlas = open_atlas(settings.home)
    assert atlas.rows("SELECT * FROM contradiction") == []
    atlas.close()
    worlds.take_in(settings, _AFTER)
    return settings


@pytest.fixture
def changed(_changed, tmp_path):
    """A home in which two things were judged before the registers changed; no build has read them since."""
    settings = worlds.home_at(tmp_path / "changed")
    shutil.copytree(_changed.home, settings.home, symlinks=True)
    return settings


_SAY = {_COMPANY: f"{_COMPANY} and {_ROW}: same PIC 990000004. The judgement of 2026-01-02 by An stands: "
                  f"{_COMPANY} is not {_ROW}.",
        _SITE: f"{_HOSPITAL} was withdrawn, and no other one took its place. The judgement of 2026-01-03 by An stands: "
               f"{_SITE} is {_HOSPITAL}."}


def test_a_register_that_changes_its_mind_is_told_and_overrules_nobody(say, changed):
    built = say("build", "--region", worlds.REGION, "--home", changed.home).out
    status = say("status", "--home", changed.home).out
    doctor = say("doctor", "--home", changed.home).out
    listed = say("judgements", "list", "--home", changed.home).out
    for words in _SAY.values():
        for told in (built, status, doctor, listed):
            assert f"registers now say: {words}" in " ".join(told.split())
    assert "openvalley review" in built
    atlas = open_atlas(changed.home)
    ids = {row["record"]: row["id"] for row in atlas.rows("SELECT record, id FROM identity")}
    atlas.close()
    assert ids[_COMPANY] == "pic:990000004" != ids[_ROW]
    assert ids[_HOSPITAL] == ids[_SITE]
    for command in ("build", "status"):
        told = say(command, *(["--region", worlds.REGION] if command == "build" else []), "--home", changed.home,
                   "--json").json["contradictions"]
        assert [(entry["left"], entry["decision"], entry["registers_say"][0]["rule"]) for entry in told] == [
            (_COMPANY, "different", "identifier"), (_SITE, "same", "withdrawn")]


def test_what_is_taken_back_is_contradicted_no_more(say, changed):
    worlds.build(changed)
    JudgementStore(changed.judgements).add(Judgement(_COMPANY, _ROW, Decision.UNDECIDED, "An", "I was wrong"))
    told = say("status", "--home", changed.home, "--json").json["contradictions"]
    assert [entry["left"] for entry in told] == [_SITE]


@pytest.fixture
def judged_home(own_home):
    store = JudgementStore(own_home / "judgements.sqlite")
    store.add(Judgement("cordis/990000003", "pack-schelde/uz-kaai", Decision.SAME, "=An", "one [bold]house[/nothing]",
                        "2026-01-02T09:00:00+00:00"))
    store.add(Judgement("cordis/990000005", "", Decision.NO_MATCH, "Bo", "a new one", "2026-01-03T09:00:00+00:00"))
    store.add(Judgement("cordis/990000005", "", Decision.UNDECIDED, "Bo", "a slip", "2026-01-04T09:00:00+00:00"))
    return own_home


def test_judgements_are_listed_with_names(say, judged_home):
    text = say("judgements", "list", "--home", judged_home).out
    assert "same: Kaai University Hospital / Kaai University Hospital" in text or "same: UZ Kaai" in text
    assert "one [bold]house[/nothing]" in text
    assert "no match" not in text
    assert "no match: Polder Steel NV  (holds no more)" in say("judgements", "list", "--all", "--home", judged_home).out
    said = say("judgements", "list", "--all", "--home", judged_home, "--json").json
    assert (said["standing"], said["total"], [entry["holds"] for entry in said["judgements"]]) == (
        1, 3, [True, False, False])


def test_what_is_exported_is_imported_elsewhere(say, judged_home, tmp_path):
    path, other = tmp_path / "judgements.csv", tmp_path / "other"
    assert "3 judgements written" in say("judgements", "export", path, "--home", judged_home).out
    with path.open(encoding="utf-8", newline="") as stream:
        assert [row["judge"] for row in csv.DictReader(stream)] == ["'=An", "Bo", "Bo"]
    for added, known in ((3, 0), (0, 3)):
        said = say("judgements", "import", path, "--home", other, "--json").json
        assert (said["added"], said["known"], said["lines"], said["conflicts"]) == (added, known, [], [])
    assert say("judgements", "export", "-", "--home", other).out == path.read_text(encoding="utf-8")
    assert JudgementStore(other / "judgements.sqlite").in_force()[0].judge == "=An"


def test_a_file_with_a_bad_line_is_left_alone(say, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("left,right,decision,judge,why\nx/a,x/b,same,an,why\nx/a,x/c,equal,an,why\n", encoding="utf-8")
    said = say("judgements", "import", path, "--home", tmp_path / "home")
    assert said.status == 3
    assert "line 3: 'equal' is no decision" in said.out
    assert "nothing was imported" in said.err
    told = say("judgements", "import", path, "--home", tmp_path / "home", "--json")
    assert (told.status, told.json["error"]["code"], told.json["added"]) == (3, "bad_input", 0)
    assert [line["line"] for line in told.json["lines"]] == [3]
    assert say("judgements", "list", "--home", tmp_path / "home", "--json").json["total"] == 0


def test_judgements_that_cannot_all_be_true_are_told(say, own_home, tmp_path):
    path = tmp_path / "conflict.csv"
    path.write_text("left,right,decision,judge,why\nx/a,x/b,same,an,why\nx/b,x/c,same,an,why\n"
                    "x/a,x/c,different,bo,why\n", encoding="utf-8")
    words = "x/a is said not to be x/c"
    assert f"Not all of these can be true: {words} (line 4)" in say("judgements", "import", path,
                                                                    "--home", own_home).out
    assert words in say("judgements", "list", "--home", own_home).out
    assert f"Judgements cannot all be true: {words} (bo, " in say("doctor", "--home", own_home).out


def test_looking_makes_no_store(say, tmp_path):
    assert say("judgements", "list", "--home", tmp_path / "none").out.strip() == "Nobody has judged anything."
    assert say("judgements", "export", "-", "--home", tmp_path / "none").out.startswith("left,right,decision")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("arguments", [("export", "no-folder/x.csv"), ("import", "no-file.csv")])
def test_what_cannot_be_done_is_said(say, tmp_path, arguments):
    said = say("judgements", arguments[0], tmp_path / arguments[1], "--home", tmp_path, "--json")
    assert (said.status, said.json["error"]["code"]) == (3, "bad_input")
