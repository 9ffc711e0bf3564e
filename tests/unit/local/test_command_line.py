"""The words that people type, and the lines that they read."""

import io
import json
import socket

import pytest

from local import invoke, logs, ports
from local.__main__ import VERBS, main
from local.home import Home, write_whole
from local.options import Misused, options


def test_options_are_named_or_in_their_order():
    assert options(["f=a/b", "e=c"], "f", "e") == {"f": "a/b", "e": "c"}
    assert options(["a/b", "c"], "f", "e") == {"f": "a/b", "e": "c"}
    assert options(["c", "f=a/b"], "f", "e") == {"f": "a/b", "e": "c"}


@pytest.mark.parametrize("words", [["x=1"], ["a", "b", "c"], ["e=1", "a", "b"]])
def test_an_option_that_is_not_there_is_named(words):
    with pytest.raises(Misused, match="options are f, e"):
        options(words, "f", "e")


def test_an_unknown_verb_shows_the_known_ones(capsys):
    assert main(["dance"]) == 2
    shown = capsys.readouterr().out
    assert all(verb in shown for verb in VERBS)


def test_invoking_what_is_not_there_lists_what_is():
    with pytest.raises(Misused, match="payments/initiate"):
        invoke.event_file("payments/dance", "happy")
    with pytest.raises(Misused, match="has client"):
        invoke.event_file("access/authorise", "dance")


def test_a_port_must_be_one(monkeypatch):
    monkeypatch.setenv("REMIT_PORT", "99999")
    with pytest.raises(ports.PortUnusable, match="REMIT_PORT=99999"):
        ports.chosen(ports.GATEWAY)
    monkeypatch.delenv("REMIT_PORT")
    assert ports.chosen(ports.GATEWAY) == 8700


def test_a_port_in_use_is_told_with_its_holder_and_the_way_out():
    with socket.socket() as taken:
        taken.bind((ports.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ports.PortUnusable, match=r"REMIT_PORT=\d+") as told:
            ports.require_free(port, "REMIT_PORT")
        assert "pid" in str(told.value)


def test_a_log_line_is_readable():
    entry = {
        "level": "ERROR",
        "message": "it broke",
        "timestamp": "2026-11-24T06:27:08.522+00:00",
        "request_id": "r-1",
        "status": 500,
    }
    assert logs.line("Initiate", entry, colour=False) == (
        "06:27:08.522 Initiate       ERROR   it broke status=500 r-1"
    )
    assert "\x1b[31m" in logs.line("Initiate", entry, colour=True)


def test_logs_are_read_on_from_where_they_were_and_never_half_a_line(tmp_path):
    log, read = tmp_path / "CheckFunction.log", {}
    log.write_text(json.dumps({"timestamp": "1", "message": "a"}) + "\nTraceback\n" + '{"half')
    first = [entry["message"] for _, _, entry in logs.new_entries(tmp_path, "*.log", read)]
    assert first == ["a", "Traceback"]
    with log.open("a") as more:
        more.write('": 1}\n')
    ((_, function, entry),) = logs.new_entries(tmp_path, "*.log", read)
    assert (function, entry) == ("Check", {"half": 1})


def test_following_ends_with_the_cloud(tmp_path):
    home = Home(tmp_path)
    home.lay()
    (home.logs / "CheckFunction.log").write_text('{"message": "last words"}\n')
    out = io.StringIO()
    logs.follow(home, "*.log", out)
    assert "last words" in out.getvalue()


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "env"
    write_whole(path, "one", mode=0o600)
    write_whole(path, "two", mode=0o600)
    assert path.read_text() == "two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]
