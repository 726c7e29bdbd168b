"""Tables of the methods' pages: where they are put, and what stays as it was."""

import os
import subprocess
import sys

import pytest

_PAGE = """# Page

Bars, written by `make it`:

| old |
| --- |
| 1 |

Kept.

Written by `make it`:
"""


@pytest.fixture
def write_table(repository, monkeypatch):
    monkeypatch.syspath_prepend(str(repository / "benchmarks"))
    from written import write_table as found

    yield found
    sys.modules.pop("written", None)


def test_a_table_stands_below_its_own_line_alone(write_table, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(_PAGE, encoding="utf-8")
    write_table(page, "make it", ("new", "bar"), [["2", "met"]], what="Bars")
    write_table(page, "make it", ("whole",), [["3"]])
    assert page.read_text(encoding="utf-8") == """# Page

Bars, written by `make it`:

| new | bar |
| --- | --- |
| 2 | met |

Kept.

Written by `make it`:

| whole |
| --- |
| 3 |

"""
    write_table(page, "make it", ("whole",), [["3"]])
    assert page.read_text(encoding="utf-8").count("| 3 |") == 1


def test_a_page_without_the_line_is_refused(write_table, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(_PAGE, encoding="utf-8")
    with pytest.raises(SystemExit, match="no line that says: Rankings, written by `make it`"):
        write_table(page, "make it", ("a",), [], what="Rankings")


@pytest.mark.parametrize(("columns", "cut"), [(None, False), ("60", True)])
def test_a_table_in_a_pipe_is_whole_unless_columns_say_how_wide_it_is(repository, columns, cut):
    told = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    code = ("from rich.table import Table; from written import wide_console; table = Table();"
            "table.add_row('word-' * 30); wide_console().print(table)")
    printed = subprocess.run([sys.executable, "-c", code], cwd=repository / "benchmarks", text=True, check=True,
                             capture_output=True, env=told | ({"COLUMNS": columns} if columns else {})).stdout
    assert ("word-" * 30 not in printed) is cut
