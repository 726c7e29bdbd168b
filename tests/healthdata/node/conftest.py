"""A node in this process, over invented persons."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def node(cdm, tmp_path):
    """Return a function that starts a node with further lines of a policy."""
    from askers import asker

    return lambda more="": asker(cdm, tmp_path, more)


@pytest.fixture(scope="module")
def shared_node(cdm, tmp_path_factory):
    """A node for many examples, whose limits they cannot reach."""
    from askers import asker

    return asker(cdm, tmp_path_factory.mktemp("node"), "[limits]\nquestions_a_day = 100000\nquestions = 100000\n")
