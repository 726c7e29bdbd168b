"""What the tour stands on: a served site of its own, people with accounts on it, and a camera before it."""

import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import stamina
from playwright.sync_api import Browser, Locator, Page

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: What people look through: a desk, and a phone of 360 px.
_SIZES = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}
#: A busy machine warms the site up slowly.
_WAIT_SECONDS = 600
#: Ends when the page has been painted as it stands.
_PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_STEP_MILLISECONDS = _WAIT_SECONDS * 1000
_PASSWORD = "otter-lantern-42-quay"  # noqa: S105 - of accounts that last as long as the run


@dataclass
class Stage:
    """A site that is served: its home folder, its address, and the log in which its e-mails stand."""

    home: Path
    address: str
    log: Path
    people: set[str] = field(default_factory=set)

    def openvalley(self, *words: str) -> None:
        """Give a command over the home folder."""
        subprocess.run([sys.executable, "-m", "openvalley.cli.main", "--home", str(self.home), *words],  # noqa: S603
                       check=True, stdout=subprocess.DEVNULL)

    def sign_in(self, page: Page, email: str, role: str = "member", language: str = "en") -> None:
        """Sign somebody in; whoever has no account yet makes one, and confirms the address by the e-mail that comes."""
        if email not in self.people:
            self._sign_up(page, email)
            if role != "member":
                self.openvalley("people", "role", email, role)
        page.context.clear_cookies()
        page.goto(f"/{language}/me")
        page.locator("input[name=login]").fill(email)
        page.locator("input[name=password]").fill(_PASSWORD)
        page.locator("main form.asking button[type=submit]").first.click()
        page.wait_for_url(f"**/{language}/me")

    def _sign_up(self, page: Page, email: str) -> None:
        page.context.clear_cookies()
        page.goto("/en/me/account/signup/")
        page.locator("input[name=email]").fill(email)
        for name in ("password1", "password2"):
            page.locator(f"input[name={name}]").fill(_PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
        page.goto(self._confirmation())
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
        self.people.add(email)

    def _confirmation(self) -> str:
        """Return the address in the newest e-mail, which the site prints."""
        for _ in range(_WAIT_SECONDS):
            found = re.findall(r"https?://[^\s/]+(/\S+confirm-email/\S+)", self.log.read_text(encoding="utf-8"))
            if len(found) > len(self.people):
                return found[-1]
            time.sleep(1)
        raise TimeoutError("No e-mail came to confirm an address.")


@dataclass(frozen=True)
class Camera:
    """Takes the pictures of one journey."""

    browser: Browser
    address: str
    folder: Path
    journey: str

    def page(self, locale: str = "en-GB") -> Page:
        """Return a page of a new visitor."""
        context = self.browser.new_context(viewport=_SIZES["wide"], base_url=self.address, locale=locale,
                                           accept_downloads=True)
        context.set_default_timeout(_STEP_MILLISECONDS)
        return context.new_page()

    def take(self, page: Page, step: str, at: Locator | None = None) -> None:
        """Take a step's pictures: the top of the page, or what is at a place in it."""
        for name, size in _SIZES.items():
            page.set_viewport_size(size)
            if at is None:
                page.evaluate("window.scrollTo({top: 0, behavior: 'instant'})")
            else:
                at.evaluate("place => place.scrollIntoView({block: 'start', behavior: 'instant'})")
            page.evaluate(_PAINTED)
            path = self.folder / f"{self.journey}-{step}-{name}.png"
            page.screenshot(path=path)
            sys.stdout.write(f"{path}\n")
        page.set_viewport_size(_SIZES["wide"])


def chromium() -> str | None:
    """Return where the browser lies; none where it is not installed."""
    return next((path for path in map(shutil.which, _BROWSERS) if path), None)


@contextmanager
def playing(atlas_of: Path | None) -> Iterator[Stage]:
    """Serve a home folder of its own, with the starter atlas or that of another home folder."""
    with tempfile.TemporaryDirectory(prefix="openvalley-tour-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        if atlas_of:
            for name in ("atlas", "records"):
                (home / name).symlink_to((atlas_of / name).resolve())
            shutil.copy(atlas_of / "judgements.sqlite", home)
        port = _free_port()
        stage = Stage(home, f"http://127.0.0.1:{port}", Path(folder) / "site.log")
        if not atlas_of:
            stage.openvalley("build")
        command = [sys.executable, "-m", "openvalley.cli.main", "--home", str(home), "serve", "--port", str(port),
                   "--workers", "1"]
        with stage.log.open("w", encoding="utf-8") as log, subprocess.Popen(  # noqa: S603 - our own program
                command, stdout=log, stderr=log, env={**os.environ, "PYTHONUNBUFFERED": "1"}) as site:
            try:
                _wait(stage.address)
                yield stage
            finally:
                site.terminate()
                site.wait(timeout=_WAIT_SECONDS)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


# Whoever sets logging up still gets the line of each new attempt; without, Python would print them bare.
logging.getLogger("stamina").addHandler(logging.NullHandler())


@stamina.retry(on=httpx.HTTPError, attempts=None, timeout=_WAIT_SECONDS, wait_max=1)
def _wait(address: str) -> None:
    """Wait until the site is warm."""
    httpx.get(f"{address}/readyz", timeout=30).raise_for_status()
