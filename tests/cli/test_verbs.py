"""Every verb: what it answers, in text and in JSON, and with which exit status."""

import csv

import pytest

import worlds
from worlds import kbo, participant, project, ror_id

_UNIVERSITY, _BIOTECH = ror_id(1), "pic:990000002"


# status and doctor

def test_status_counts_in_integers(say, river_home):
    said = say("status", "--home", river_home, "--json").json
    assert {"home", "atlas", "counts", "sources"} <= set(said)
    assert {"organisations", "projects", "participations"} <= set(said["counts"])
    assert all(type(count) is int for count in said["counts"].values())
    assert [said["counts"][name] for name in ("organisations", "projects", "participations")] == [16, 4, 10]
    assert {"version", "built_at", "region", "content_hash", "placed"} <= set(said["atlas"])
    assert said["atlas"]["region"] == "schelde"


def test_status_tells_of_each_source(say, river_home):
    sources = {source["name"]: source for source in say("status", "--home", river_home, "--json").json["sources"]}
    assert {"ror", "cordis", "pack-schelde"} <= set(sources)
    keys = {"name", "title", "licence", "version", "as_of", "retrieved", "origin", "age_days", "stale", "rows",
            "quarantined", "warnings", "counted", "problem"}
    assert all(keys <= set(source) for source in sources.values())
    assert (sources["ror"]["origin"], sources["ror"]["age_days"], sources["ror"]["stale"]) == ("mirror", 0, False)
    assert sources["cordis"]["rows"] == {"organisation": 7, "participation": 10, "project": 4}


def test_status_in_words(say, river_home):
    said = say("status", "--home", river_home)
    assert (said.status, said.err) == (0, "")
    assert "Atlas of Schelde" in said.out
    assert "CC0" in said.out


def test_status_of_an_empty_home(say, tmp_path):
    said = say("status", "--home", tmp_path / "none", "--json")
    assert (said.status, said.json["atlas"], said.json["counts"]) == (0, None, {})
    assert "No atlas yet" in say("status", "--home", tmp_path / "none").out
    assert not (tmp_path / "none").exists()


def test_doctor_lists_findings(say, river_home, tmp_path):
    said = say("doctor", "--home", tmp_path / "none", "--json")
    assert said.status == 0
    assert all(set(finding) == {"severity", "message", "mend"} for finding in said.json["findings"])
    assert said.json["findings"][0]["severity"] == "error"
    assert "note: 1 organisations rest on unverified" in say("doctor", "--home", river_home).out


# search and show

def test_doctor_lists_the_pack_rows_to_check(say, river_home):
    assert say("doctor", "--pack", "--home", river_home).out.split("\n")[0].startswith("Rumoured Biologics")
    (row,) = say("doctor", "--pack", "--home", river_home, "--json").json["unverified"]
    assert (row["table"], row["key"]) == ("organisations", "rumoured")


def test_search_puts_the_right_one_first(say, river_home):
    said = say("search", "Shelde Univercity", "--home", river_home, "--json").json
    assert {"query", "total", "method", "atlas_version", "items"} <= set(said)
    assert {"id", "type", "name", "score", "kind", "country", "city", "state", "projects", "in_scope"} <= set(
        said["items"][0])
    assert said["items"][0]["id"] == _UNIVERSITY
    text = say("search", "Shelde Univercity", "--home", river_home).out
    assert "Schelde University" in text
    assert _UNIVERSITY in text


@pytest.mark.parametrize(("options", "count"), [
    (["-n", "2"], 2), (["--limit", "1"], 1), (["--type", "project"], 4), (["--type", "organisation"], 15),
])
def test_search_may_be_narrowed(say, river_home, options, count):
    assert len(say("search", "", *options, "--home", river_home, "--json").json["items"]) == count


@pytest.mark.parametrize(("kind", "says"), [
    ("trial", "openvalley sync clinicaltrials"), ("call", "openvalley sync calls"),
    ("organisation", "Nothing is called anything like")])
def test_search_of_an_atlas_without_a_register_says_which_to_sync(say, tmp_path, kind, says):
    worlds.build(worlds.home_at(tmp_path), worlds.World(pack=[worlds.pack_row("a", "Alpha")]))
    said = say("search", "qwrtzp lung", "--type", kind, "--home", tmp_path)
    assert said.status == 0
    assert says in " ".join(said.out.split())


def test_search_that_finds_nothing(say, river_home):
    said = say("search", "[bold]Qwrtzp", "--home", river_home)
    assert (said.status, said.out.strip()) == (0, "Nothing is called anything like '[bold]Qwrtzp'.")
    assert say("search", "Qwrtzp", "--home", river_home, "--json").json["items"] == []


