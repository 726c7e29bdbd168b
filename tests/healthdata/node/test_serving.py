"""node serve as a hospital starts it: it refuses where it is not safe, answers over HTTP, and ends when asked to."""

import json
import os
import re
import signal
import subprocess
import sys

import httpx
import pytest

from openvalley.errors import BadCdm
from openvalley.healthdata.disclosure.clients import hashed
from openvalley.healthdata.node import serving
from openvalley.healthdata.node.serving import Source, open_safely
from serving import ENDED, own_port, until_it_answers

_KEY = "a key that only the test knows"


@pytest.fixture
def policy(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text('[node]\nid = "example.hospital"\nname = "Node"\norganisation = "Hospital"\nenvironment = "test"\n'
                    f'[[clients]]\nid = "hub"\nkey_sha256 = "{hashed(_KEY)}"\n')
    return path


@pytest.fixture
def port():
    with own_port() as port:
        yield port


def test_a_node_answers_over_http_and_ends(synthetic, policy, port):
    process = subprocess.Popen(
        [sys.executable, "-m", "openvalley.cli.main", "node", "serve", "--cdm", synthetic, "--policy", policy,
         "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ})
    url = f"http://127.0.0.1:{port}"
    try:
        until_it_answers(f"{url}/info", process)
        body = {"meta": {"apiVersion": "v2.0"}, "query": {"filters": [{"id": "SNOMED:44054006"}],
                                                          "requestedGranularity": "count"}}
        answered = httpx.post(f"{url}/individuals", json=body, headers={"Authorization": f"Bearer {_KEY}"})
        assert answered.json()["responseSummary"]["numTotalResults"] > 100
        assert httpx.post(f"{url}/individuals", json=body).status_code == 401
        assert httpx.get(f"{url}/map").json()["response"]["endpointSets"]["individual"]["rootUrl"] == (
            f"{url}/individuals")
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=ENDED)
    assert "Node: 2,000 persons, CDM 5.4" in said
    assert "Traceback" not in said


def test_a_node_whose_user_can_write_does_not_start(synthetic, policy, monkeypatch):
    from openvalley.healthdata.cdm.duckdb_files import DuckDb

    monkeypatch.setattr(DuckDb, "may_write", lambda _self: "may change cdm.person")
    with pytest.raises(BadCdm, match="does not start: its database user may change"):
        open_safely(Source(str(synthetic), policy))


@pytest.mark.parametrize(("options", "words"), [
    (("--host", "0.0.0.0"), "in clear"),
    (("--tls-cert", "missing.pem", "--tls-key", "missing.pem"), "certificate or its key cannot be used"),
    (("--host", "192.0.2.1", "--behind-proxy"), "cannot listen"),
])
def test_what_is_not_safe_is_not_started(synthetic, policy, say, options, words):
    status, _, err = say("node", "serve", "--cdm", synthetic, "--policy", policy, *options)
    assert (status, words in err) == (3, True), err


def test_a_broken_log_stops_the_node(synthetic, policy, say):
    (policy.parent / "audit.jsonl").write_text("{}\n")
    status, _, err = say("node", "serve", "--cdm", synthetic, "--policy", policy)
    assert (status, "broken at line 1" in err) == (3, True)
    assert say("node", "audit", "--policy", policy)[0] == 3


def test_check_tells_what_a_node_would_be(synthetic, policy, say):
    status, out, _ = say("node", "check", "--cdm", synthetic, "--policy", policy, "--json")
    assert status == 0
    assert json.loads(out) == {
        "cdm": "5.4", "persons": 2000, "data_as_of": "2025-06-30", "warnings": [], "clients": ["hub"],
        "minimum_count": 10, "rounding": 10, "differential_privacy": False, "sketches": False, "switched_off": False,
        "audit_lines": 0}
    assert "The node can start." in say("node", "check", "--cdm", synthetic, "--policy", policy)[1]


def test_keys_are_made_with_their_hash(say):
    told = json.loads(say("node", "key", "hub", "--json")[1])
    assert hashed(told["key"]) == told["key_sha256"]
    out = say("node", "key", "hub")[1]
    assert re.search(r'\[\[clients\]\]\nid = "hub"\nkey_sha256 = "[0-9a-f]{64}"', out)


def test_the_switch(policy, say):
    assert "answers nothing" in say("node", "off", "--policy", policy)[1]
    assert policy.with_name("policy.toml.off").exists()
    assert json.loads(say("node", "on", "--policy", policy, "--json")[1])["switched_on"] is True
    assert not policy.with_name("policy.toml.off").exists()
    assert say("node", "off", "--policy", policy.with_name("other.toml"))[0] == 3


def test_loopback_needs_no_tls():
    assert [serving._is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "example.org")] == [
        True, True, True, False, False]
