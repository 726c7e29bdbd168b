"""A real browser before a really served site."""

import os
import subprocess
import sys

import pytest

import sites
from serving import ENDED, own_port

_SERVE = """
import sys
from pathlib import Path
from openvalley.settings import Settings
from openvalley.site.serve import run
run(Settings(home=Path(sys.argv[1])), "127.0.0.1", int(sys.argv[2]), 1, lambda url: print(url, flush=True))
"""


@pytest.fixture(scope="module")
def served_home(tmp_path_factory):
    """Return the home folder that is served; a module may serve another one."""
    return sites.built(tmp_path_factory).home


@pytest.fixture(scope="module")
def served(served_home):
    """Return the address of the site, served by Granian in a process of its own."""
    with own_port() as port:
        command = [sys.executable, "-c", _SERVE, str(served_home), str(port)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
            try:
                yield process.stdout.readline().strip().rstrip("/")
            finally:
                process.terminate()
                process.wait(timeout=ENDED)


# The browser ends with its module: while it runs, Django refuses to work in the same thread.
@pytest.fixture(scope="module")
def browser(chromium):
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as engine:
        program = engine.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield program
        program.close()


@pytest.fixture
def tab(browser, served):
    """Return a page opener: ``tab(width, scheme)``; what the page complains about fails the test."""
    complaints = []
    contexts = []

    def opened(width=1280, scheme="light", **options):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, base_url=served,
                                      locale="en-GB", **options)
        context.set_default_timeout(1000 * ENDED)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(f"{message.text} {message.location}")
                if message.type == "error" else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints
