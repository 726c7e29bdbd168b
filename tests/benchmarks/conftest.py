"""Where the linking benchmark lies, importable while its tests run."""

import sys

import pytest


@pytest.fixture(scope="module")
def folder(repository):
    found = repository / "benchmarks" / "link"
    sys.path[:0] = [str(found), str(found / "contestants")]
    yield found
    del sys.path[:2]