def test_search_says_how_many_there_are_and_what_holds_every_word(say, river_home):
    told = " ".join(say("search", "schelde university", "--home", river_home).out.split())
    said = say("search", "schelde university", "--home", river_home, "--json").json
    assert said["total"] == sum(said["types"].values())
    assert f"{said['total']} found: {said['types']['organisation']} organisations" in told
    assert f"{said['holding']} of them hold" in told
    one = " ".join(say("search", "universitx", "--home", river_home).out.split())
    assert "Nothing holds" not in one
    assert "Nothing holds all of these words." in " ".join(
        say("search", "university qrstuv", "--home", river_home).out.split())


def test_search_says_who_is_no_more(say, river_home):
    assert "dissolved" in say("search", "Bygone Sera", "--home", river_home).out


@pytest.mark.parametrize("identifier", [_UNIVERSITY, _UNIVERSITY[-9:], "990000001", "BE" + kbo(1), ror_id(6)])
def test_show_takes_any_id(say, river_home, identifier):
    said = say("show", identifier, "--home", river_home, "--json").json
    assert said["organisation"]["id"] == _UNIVERSITY
    assert set(said) == {"organisation", "atlas_version", "participations", "partners", "region", "claims", "curated",
                         "disputes", "trials", "links", "joined"}
    assert (said["claims"], said["disputes"]) == (None, [])
    assert said["participations"][0]["project_id"] == "cordis:101000004"


def test_show_with_claims(say, river_home):
    said = say("show", _BIOTECH, "--claims", "--home", river_home, "--json").json
    assert {"shown", "overruled"} <= {claim["standing"] for claim in said["claims"]}
    keys = {"property", "value", "source", "source_id", "source_version", "as_of", "retrieved"}
    assert keys <= set(said["claims"][0])
    text = say("show", _BIOTECH, "--claims", "--home", river_home).out
    assert "overruled" in text


@pytest.mark.parametrize(("language", "says"), [
    ("en", "Schelde University"), ("nl", "Universiteit Schelde"), ("fr", "Université de l'Escaut"),
    ("de", "Schelde University"),
])
def test_show_speaks_four_languages(say, river_home, language, says):
    assert says in say("show", _UNIVERSITY, "--language", language, "--home", river_home).out.splitlines()[0]


@pytest.mark.parametrize("identifier", ["700001", "cordis:700001"])
def test_show_a_project(say, river_home, identifier):
    said = say("show", identifier, "--home", river_home, "--json").json
    assert (said["project"]["id"], said["project"]["start_date"]) == ("cordis:700001", "2019-03-01")
    assert "RIVERVAX" in say("show", identifier, "--home", river_home).out


def test_a_project_without_a_title_is_said_to_have_none(say, tmp_path):
    settings = worlds.home_at(tmp_path / "home")
    worlds.build(settings, worlds.World(projects=[project(700001, "", title="")],
                                        participants=[participant(700001, 990000001, "Alpha Cells")]))
    first = " ".join(say("show", "700001", "--home", settings.home).out.split())
    assert first.startswith("Project 700001 (the register's extract holds no title for it) cordis:700001")
    assert "(no title) cordis:700001" in " ".join(say("show", "990000001", "--home", settings.home).out.split())


def test_no_text_of_a_register_is_taken_for_markup(say, tmp_path):
    """Rich would take brackets for styles, and stop at an unknown closing one."""
    settings = worlds.home_at(tmp_path / "home")
    worlds.build(settings, worlds.World(
        projects=[project(700001, "[red]X[/]", title="[/nothing] studies", fundingScheme="[/]")],
        participants=[participant(700001, 990000001, "[link=x]Alpha[/bold] Cells", city="[/]", role="[/coordinator]")],
    ))
    for command in (["search", "Alpha"], ["show", "990000001", "--claims"], ["show", "700001"]):
        said = say(*command, "--home", settings.home)
        assert said.status == 0
        assert "[/bold] Cells" in said.out


# link and evaluate

def test_link_writes_the_list_with_answers(say, river_home, tmp_path):
    (tmp_path / "in.csv").write_text("name,country\nUniversiteit Schelde,BE\nNobody,BE\nDender Technical School,BE\n",
                                     encoding="utf-8")
    said = say("link", tmp_path / "in.csv", "-o", tmp_path / "out.csv", "--home", river_home, "--json").json
    assert {key: said[key] for key in ("rows", "match", "review", "none")} == {
        "rows": 3, "match": 1, "review": 1, "none": 1}
    assert {"output", "atlas_version"} <= set(said)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["name", "country", "match_id", "match_name", "score", "decision", "why"]
    assert rows[0]["match_id"] == _UNIVERSITY
    assert "3 rows: 1 match" in say("link", tmp_path / "in.csv", "-o", tmp_path / "out.csv", "--home", river_home).out


