"""Record types: every record says where it comes from."""

import pytest

from openvalley.vocabulary.record_types import RECORD_TYPES, record_type


@pytest.mark.parametrize("kind", RECORD_TYPES, ids=lambda kind: kind.name)
def test_every_record_carries_its_provenance(kind):
    assert kind.schema.names[:3] == ["source", "source_id", "source_version"]
    assert set(kind.required) <= set(kind.schema.names)
    for column in kind.required:
        assert not kind.schema.field(column).nullable
    assert record_type(kind.name) is kind


def test_no_record_has_room_for_personal_data():
    personal = {"email", "e_mail", "phone", "telephone", "contact", "contact_person", "fax"}
    assert not personal & {column for kind in RECORD_TYPES for column in kind.schema.names}


def test_an_unknown_record_type_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        record_type("nothing")
