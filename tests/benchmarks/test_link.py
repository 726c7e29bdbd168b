"""The linking benchmark on a small world: the same rows for everybody, figures as counted by hand, tables and page."""

import csv
import importlib.util
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from types import SimpleNamespace

import pytest

import worlds
from worlds import ror_id

_OURS, _EXACT, _NEAREST, _TEXT = "openvalley", "exact match", "nearest name", "text search"
#: The rows of the Belgian list, each with the right id.
_BELGIAN = [
    ("Schelde University", "Gent", "BE", ror_id(1)),                        # the same name: everybody finds it
    ("UNIVERSITEIT SCHELDE", "Gent", "BE", ror_id(6)),                      # the list knows its predecessor only
    ("Shelde University", "Gent", "BE", ror_id(1)),                         # misspelt: exact match does not find it
    ("Dender Technical School", "", "BE", f"{ror_id(8)};{ror_id(9)}"),      # two have the name: exact match leaves it
    ("Qwrtzp Beheer", "Gent", "BE", ""),                                    # nobody
]
_OTHERS = [
    ("Dünya Üniversitesi", "Ankara", "TR", ror_id(10)), ("Institute of River Biology", "Utrecht", "NL", ror_id(5)),
    ("Schelde Biotech", "Gent", "BE", ""),                                  # known to the pack, not to ROR
]


