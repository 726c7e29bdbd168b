"""Preparation: what must lie in the home folder before pages can be served: catalogues, static files, tables.

It is done again only when code or texts have changed; a stamp beside the results says from what they were made.
Of several processes that come at once, one prepares and the others wait for it.
"""

import hashlib
import os
import shutil
from importlib.metadata import version
from pathlib import Path

import openvalley
from openvalley.settings import Settings
from openvalley.site import translations
from openvalley.site.configuration import keep_secret_key, site_folder
from openvalley.storage import alone, storage_errors, write_whole
from openvalley.vocabulary import typography

_STAMP = "prepared"
_LOCK = ".preparing"
#: Where static files are collected before they take the place of those that are served, which stand aside for it.
_COLLECTED, _REPLACED = ".static-collected", ".static-replaced"
#: Packages whose scripts pages use (assets.py).
_SHIPPED = ("django-htmx", "django-leaflet")
_MATERIAL = ("*.po", "static/**/*", "migrations/*.py")


def prepare(settings: Settings) -> None:
    """Compile the translations, collect the static files and bring the database's tables up to date."""
    folder = site_folder(settings)
    keep_secret_key(settings)
    stamp = folder / _STAMP
    wanted = _fingerprint()
    if _made_from(stamp) == wanted:
        return
    with storage_errors(folder), alone(folder / _LOCK):
        if _made_from(stamp) == wanted:   # by whoever held the lock before
            return
        translations.compile_catalogues(folder / "locale")
        _run_django(folder)
        write_whole(stamp, wanted.encode())


def prepare_texts(settings: Settings) -> None:
    """Compile the translations alone, for a program that shows no pages; nothing where all is prepared."""
    folder = site_folder(settings)
    with storage_errors(folder), alone(folder / _LOCK):
        if _made_from(folder / _STAMP) != _fingerprint():
            translations.compile_catalogues(folder / "locale")


def _made_from(stamp: Path) -> str | None:
    """Return what a stamp says; None where nothing is prepared."""
    return stamp.read_text(encoding="ascii") if stamp.exists() else None


def _run_django(folder: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvalley.site.settings")
    import django  # noqa: PLC0415 - Django reads its settings when it is imported and set up
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    _collect(folder)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def _collect(folder: Path) -> None:
    """Collect the static files beside those that are served, whole, and put them into their place.

    A process that is killed while it collects leaves what is served as it was.
    """
    from django.contrib.staticfiles.management.commands.collectstatic import Command  # noqa: PLC0415 - needs Django
    from django.core.management import call_command  # noqa: PLC0415 - the same
    from whitenoise.storage import CompressedManifestStaticFilesStorage  # noqa: PLC0415 - the same

    fresh, served, replaced = folder / _COLLECTED, folder / "static", folder / _REPLACED
    shutil.rmtree(fresh, ignore_errors=True)
    command = Command()
    command.storage = CompressedManifestStaticFilesStorage(location=fresh)
    call_command(command, interactive=False, verbosity=0)
    shutil.rmtree(replaced, ignore_errors=True)
    if served.exists():
        served.rename(replaced)
    fresh.rename(served)
    shutil.rmtree(replaced, ignore_errors=True)


def _fingerprint() -> str:
    """Return what is prepared: the versions of code and shipped scripts, catalogues, static files, the database."""
    others = " ".join(f"{name} {version(name)}" for name in _SHIPPED)
    content = hashlib.sha256(f"{openvalley.__version__} {os.environ.get('DATABASE_URL', '')} {others}".encode())
    content.update(Path(typography.__file__).read_bytes())
    for pattern in _MATERIAL:
        for path in sorted(translations.SITE.rglob(pattern)):
            if path.is_file():
                content.update(path.relative_to(translations.SITE).as_posix().encode() + path.read_bytes())
    return content.hexdigest()
