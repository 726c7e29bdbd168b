"""The licence check lets through what Apache-2.0 can stand on, and nothing else."""

import importlib.util

import pytest


@pytest.fixture(scope="module")
def allowed(repository):
    specification = importlib.util.spec_from_file_location("licences", repository / "tools" / "licences.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.allowed


@pytest.mark.parametrize(("licence", "fine"), [
    ("MIT", True), ("BSD License", True), ("Apache-2.0 OR BSD-2-Clause", True), ("MIT AND PSF-2.0", True),
    ("LGPL-3.0-only", True), ("Mozilla Public License 2.0 (MPL 2.0)", True),
    ("MIT License; Apache Software License", True),
    ("GPL-3.0-only OR MIT", True), ("GPL-3.0-only", False), ("GNU General Public License v3 (GPLv3)", False),
    ("AGPL-3.0-or-later", False), ("MIT AND GPL-2.0-only", False), ("MIT License; GNU GPL", False), ("UNKNOWN", False),
    ("", False), ("Proprietary", False), ("(MIT OR GPL-3.0-only) AND GPL-3.0-only", False), ("SSPL-1.0", False),
])
def test_licences(allowed, licence, fine):
    assert allowed(licence) is fine
