"""What all tests share: a home folder of their own, the data mirror, and the browser."""

import importlib.util
import os
import shutil
from pathlib import Path

import hypothesis
import pytest

from openvalley.settings import Settings

# The same examples in every run: a red run can be repeated, and a slow machine is no failure.
hypothesis.settings.register_profile("openvalley", deadline=None, derandomize=True)
hypothesis.settings.load_profile("openvalley")

_ROOT = Path(__file__).parents[1]
#: The marker that asking for a fixture brings with it.
_MARKED_BY = {"mirror": "mirror", "chromium": "browser"}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def _mirror() -> Path:
    return Path(os.environ.get("OPENVALLEY_MIRROR") or _ROOT.parent / "shared" / "mirror")


def _chromium() -> str | None:
    return next((path for path in map(shutil.which, _BROWSERS) if path), None)


@pytest.hookimpl(tryfirst=True)  # before -m selects by marker
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for the mirror or the browser, so that `-m` finds it without a marker on each test."""
    for item in items:
        for fixture, marker in _MARKED_BY.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(marker)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot run here, and say why; where the browser is required its absence is a failure."""
    if item.get_closest_marker("mirror") and not (_mirror() / "ror").is_dir():
        pytest.skip(f"no data mirror at {_mirror()}; name its folder in OPENVALLEY_MIRROR")
    if item.get_closest_marker("browser") and not _chromium():
        if os.environ.get("OPENVALLEY_REQUIRE_BROWSER") == "1":
            pytest.fail("OPENVALLEY_REQUIRE_BROWSER is set, and there is no Chromium")
        pytest.skip("no Chromium; install it with the system's packages")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of the person who runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith("OPENVALLEY_")]:
        if name not in {"OPENVALLEY_MIRROR", "OPENVALLEY_REQUIRE_BROWSER"}:
            monkeypatch.delenv(name)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings whose home is an empty folder of this test."""
    folder = tmp_path / "home"
    folder.mkdir()
    return Settings(home=folder, memory_limit_mb=512, threads=2)


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The data mirror; tests that ask for it are marked `mirror`, and skipped without it."""
    return _mirror()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the Chromium program; tests that use it carry the marker `browser`."""
    return _chromium() or ""


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder that holds src/, docs/ and tests/."""
    return _ROOT


@pytest.fixture(scope="session")
def generated_pages(repository: Path) -> dict[str, str]:
    """The pages that `make docs` writes, by name."""
    specification = importlib.util.spec_from_file_location("docs_generate", repository / "docs" / "generate.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return {name: page() for name, page in module.PAGES.items()}
