"""Where the linking benchmark lies, importable while its tests run."""

import sys

import pytest


@pytest.fixture(scope="module")
def folder(repository):
    found = repository / "benchmarks" / "link"
    added = [str(found), str(found / "contestants")]
    sys.path[:0] = added
    yield found
    for one in added:  # wherever they stand by now: what is imported from there adds folders, too
        sys.path.remove(one)
