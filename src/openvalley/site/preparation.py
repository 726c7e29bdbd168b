"""Preparation: what must lie in the home folder before pages can be served: catalogues, static files, tables.

It is done again only when code or texts have changed; a stamp beside the results says from what they were made.
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
from openvalley.storage import storage_errors
from openvalley.vocabulary import typography

_STAMP = "prepared"
#: Packages whose scripts pages use (assets.py).
_SHIPPED = ("django-htmx", "django-leaflet")
_MATERIAL = ("*.po", "static/**/*", "migrations/*.py")


def prepare(settings: Settings) -> None:
    """Compile the translations, collect the static files and bring the database's tables up to date."""
    folder = site_folder(settings)
    keep_secret_key(settings)
    stamp = folder / _STAMP
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        translations.compile_catalogues(folder / "locale")
        _run_django(folder)
        stamp.write_text(wanted, encoding="ascii")


def _run_django(folder: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvalley.site.settings")
    import django  # noqa: PLC0415 - Django reads its settings when it is imported and set up
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    shutil.rmtree(folder / "static", ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


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
