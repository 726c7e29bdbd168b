"""The environments of contestants that are not ours: what the extra ``bench`` names, each apart, kept between runs."""

import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PINS = _ROOT / "constraints.txt"


class DoesNotInstall(Exception):  # noqa: N818 - named for the fact
    """A peer cannot be installed here; the message says why."""


def peers() -> list[str]:
    """Return the requirements of the extra ``bench``."""
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(project["project"]["optional-dependencies"]["bench"])


def interpreter(package: str | None, cache: Path) -> Path:
    """Return a Python that has a package of the extra ``bench``; this one for none, or where it has it.

    Else an environment is made below ``cache``, with the pinned versions. It is made anew when the package's own pin
    changes.

    Raises:
        DoesNotInstall: pip says so.

    """
    if package is None or importlib.util.find_spec(package):
        return Path(sys.executable)
    if package not in peers():
        raise DoesNotInstall(f"{package} is not in the extra bench of pyproject.toml")
    folder = cache / package
    python = folder / "bin" / "python"
    done = folder / "installed.txt"
    pin = next((line for line in _PINS.read_text(encoding="utf-8").splitlines()
                if line.startswith(f"{package}==")), package)
    if not done.is_file() or done.read_text(encoding="utf-8") != pin:
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", str(_PINS), pin])
        done.write_text(pin, encoding="utf-8")
    return python


def _run(words: list[str]) -> None:
    ended = subprocess.run(words, check=False, capture_output=True, text=True)
    if ended.returncode:
        last = next((line for line in reversed(ended.stderr.splitlines()) if line.strip()), "no reason given")
        raise DoesNotInstall(last.strip()[:200])
