"""All record types by name: those of registers, and those of what is curated."""

from functools import cache

from openvalley.vocabulary.curated import CURATED_TYPES
from openvalley.vocabulary.records import REGISTER_TYPES, RecordType

RECORD_TYPES: tuple[RecordType, ...] = (*REGISTER_TYPES, *CURATED_TYPES)


@cache
def record_type(name: str) -> RecordType:
    """Return the record type of this name.

    Raises:
        KeyError: there is none.

    """
    return {known.name: known for known in RECORD_TYPES}[name]
