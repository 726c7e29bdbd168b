"""status, doctor and sync of what comes by hand or is in trouble: words that fit a terminal, and JSON."""

import json
import re

import pytest

from making import zipped
from openvalley.settings import Settings
from openvalley.sources.catalogue import sources

_PROBLEM = {"code": "source_unavailable", "message": "ror.org cannot be used now: 5 attempts, and in the last one it "
            "answered 503 Service Unavailable.", "hint": "Run the command again later.",
            "at": "2026-02-09T10:00:00+00:00", "since": "2026-02-01T10:00:00+00:00"}


@pytest.fixture
def troubled(own_home):
    """A home in which ROR has been down for a while, and CORDIS withheld some strings."""
    (own_home / "records" / "ror" / "problem.json").write_text(json.dumps(_PROBLEM), encoding="utf-8")
    path = own_home / "records" / "cordis" / "current" / "intake.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, "quarantined": 1234, "warnings": ["more rows than usual"],
                                "counted": {"person-like strings withheld": 42}}), encoding="utf-8")
    return own_home


@pytest.mark.parametrize("width", [80, 120])
def test_status_fits_the_terminal(say, troubled, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    said = say("status", "--home", troubled).out
    assert max(len(line) for line in said.splitlines()[1:]) <= width  # the first holds the home folder's path
    head, *rows = [line for line in said.partition("\n\n")[2].splitlines() if not line.startswith(" ")]
    assert head.split() == ["source", "rows", "fetched", "quarantined", "withheld", "from"]
    assert {row.split()[0] for row in rows} == {*sources(Settings(home=troubled)), "pack-schelde"}
    assert all(len(row) <= 80 for row in rows)
    (cordis,) = [row for row in rows if row.startswith("cordis")]
    assert cordis.split() == ["cordis", "21", "today", "1,234", "42", "mirror"]
    (ror,) = [row for row in rows if row.startswith("ror")]
    assert ror.split() == ["ror", "10", "today", "0", "-", "mirror"]


def test_status_says_licence_version_warnings_and_what_failed_since_when(say, troubled, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    said = say("status", "--home", troubled).out
    assert re.search(r"^    v9\.9-2026-01-01\.\w{8}, data until 2025-11-30; CC0-1\.0$", said, re.MULTILINE)
    assert "    Warning: more rows than usual" in said
    assert ("    Last sync failed on 2026-02-09, and every one since 2026-02-01: ror.org cannot be used now"
            in said)


def test_status_in_json_has_everything(say, troubled):
    found = {source["name"]: source for source in say("status", "--home", troubled, "--json").json["sources"]}
    assert (found["cordis"]["withheld"], found["cordis"]["quarantined"]) == (42, 1234)
    assert (found["ror"]["withheld"], found["ror"]["problem"]) == (None, _PROBLEM)
    assert found["ror"]["by_hand"] is None
    assert str(troubled / "inbox" / "kbo") in found["kbo"]["by_hand"]


def test_status_and_doctor_say_how_to_get_what_comes_by_hand(say, troubled, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    said = say("status", "--home", troubled).out
    row, *below = said[said.index("\nkbo"):].strip().splitlines()
    assert row.split() == ["kbo", "-", "never,", "by", "hand", "-", "-", "-"]
    assert "Register at https://kbopub.economie.fgov.be/kbo-open-data (free)" in " ".join(" ".join(below).split())
    place = troubled / "inbox" / "kbo"
    told = say("doctor", "--home", troubled).out
    assert f"Put the files into {place} and run: openvalley sync kbo && openvalley build" in told
    assert not place.exists()


def test_doctor_says_since_when_a_register_fails_and_what_is_used(say, troubled):
    found = say("doctor", "--home", troubled, "--json").json["findings"]
    (finding,) = [finding for finding in found if finding["message"].startswith("ror: the last sync failed")]
    assert "(and every one since 2026-02-01)" in finding["message"]
    assert re.search(r"The version of \d{4}-\d{2}-\d{2} stays in use\.$", finding["message"])
    assert (finding["severity"], finding["mend"]) == ("warning", "Run the command again later.")


# sync of sources that come by hand

def test_asked_by_its_name_an_empty_inbox_is_an_error_that_says_how(say, tmp_path):
    home = tmp_path / "home"
    said = say("sync", "kbo", "--home", home)
    assert (said.status, said.err.splitlines()[:2]) == (
        4, ["kbo: by hand", "openvalley: Nobody has brought the files of kbo."])
    assert f"Put the files into {home / 'inbox' / 'kbo'} and run: openvalley sync kbo" in said.err
    assert (home / "inbox" / "kbo").is_dir()
    told = say("sync", "kbo", "esco", "--json", "--home", home)
    assert (told.status, told.json["error"]["code"]) == (4, "source_unavailable")
    assert [source["outcome"] for source in told.json["sources"]] == ["by hand", "by hand"]
    assert "kbo: Register" in told.json["error"]["hint"]
    assert "esco: Order" in told.json["error"]["hint"]


def test_what_was_brought_is_taken_in(say, tmp_path):
    home = tmp_path / "home"
    inbox = home / "inbox" / "kbo"
    inbox.mkdir(parents=True)
    (inbox / "KboOpenData_0123_2025_06_Update.zip").write_bytes(b"")
    said = say("sync", "kbo", "--home", home)
    assert said.status == 4
    assert "KboOpenData_0123_2025_06_Update.zip" in said.err
    heads = {
        "meta": '"Variable","Value"\n"ExtractType","full"\n"SnapshotDate","30-05-2025"',
        "code": '"Category","Code","Language","Description"',
        "enterprise": '"EnterpriseNumber","Status","JuridicalSituation","TypeOfEnterprise","JuridicalForm","StartDate"',
        "establishment": '"EstablishmentNumber","StartDate","EnterpriseNumber"',
        "denomination": '"EntityNumber","Language","TypeOfDenomination","Denomination"',
        "address": '"EntityNumber","TypeOfAddress","CountryNL","CountryFR","Zipcode","MunicipalityNL","MunicipalityFR",'
                   '"DateStrikingOff"',
        "activity": '"EntityNumber","NaceVersion","NaceCode","Classification"',
    }
    (inbox / "KboOpenData_0123_2025_06_Full.zip").write_bytes(zipped(
        {f"{name}.csv": head.encode() + b"\n" for name, head in heads.items()}))
    taken = say("sync", "kbo", "--home", home, "--json").json["sources"]
    assert [(source["outcome"], source["rows"]) for source in taken] == [("new", {"organisation": 0})]
    (kbo,) = [source for source in say("status", "--home", home, "--json").json["sources"] if source["name"] == "kbo"]
    assert (kbo["origin"], kbo["age_days"], kbo["as_of"]) == ("user", 0, "2025-05-30")


def test_a_plain_sync_does_not_call_what_nobody_brought_a_failure(say, tmp_path, monkeypatch):
    """Every register is out of reach here, so that all fail but those that come by hand."""
    monkeypatch.setattr("openvalley.sources.fetch.check_url", _unreachable)
    said = say("sync", "--json", "--home", tmp_path / "home")
    outcomes = {source["source"]: source["outcome"] for source in said.json["sources"]}
    assert {outcomes[name] for name in ("kbo", "esco", "shortages")} == {"by hand"}
    assert {outcomes[name] for name in ("ror", "cordis", "calls", "eurostat", "nuts", "clinicaltrials")} == {"failed"}
    assert (said.status, said.json["error"]["code"]) == (4, "source_unavailable")
    assert "kbo" not in said.json["error"]["message"]
    text = say("sync", "--home", tmp_path / "home")
    assert "kbo comes by hand: Register at" in text.out


def _unreachable(url):
    from openvalley.errors import SourceUnavailable

    raise SourceUnavailable(f"{url} is out of reach.", hint="Go there.")
