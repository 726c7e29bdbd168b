"""Atlases to export: one of which all is exported but boundaries, and the same with a source that is not."""

import pytest

import exports
from openvalley.atlas.export import export
from openvalley.atlas.reader import open_atlas


@pytest.fixture(scope="session")
def free(tmp_path_factory):
    opened = open_atlas(exports.open_home(tmp_path_factory).home)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def guarded(tmp_path_factory):
    opened = open_atlas(exports.guarded_home(tmp_path_factory).home)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def written(tmp_path_factory, free, guarded):
    """Return a function that exports once a run, and gives the path and the counts."""
    made = {}

    def write(form, name="free", **options):
        key = (form, name, *sorted(options.items()))
        if key not in made:
            target = tmp_path_factory.mktemp("written") / f"export.{form}"
            atlas = {"free": free, "guarded": guarded}[name]
            made[key] = target, export(atlas, form, target, **options)
        return made[key]

    return write
