"""Every module can be imported, and says what it is."""

import importlib
import pkgutil
import subprocess
import sys

import pytest

import openvalley

#: Modules that need an optional extra.
_EXTRAS = {"openvalley.engine.spark": "pyspark", "openvalley.healthdata.cdm.postgres": "psycopg"}
#: The Django project has its own tests: its modules need its settings.
_MODULES = sorted(
    module.name for module in pkgutil.walk_packages(openvalley.__path__, "openvalley.",
                                                    onerror=lambda _name: None)
    if not module.name.startswith("openvalley.site")
)


@pytest.mark.parametrize("name", _MODULES)
def test_every_module_imports_and_has_a_docstring(name):
    if name in _EXTRAS:
        pytest.importorskip(_EXTRAS[name], reason=f"needs {_EXTRAS[name]}")
    module = importlib.import_module(name)
    assert module.__doc__ or name.endswith("__main__")


def test_importing_the_package_loads_nothing_heavy():
    code = ("import sys, openvalley; "
            "print([name for name in ('duckdb', 'ibis', 'django', 'pyarrow', 'tantivy') if name in sys.modules])")
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_the_public_names_are_all_there():
    for name in openvalley.__all__:
        assert getattr(openvalley, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'close_atlas'"):
        _ = openvalley.close_atlas
