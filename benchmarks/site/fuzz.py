"""Fuzzing of the API: schemathesis asks every route, from its own description, what nobody would ask.

It serves the site over a home folder and lets schemathesis (extra ``fuzz``) look for answers of 500, statuses, headers
and shapes that the description does not name. Left out is its check that whatever fits the description is accepted:
that an organisation is unknown, or that nothing was asked, no description can say.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import stamina

_PORT = 8438
_WAIT_SECONDS = 600       # a busy machine warms the site up slowly
#: Below the limit of one network address: what is to be found is not that there is one.
_RATE = "550/m"
_LEFT_OUT = "positive_data_acceptance"


def main() -> int:
    """Serve, ask, and give schemathesis's own exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="home folder with a published atlas")
    parser.add_argument("--examples", type=int, default=25, help="questions for each route and phase")
    given = parser.parse_args()
    tool = shutil.which("schemathesis", path=str(Path(sys.executable).parent)) or shutil.which("schemathesis")
    if tool is None:
        sys.stderr.write("schemathesis is not installed; make fuzz-api installs it; else: pip install schemathesis\n")
        return 2
    serving = subprocess.Popen([sys.executable, "-m", "openvalley.cli.main", "--home", str(given.home), "serve",
                                "--port", str(_PORT)])
    try:
        _wait()
        return subprocess.run([
            tool, "run", f"http://127.0.0.1:{_PORT}/api/v1/openapi.json", "--max-examples", str(given.examples),
            "--rate-limit", _RATE, "--exclude-checks", _LEFT_OUT, "--request-timeout", "20"], check=False).returncode
    finally:
        serving.terminate()
        serving.wait(timeout=_WAIT_SECONDS)


@stamina.retry(on=httpx.HTTPError, attempts=None, timeout=_WAIT_SECONDS, wait_max=1)
def _wait() -> None:
    """Wait until the site answers."""
    httpx.get(f"http://127.0.0.1:{_PORT}/readyz", timeout=5).raise_for_status()


if __name__ == "__main__":
    sys.exit(main())
