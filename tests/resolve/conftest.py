"""What tests of who is who share: the function that decides."""

import pyarrow as pa
import pytest

from deciding import NO_IDS
from openvalley.engine import open_engine
from openvalley.resolve.evidence import take_apart
from openvalley.resolve.identities import resolve
from openvalley.vocabulary.records import ORGANISATION
from worlds import home_at


@pytest.fixture(scope="module")
def decide(tmp_path_factory):
    """Return a function that says who is who among records."""
    def decide_records(records, judgements=(), issued=NO_IDS, anchoring=("ror",)):
        work = tmp_path_factory.mktemp("resolve")
        with open_engine(home_at(work), work) as engine:
            table = engine.table("organisations", pa.Table.from_pylist(records, ORGANISATION.schema))
            return resolve(engine, take_apart(engine, table, anchoring), judgements, issued, {"ror", "cordis"})

    return decide_records
