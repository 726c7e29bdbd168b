"""Scope: who belongs to the life sciences, and by which evidence."""

import ibis
import pyarrow as pa

from openvalley.atlas.scope import ScopeInputs, evidence

_TEXT = pa.string()
_ORGANISATIONS = pa.table({"id": ["pic:1", "pic:2"], "kind": ["company", "company"]})
_CLAIMS = pa.table({
    "subject": ["pic:1", "pic:2"], "property": ["name", "name"], "source": ["pack-schelde", "packaging-eu"]})
_CODES = pa.schema([("project_id", _TEXT), ("scheme", _TEXT), ("code", _TEXT)]).empty_table()
_PARTICIPATIONS = pa.schema([("organisation_id", _TEXT), ("project_id", _TEXT)]).empty_table()


def test_a_source_is_a_region_pack_because_it_says_so_and_not_by_its_name():
    tables = [ibis.memtable(table) for table in (_ORGANISATIONS, _CLAIMS, _CODES, _PARTICIPATIONS)]
    found = evidence(ScopeInputs(*tables, packs={"pack-schelde"})).to_pyarrow().to_pylist()
    assert found == [{"id": "pic:1", "rule": "pack", "detail": "pack-schelde", "amount": 1}]
    assert not evidence(ScopeInputs(*tables, packs=())).to_pyarrow().num_rows
