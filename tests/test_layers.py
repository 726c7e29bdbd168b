"""The contracts on imports name what there is, so that a new source or insight cannot slip past them."""

import tomllib

import pytest


@pytest.fixture(scope="module")
def contracts(repository):
    settings = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def test_every_source_is_kept_apart_from_the_others(contracts, repository):
    folders = (repository / "src" / "openvalley" / "sources").glob("*/__init__.py")
    listed = contracts["Two sources never import each other"]["modules"]
    assert sorted(listed) == sorted(f"openvalley.sources.{path.parent.name}" for path in folders)
