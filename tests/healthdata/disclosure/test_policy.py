"""The policy file is read whole or not at all; keys stand in it as hashes; expired and unknown keys open nothing."""

from datetime import date

import pytest

from openvalley.errors import BadPolicy, Refused
from openvalley.healthdata.disclosure.clients import client_of, hashed, new_key
from openvalley.healthdata.disclosure.policy import load_policy

_NODE = '[node]\nid = "example.node"\nname = "Node"\norganisation = "Hospital"\nenvironment = "test"\n'


def _load(folder, text):
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path)


def test_what_is_left_out_is_safe(tmp_path):
    policy = _load(tmp_path, _NODE)
    assert (policy.disclosure.minimum_count, policy.disclosure.rounding, policy.clients) == (10, 10, ())
    assert policy.audit_log == tmp_path / "audit.jsonl"
    assert policy.linkage_key() is None


@pytest.mark.parametrize(("text", "words"), [
    ("", "node: Field required"),
    ("[node", "cannot be read"),
    (_NODE + "[disclosure]\nminimum_count = 3\n", "disclosure.minimum_count"),
    (_NODE + "[disclosure]\nminimum_cuont = 30\n", "disclosure.minimum_cuont"),
    (_NODE + "[disclosure]\nrounding = 20\n", "may not be larger"),
    (_NODE + "[privacy]\nepsilon = 0\nbudget = 1\n", "privacy.epsilon"),
    (_NODE + '[privacy]\nepsilon = 1\nbudget = 1\n[linkage]\nkey_file = "k"\n', "not differentially private"),
    (_NODE + '[[clients]]\nid = "hub"\nkey_sha256 = "secret"\n', "clients.0.key_sha256"),
    (_NODE + f'[[clients]]\nid = "a"\nkey_sha256 = "{"0" * 64}"\n' * 2, "same id"),
    ('path = "x"\n' + _NODE, "path is not known"),
])
def test_what_is_wrong_is_named(tmp_path, text, words):
    with pytest.raises(BadPolicy, match=words):
        _load(tmp_path, text)


def test_a_linkage_key_must_be_there_and_long(tmp_path):
    policy = _load(tmp_path, _NODE + '[linkage]\nkey_file = "linkage.key"\n')
    with pytest.raises(BadPolicy, match="cannot be read"):
        policy.linkage_key()
    (tmp_path / "linkage.key").write_text("short\n")
    with pytest.raises(BadPolicy, match="shorter than 32"):
        policy.linkage_key()
    (tmp_path / "linkage.key").write_text(new_key() + "\n")
    assert len(policy.linkage_key()) >= 32


def test_keys_open_for_their_client_until_their_day(tmp_path):
    key = new_key()
    clients = _load(tmp_path, _NODE + f'[[clients]]\nid = "hub"\nkey_sha256 = "{hashed(key)}"\n'
                                      "until = 2026-06-30\n").clients
    assert client_of(key, clients, date(2026, 6, 30)).id == "hub"
    for told, today, words in ((key, date(2026, 7, 1), "until 2026-06-30"), (key + "x", date(2026, 1, 1), "knows"),
                               (None, date(2026, 1, 1), "knows"), ("", date(2026, 1, 1), "knows")):
        with pytest.raises(Refused, match=words):
            client_of(told, clients, today)
