"""The benchmark of raw affiliations on a small world: unseen strings apart from learnt ones, the table and the page."""

import csv
import json
import os
import subprocess
import sys

import pytest

import worlds
from worlds import ror_id

_UNITS = ("Botany", "Nephrology", "Chemistry", "Law", "Physics", "History")
_STRINGS = [
    *((f"Dept. of {unit}, Schelde University, Gent, Belgium", ror_id(1)) for unit in _UNITS),
    *((f"{unit} unit Kaai University Hospital, Leuven; Schelde University, Belgium", f"{ror_id(2)};{ror_id(1)}")
      for unit in _UNITS),
    *((f"{unit} Ltd, Atlantis", "") for unit in _UNITS),
]


@pytest.fixture(scope="module")
def ended(repository, tmp_path_factory):
    mirror = tmp_path_factory.mktemp("raw-mirror")
    (mirror / "gold").mkdir()
    with (mirror / "gold" / "affiliations-french-dev.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("raw", "ror_ids"), *_STRINGS])
    done = subprocess.run(
        [sys.executable, repository / "benchmarks" / "link" / "raw.py", "--home", worlds.river(tmp_path_factory).home,
         "--mirror", mirror, "--json", "--page", mirror / "page.md"],
        check=False, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), (mirror / "page.md").read_text(encoding="utf-8")


def test_each_way_is_measured_on_each_list(ended):
    found, _page = ended
    (one,) = found["lists"].values()
    assert (one["n"], one["published_f1_by_row"]) == (18, 0.747)
    assert list(one["ways"]) == ["openvalley, unseen strings", "openvalley, as delivered", "exact names"]
    assert one["ways"]["openvalley, as delivered"]["recall"] > 0.9
    assert one["ways"]["exact names"]["recall"] == pytest.approx(12 / 18)
    assert found["speed"]["strings_per_core_second"] > 0


def test_the_page_says_what_is_unseen(ended):
    _found, page = ended
    assert "openvalley, unseen strings" in page
    assert "| french | 18 |" in page
    assert "0.747" in page
