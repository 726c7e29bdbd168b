"""How the KBO's file comes in, from the inbox or a mirror, and what other sources mention. Companies are invented."""


import pyarrow.parquet as pq
import pytest
from enterprises import BAKERY, BIOTECH, FOLDER, PERSON, a_name, all_tables, an_activity, an_address, an_enterprise

from making import relaxed, zipped
from openvalley.sources.catalogue import sources
from openvalley.sources.sync import refreshed, sync_source


def _whole_zip(**tables):
    """The zip as it is downloaded, with the tables that are left alone: contact data in bytes that are no text."""
    contact = (b'"EntityNumber","EntityContact","ContactType","Value"\n'
               b'"1999.999.052","ENT","EMAIL","jan\xff@example.org"\n')
    branch = b'"Id","StartDate","EnterpriseNumber"\n"9.000.000.001","01-01-2001","1999.999.052"\n'
    return zipped({**all_tables(**tables), "contact.csv": contact, "branch.csv": branch})


@pytest.mark.parametrize("points", [True, False], ids=["with points", "without points"])
def test_the_zip_that_a_person_downloaded_is_taken_from_the_inbox(home, points):
    def number(written):
        return written if points else written.replace(".", "")

    kbo = relaxed(sources(home)["kbo"])
    (home.inbox / "kbo").mkdir(parents=True)
    (home.inbox / "kbo" / "KboOpenData_0123_2025_06_Full.zip").write_bytes(_whole_zip(
        enterprise=[an_enterprise(number(BIOTECH)), an_enterprise(number(BAKERY)),
                    an_enterprise(number(PERSON), TypeOfEnterprise="1", JuridicalForm="")],
        establishment=[(number("2.000.000.339"), "01-11-1974", number(BAKERY))],
        # An establishment may be written otherwise than where it is declared.
        activity=[an_activity(number(BIOTECH)), an_activity("2.000.000.339", "21200"),
                  an_activity(number(PERSON), "86101")],
        denomination=[a_name("Schelde Biotech", number(BIOTECH)), a_name("Bakkerij Serum", number(BAKERY)),
                      a_name("Jan Peeters", number(PERSON))],
        address=[an_address(number(BIOTECH))]))
    result = sync_source(home, kbo, None, lambda *_: None)
    assert (result.outcome, result.problem, result.version.quarantined) == ("new", None, 0)
    assert result.version.version.startswith("0123_2025_06.")
    assert (result.version.origin, result.version.as_of) == ("user", "2025-05-30")
    rows = pq.read_table(result.version.table("organisation")).to_pylist()
    assert [(row["source_id"], row["name"]) for row in rows] == [
        ("1999998953", "Bakkerij Serum"), ("1999999052", "Schelde Biotech")]
    kept = b"".join(path.read_bytes() for path in result.version.folder.iterdir())
    assert not any(word in kept for word in (b"Peeters", b"example.org"))


_MEMBERS = '''
from openvalley.vocabulary.records import ORGANISATION


def read(intake):
    intake.json("members", "members.json")
    intake.records(ORGANISATION, "members.json", """
        SELECT line, json->>'id' AS source_id, 'BE' AS country,
            [{'scheme': 'vat', 'value': json->>'vat'}, {'scheme': 'pic', 'value': '999999999'}] AS identifiers
        FROM members
    """)
'''


def test_sync_tells_what_the_other_sources_mention(home, tmp_path, own_source):
    """A company comes in when a member list names it, in the next sync or build, whichever source came first."""
    (tmp_path / "kbo").mkdir()
    (tmp_path / "kbo" / f"{FOLDER}.zip").write_bytes(zipped(all_tables(
        enterprise=[an_enterprise(), an_enterprise(BAKERY)], activity=[an_activity(), an_activity(BAKERY, "10710")])))
    kbo = relaxed(sources(home)["kbo"])
    alone = sync_source(home, kbo, tmp_path, lambda *_: None).version
    assert (alone.rows, alone.version) == ({"organisation": 1}, alone.version)
    assert alone.version.startswith("0137_2025_07.")
    members = own_source(_MEMBERS, {"members.json": b'[{"id": "1", "vat": "BE1999998953"}]'})
    assert sync_source(home, members, None, lambda *_: None).problem is None
    together = refreshed(home, kbo, lambda *_: None)
    assert (together.rows, together.version) == ({"organisation": 2}, alone.version)
    assert refreshed(home, kbo, lambda *_: None).folder == together.folder
