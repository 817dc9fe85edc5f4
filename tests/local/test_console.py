"""What the tree says: legible, in one line each, and unable to steer the terminal."""

import io
import json

from rich.console import Console

from dyadwatch.local.console import Relay, legible
from dyadwatch.local.terminal import clean


def _line(**record):
    return json.dumps({"level": "info", "timestamp": "2030-01-01T00:00:00Z", "logger": "x", **record})


def test_a_log_record_becomes_its_event_and_its_values(heard):
    heard.pass_on("web", _line(event="request", method="GET", ms=1.23456, key=None))
    assert heard.lines == ["web       request method=GET ms=1.23"]


def test_what_is_usual_or_routine_is_left_out_and_what_is_long_is_cut(heard):
    heard.pass_on("network", _line(event="polled", status=304))
    heard.pass_on("web", _line(event="request", path="/readyz", status=200))
    heard.pass_on("web", _line(event="request", path="/readyz", status=503))
    heard.pass_on("network", _line(event="fetched", saved=True, url="x" * 121))
    heard.pass_on("network", _line(event="fetched", saved=False))
    assert heard.lines == [
        "web       request path=/readyz status=503",
        f"network   fetched url={'x' * 119}…",
        "network   fetched saved=False",
    ]


def test_a_traceback_follows_its_line(heard):
    heard.pass_on("tag", _line(event="broken", exception="Traceback\n  File x\nValueError: y"))
    assert heard.lines == [
        "tag       broken",
        "tag         Traceback",
        "tag           File x",
        "tag         ValueError: y",
    ]


def test_lines_that_are_no_records_stay_as_they_are(heard):
    for line in ("plain [bold]words[/bold]", "{broken", '{"no": "event"}', "[1, 2]"):
        heard.pass_on("web", line)
    assert heard.lines == [
        "web       plain [bold]words[/bold]", "web       {broken", 'web       {"no": "event"}', "web       [1, 2]"
    ]  # fmt: skip


def test_news_cannot_steer_the_terminal(heard):
    heard.pass_on("tag", _line(event="tagged", title="\x1b[2Jgone\r\n\u202edenrut"))
    assert heard.lines == ["tag       tagged title=\ufffd[2Jgone\ufffd\ufffd\ufffddenrut"]
    assert clean("می\u200cخواهد") == "می\u200cخواهد"


def test_levels_have_colours():
    assert str(legible({"event": "e", "level": "error"})[0].style) == "bold red"


def test_raw_lines_pass_as_they_came(capsys):
    line = _line(event="request")
    Relay(Console(file=io.StringIO()), raw=True).pass_on("web", line)
    assert capsys.readouterr().out == line + "\n"