def test_evaluate_search_beside_baselines(say, river_home, tmp_path):
    (tmp_path / "gold.csv").write_text(f"query,ror_ids\nShelde Univercity,{_UNIVERSITY}\n", encoding="utf-8")
    said = say("evaluate", "search", "--gold", tmp_path / "gold.csv", "--home", river_home, "--json").json
    assert (said["task"], said["n"]) == ("search", 1)
    assert {"hits_at_1", "hits_at_5", "mrr", "p95_ms"} == set(said["model"])
    assert said["baselines"]
    text = say("evaluate", "search", "--gold", tmp_path / "gold.csv", "--home", river_home).out
    assert "openvalley" in text
    assert "exact name" in text


# sync, build, backup, restore

def test_build_with_nothing_synced_is_the_starter_atlas(say, tmp_path):
    said = say("build", "--home", tmp_path / "home", "--json").json
    assert {"atlas", "new", "path", "content_hash", "rows", "placed", "region", "contradictions"} == set(
        said)
    assert (said["region"], said["new"], said["rows"]["project"]) == ("belgium", True, 0)
    assert said["rows"]["organisation"] > 20


def test_build_another_region(say, tmp_path):
    said = say("build", "--region", "luxembourg", "--home", tmp_path / "home")
    assert "of Luxembourg published" in said.out
    assert say("status", "--home", tmp_path / "home", "--json").json["atlas"]["region"] == "luxembourg"


def test_a_sync_where_everything_fails_is_said_so_and_keeps_the_last_good(say, own_home, tmp_path):
    smaller = worlds.RIVER.with_rows(ror=[worlds.ror(77, "One More Academy")])
    smaller.write(tmp_path / "mirror", tmp_path / "unused" / "schelde")
    before = say("status", "--home", own_home, "--json").json["counts"]
    said = say("sync", "ror", "--mirror", tmp_path / "mirror", "--home", own_home, small=False)
    assert said.status == 4
    assert "lower [expect] in source.toml" in " ".join(said.out.split())
    assert "Not brought up to date: ror" in said.err
    assert say("status", "--home", own_home, "--json").json["counts"] == before


def test_a_sync_says_what_became_of_each_source_and_what_to_do_next(say, own_home, tmp_path):
    worlds.RIVER.write(tmp_path / "mirror", tmp_path / "unused" / "schelde")
    said = say("sync", "ror", "nuts", "--mirror", tmp_path / "mirror", "--home", own_home)
    assert said.status == 0
    assert [line.partition(":")[0] for line in said.err.splitlines()] == ["ror", "nuts"]
    assert "openvalley sync nuts\n" in said.out
    assert said.out.endswith("Now run: openvalley build\n")


def test_a_mirror_without_a_source_is_no_failure(say, tmp_path):
    (tmp_path / "mirror").mkdir()
    said = say("sync", "--mirror", tmp_path / "mirror", "--home", tmp_path / "home", "--json")
    assert said.status == 0
    assert {source["outcome"] for source in said.json["sources"]} == {"absent"}
    assert all({"source", "outcome", "version", "rows", "quarantined", "warnings", "problem"} <= set(source)
               for source in said.json["sources"])


def test_backup_and_restore(say, river_home, tmp_path):
    said = say("backup", tmp_path / "b.tar.gz", "--home", river_home, "--json").json
    assert set(said) == {"files", "file", "home"}
    back = say("restore", tmp_path / "b.tar.gz", "--home", tmp_path / "new", "--json").json
    assert back["files"] == said["files"] > 5
    found = say("search", "Schelde University", "--home", tmp_path / "new", "--json").json
    assert found["items"][0]["id"] == _UNIVERSITY


# --home and the environment

@pytest.mark.parametrize("place", ["before", "after", "both", "environment", "relative"])
def test_the_home_may_stand_before_or_after_the_verb(say, river_home, tmp_path, monkeypatch, place):
    arguments = ["search", "Schelde University", "--json"]
    if place == "before":
        arguments = ["--home", river_home, *arguments]
    elif place == "after":
        arguments += ["--home", river_home]
    elif place == "both":
        arguments = ["--home", tmp_path / "none", *arguments, "--home", river_home]
    elif place == "environment":
        monkeypatch.setenv("OPENVALLEY_HOME", str(river_home))
    else:
        monkeypatch.chdir(river_home.parent)
        arguments += ["--home", river_home.name]
    assert say(*arguments).json["items"][0]["id"] == _UNIVERSITY


def test_an_explicit_home_beats_the_environment(say, river_home, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENVALLEY_HOME", str(tmp_path / "none"))
    assert say("search", "x", "--home", river_home).status == 0
    assert say("search", "x").status == 5
