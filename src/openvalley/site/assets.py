"""Scripts and styles of others, taken from the Python packages that ship them: no CDN, and no more than is used."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

#: What is used, by package: django-htmx ships htmx (0BSD), django-leaflet ships Leaflet (BSD-2-Clause).
USED: Mapping[str, tuple[str, ...]] = {
    "django_htmx": ("htmx-2.min.js",),
    "leaflet": ("leaflet.js", "leaflet.js.map", "leaflet.css", "images/layers.png", "images/layers-2x.png",
                "images/marker-icon.png"),
}


def folder_of(package: str) -> Path:
    """Return where a package keeps its static files; the package itself is not imported."""
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"The package {package} is not installed.", name=package)
    return Path(found.submodule_search_locations[0]) / "static" / package


class Vendored(BaseFinder):
    """Finds these files, each below its package's name."""

    def check(self, **_named: Any) -> list[Any]:  # noqa: ANN401 - Django's own shape
        """Find nothing wrong: what is missing stops the collecting."""
        return []

    def find(self, path: str, find_all: bool = False, **_named: Any) -> Any:  # noqa: ANN401, FBT001, FBT002 - Django's own shape
        """Return where a file lies."""
        package, _, name = path.partition("/")
        found = [str(folder_of(package) / name)] if name in USED.get(package, ()) else []
        return found if find_all else next(iter(found), [])

    def list(self, _ignored: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield every file with the storage that it is in."""
        for package, names in USED.items():
            storage = FileSystemStorage(location=folder_of(package))
            storage.prefix = package  # type: ignore[attr-defined]  # Django's own way to say where files go
            for name in names:
                yield name, storage
