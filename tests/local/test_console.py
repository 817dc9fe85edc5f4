"""What `up` prints: readable lines that cannot steer the terminal."""

import io
import json

from rich.console import Console

from dyadwatch.local.console import Printer, format_record
from dyadwatch.local.terminal import clean


def _line(**record):
    return json.dumps({"level": "info", "timestamp": "2030-01-01T00:00:00Z", "logger": "x", **record})


def test_a_log_record_becomes_its_event_and_its_values(output):
    output.print_output("web", _line(event="request", method="GET", ms=1.23456, key=None))
    assert output.lines == ["web       request method=GET ms=1.23"]


def test_routine_records_and_default_values_are_left_out_and_long_values_cut(output):
    output.print_output("network", _line(event="polled", status=304))
    output.print_output("web", _line(event="request", path="/readyz", status=200))
    output.print_output("web", _line(event="request", path="/readyz", status=503))
    output.print_output("network", _line(event="fetched", saved=True, url="x" * 121))
    output.print_output("network", _line(event="fetched", saved=False))
    assert output.lines == [
        "web       request path=/readyz status=503",
        f"network   fetched url={'x' * 119}…",
        "network   fetched saved=False",
    ]


def test_a_traceback_follows_its_line(output):
    output.print_output("tag", _line(event="broken", exception="Traceback\n  File x\nValueError: y"))
    assert output.lines == [
        "tag       broken",
        "tag         Traceback",
        "tag           File x",
        "tag         ValueError: y",
    ]


def test_an_event_of_several_lines_is_printed_in_as_many(output):
    """As Celery logs what it does about a lost connection."""
    output.print_output("network", _line(event="Cannot connect.\nTrying again...\n", level="error", tries=3))
    assert output.lines == ["network   Cannot connect. tries=3", "network     Trying again..."]


def test_lines_that_are_no_records_stay_as_they_are(output):
    for line in ("plain [bold]words[/bold]", "{broken", '{"no": "event"}', "[1, 2]"):
        output.print_output("web", line)
    assert output.lines == [
        "web       plain [bold]words[/bold]", "web       {broken", 'web       {"no": "event"}', "web       [1, 2]"
    ]  # fmt: skip


def test_news_cannot_steer_the_terminal(output):
    output.print_output("tag", _line(event="tagged", title="\x1b[2Jgone\r\n\u202edenrut"))
    assert output.lines == ["tag       tagged title=\ufffd[2Jgone \ufffddenrut"]
    assert clean("می\u200cخواهد") == "می\u200cخواهد"


def test_levels_have_colours():
    assert str(format_record({"event": "e", "level": "error"})[0].style) == "bold red"


def test_raw_lines_pass_as_they_came(capsys):
    line = _line(event="request")
    Printer(Console(file=io.StringIO()), raw=True).print_output("web", line)
    assert capsys.readouterr().out == line + "\n"
