"""Serving: the address is announced when it answers, and what stands in the way is said."""

import os
import socket
import subprocess
import sys

import pytest

from openvalley.cli.serving import announce
from openvalley.errors import BadInput
from openvalley.site.serve import Address, run
from serving import ENDED, own_port, until_it_answers

_SERVE = """
import sys
from pathlib import Path
from openvalley.settings import Settings
from openvalley.site.serve import run
run(Settings(home=Path(sys.argv[1])), "127.0.0.1", int(sys.argv[2]), 1)
"""


def test_a_taken_port_is_said_with_a_way_out(site):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadInput) as refused:
            run(site, "127.0.0.1", port, 1)
    assert str(port) in refused.value.message
    assert f"--port {port + 1}" in refused.value.hint


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 0), ("127.0.0.1", 70_000), ("no.such.host.invalid", 8000)])
def test_an_impossible_address_is_refused(site, host, port):
    with pytest.raises(BadInput):
        run(site, host, port, 1)


@pytest.mark.parametrize(("host", "url"), [("127.0.0.1", "http://127.0.0.1:80/"), ("0.0.0.0", "http://127.0.0.1:80/"),
                                           ("::", "http://[::1]:80/"), ("localhost", "http://localhost:80/")])
def test_the_announced_address_can_be_opened_here(host, url):
    assert Address(host, 80).url == url


@pytest.fixture
def port():
    with own_port() as port:
        yield port


def test_it_announces_itself_when_it_answers_and_ends_when_told(site, port):
    command = [sys.executable, "-c", _SERVE, str(site.home), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        try:
            url = process.stdout.readline().strip()
            assert until_it_answers(f"{url}readyz", process, busy=b"warming up\n").startswith(b"ok ")
        finally:
            process.terminate()
        assert process.wait(timeout=ENDED) == 0


@pytest.mark.parametrize(("terminal", "said"), [
    (True, "http://127.0.0.1:8000/\nStop it with Ctrl-C.\n"), (False, "http://127.0.0.1:8000/\n")])
def test_a_person_hears_how_to_stop_it_and_a_script_the_address_alone(monkeypatch, capsys, terminal, said):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    announce("http://127.0.0.1:8000/")
    assert capsys.readouterr().out == said