def _write_gold(path, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("name", "city", "country", "ror_ids"), *rows])


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A home folder with an atlas, and a mirror with two labelled lists."""
    mirror = tmp_path_factory.mktemp("mirror")
    (mirror / "gold").mkdir()
    _write_gold(mirror / "gold" / "organisations-belgium-dev.csv", _BELGIAN)
    _write_gold(mirror / "gold" / "organisations-cordis-dev.csv", _OTHERS)
    return SimpleNamespace(home=worlds.river(tmp_path_factory).home, mirror=mirror, out=tmp_path_factory.mktemp("out"))


def _run(folder, place, *words):
    return subprocess.run([sys.executable, folder / "run.py", "--mirror", place.mirror, "--home", place.home, *words],
                          check=False, capture_output=True, text=True, env=os.environ | {"COLUMNS": "200"})


@pytest.fixture(scope="module")
def contest(folder, place):
    ended = _run(folder, place, "--contestants", _EXACT, _NEAREST, _TEXT, "--rows", "40", "--json",
                 "--plot", place.out / "plot.svg", "--page", place.out / "page.md")
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def _shown(contest, name, part, *metrics):
    (found,) = [one for one in contest["contestants"] if one["name"] == name]
    shown = found["lists"][part] if part != "belgian" else found["lists"]["all"]["belgian"]
    return [pytest.approx(shown[metric]) for metric in metrics]


def test_figures_are_those_counted_by_hand(contest):
    """Four rows with an id and one without on the Belgian list; two and one on the other."""
    assert contest["lists"] == {"organisations-belgium-dev": {"n": 5, "without_id": 1},
                                "organisations-cordis-dev": {"n": 3, "without_id": 1}}
    metrics = ("precision", "recall", "none_recall", "review_share", "f1_by_row")
    assert _shown(contest, _EXACT, "organisations-belgium-dev", *metrics) == [1, 2 / 4, 1, 0, 3 / 5]
    assert _shown(contest, _OURS, "organisations-belgium-dev", *metrics) == [1, 3 / 4, 1, 1 / 5, 4 / 5]
    assert _shown(contest, _NEAREST, "organisations-belgium-dev", "precision", "recall") == [1, 1]
    assert _shown(contest, _TEXT, "organisations-belgium-dev", "precision", "recall") == [1, 1]
    for name in (_OURS, _EXACT, _NEAREST, _TEXT):
        assert _shown(contest, name, "organisations-cordis-dev", "recall") == [1], name


def test_lists_are_pooled_and_belgian_rows_stand_apart(contest):
    assert _shown(contest, _EXACT, "all", "n", "recall", "none_recall") == [8, 4 / 6, 1]
    assert _shown(contest, _EXACT, "belgian", "n", "recall", "none_recall") == [6, 2 / 4, 1]


def test_only_who_decides_nothing_gets_a_threshold(contest):
    given = {one["name"]: "threshold" in one["lists"]["organisations-belgium-dev"] for one in contest["contestants"]}
    assert given == {_OURS: False, _EXACT: False, _NEAREST: True, _TEXT: True}


def test_a_slow_peer_answers_a_sample_and_ours_is_judged_on_the_same_rows(folder, place, tmp_path):
    from contest import ENTRIES, OURS, Place
    from tables import cost_rows, rows_of

    spec = importlib.util.spec_from_file_location("bench_link_run", folder / "run.py")
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    slow = replace(next(one for one in ENTRIES if one.name == _EXACT), name="slow", sample=3)
    here = Place(tmp_path / "material", place.home, tmp_path / "answers", tmp_path / "cache")
    here.material.mkdir()
    found = bench.contest(here, place.mirror, [OURS, slow], 0)
    ours, theirs = found["contestants"]
    assert (theirs["sample"], theirs["lists"]["all"]["n"], theirs["ours_on_sample"]["all"]["n"]) == (6, 6, 6)
    assert theirs["ours_on_sample"]["organisations-cordis-dev"] == ours["lists"]["organisations-cordis-dev"]
    shown = [line[0] for line in rows_of(found, "organisations-belgium-dev")]
    assert shown == ["openvalley", "slow, 3 rows drawn", "openvalley, these rows"]
    assert [line[0] for line in cost_rows(found)] == ["openvalley", "slow, 6 rows drawn"]


def test_everybody_says_what_it_took(contest):
    for one in contest["contestants"]:
        assert one["version"]
        assert one["rows_per_core_second"] > 0
        assert 0.01 < one["peak_gigabytes"] < 4


def test_speed_is_measured_on_long_lists(contest):
    """Eight named participations, six of them different; a list without countries one fortieth as long."""
    rows = {name: (one["rows"], one["different"]) for name, one in contest["speed"].items()}
    assert rows == {"participants-2": (2, 2), "participants": (40, 6),
                    "participants-once": (6, 6), "participants-without-country": (1, 1)}
    assert all(one["rows_per_core_second"] > 0 for one in contest["speed"].values())


def test_bars_stand_beside_our_figures(contest):
    bars = {bar["what"]: bar for bar in contest["bars"]}
    belgian = bars["F1, Belgian sites, sponsors, participants"]
    assert (belgian["ours"], belgian["met"]) == (pytest.approx(6 / 7), True)
    assert bars["F1, PIC list"]["ours"] is bars["F1, PIC list"]["met"] is None
    review = bars["rows left for review, all lists"]
    assert (review["ours"], review["met"]) == (1 / 8, False)
    fast = bars["rows a second and core, with country"]
    assert fast["ours"] == contest["speed"]["participants"]["rows_per_core_second"]
    quoted = {number for bar in contest["bars"] for number in (1, 2) if f"[{number}]" in (bar["published"] or "")}
    assert quoted == {source["number"] for source in contest["sources"]}


def test_the_plot_has_a_point_for_each_range(contest, place):
    ET.parse(place.out / "plot.svg")
    drawn = (place.out / "plot.svg").read_text(encoding="utf-8")
    points = sum(len(ranges) for ranges in contest["reliability"].values())
    assert points >= 3
    assert drawn.count('aria-roledescription="circle"') == points


def test_the_page_holds_the_figures_of_the_run(contest, place):
    text = (place.out / "page.md").read_text(encoding="utf-8")
    assert "| exact match | 1.000 | 0.500 | 0.667 | 1.000 | 0.000 | its own |" in text
    assert "| F1, PIC list | - | >= 0.95 | - | - | not measured |" in text
    assert "](plot.svg)" in text
    assert all(name in text for name in contest["speed"])
    lines = [line for line in text.splitlines() if line.startswith("|")]
    starts = [line for line, before in zip(lines, ["", *lines], strict=False) if line.startswith("| ---")]
    # Bars, two lists, all, Belgian rows, errors, undisputed rows, cost, speed, chance, three of scores.
    assert len(starts) == 13


def test_few_rows_are_not_learnt_from(contest):
    """Eight rows leave nothing to learn from without a fifth of them: only what is delivered is measured."""
    assert contest["unseen"] is None
    assert all(bar["unseen"] is None for bar in contest["bars"])


_UNITS = ("Botany", "Nephrology", "Chemistry", "Law", "Physics", "History")


def test_unseen_organisations_are_answered_by_scorecards_that_have_not_learnt_from_them(folder, place, tmp_path,
                                                                                        monkeypatch):
    import unseen
    from contestants.competing import read_said

    gold = tmp_path / "gold"
    gold.mkdir()
    rows = [*((f"Schelde University, Dept of {unit}", "Gent", "BE", ror_id(1)) for unit in _UNITS),
            *((f"{unit} unit, Kaai University Hospital", "Leuven", "BE", ror_id(2)) for unit in _UNITS),
            *((f"{unit} Qwrtzp", "", "BE", "") for unit in _UNITS), ("Schelde University", "Gent", "BE", ror_id(1))]
    _write_gold(gold / "organisations-belgium-dev.csv", rows)
    lists = ["organisations-belgium-dev"]
    assert not unseen.answered(place.home, gold, lists, tmp_path / "few")
    assert not unseen.answered(place.home, gold, ["another list"], tmp_path / "other")
    monkeypatch.setattr(unseen.train_linker, "FEW", 10)
    assert unseen.answered(place.home, gold, lists, tmp_path / "said")
    said = read_said(tmp_path / "said" / "organisations-belgium-dev.csv")
    assert len(said) == len(rows)
    assert (said[-1].id, said[-1].decision) == (ror_id(1), "match")  # nothing is learnt of what is certain
    assert {one.id for one in said[:-1] if one.decision == "match"} <= {ror_id(1), ror_id(2)}
    assert folder.is_dir()


@pytest.mark.usefixtures("folder")
def test_tables_are_printed(contest, capsys, monkeypatch):
    from tables import print_contest

    monkeypatch.delenv("COLUMNS", raising=False)
    left_out = {"name": "absent", "problem": "no compiler"}
    print_contest(contest | {"contestants": [*contest["contestants"], left_out]})
    printed = capsys.readouterr().out
    for shown in ("organisations-belgium-dev: 5 rows, 1 of them", "Belgian rows of all lists", "Held against the bars",
                  "missed", "[1] Duran-Silva", "did not take part: no compiler"):
        assert shown in printed


def test_what_goes_wrong_is_told_by_class(contest):
    """The one row that waits for a person: two organisations bear its name."""
    (told,) = contest["errors"]
    assert (told["missed"], told["wrong"], told["example"]) == (1, 0, "Dender Technical School")


def test_a_mirror_without_lists_is_refused(folder, place, tmp_path):
    ended = _run(folder, SimpleNamespace(home=place.home, mirror=tmp_path))
    assert ended.returncode == 1
    assert "name a data mirror" in ended.stderr


@pytest.mark.parametrize(("name", "package"), [("Splink", "splink"), ("nomenklatura", "nomenklatura")])
def test_peers_answer_like_everybody(folder, place, name, package):
    if not importlib.util.find_spec(package):
        pytest.skip(f"needs {package}, of the extra bench")
    ended = _run(folder, place, "--contestants", name, "--rows", "0", "--json")
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)["contestants"][1]
    assert found["version"].startswith(package)
    assert found["lists"]["organisations-cordis-dev"]["recall"] == 1
