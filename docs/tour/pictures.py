"""Takes the pictures of the tour: walks its journeys in a real browser, each step wide and as on a phone.

It serves a home folder of its own, made for the run and removed after it: the starter atlas, or with ``--home`` the
atlas of another home folder, which is only read. Accounts are made as people make them, by the site's own pages.
"""

import argparse
import sys
from pathlib import Path

from journeys import JOURNEYS
from playwright.sync_api import sync_playwright
from stage import Camera, chromium, playing

_PICTURES = Path(__file__).parent / "pictures"


def main() -> int:
    """Walk the journeys that are named, all when none is, and print where each picture lies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("journeys", nargs="*", metavar="JOURNEY", help=f"any of: {', '.join(JOURNEYS)}")
    parser.add_argument("--home", type=Path, help="home folder whose atlas is shown; else the starter atlas")
    parser.add_argument("--into", type=Path, default=_PICTURES, help="where the pictures go")
    given = parser.parse_args()
    strangers = [name for name in given.journeys if name not in JOURNEYS]
    if strangers:
        parser.error(f"there is no journey {', '.join(strangers)}; there are: {', '.join(JOURNEYS)}")
    program = chromium()
    if program is None:
        parser.error("Chromium is not installed; install it with the system's packages")
    given.into.mkdir(parents=True, exist_ok=True)
    with playing(given.home) as stage, sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name in given.journeys or JOURNEYS:
            JOURNEYS[name](stage, Camera(browser, stage.address, given.into, name))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
