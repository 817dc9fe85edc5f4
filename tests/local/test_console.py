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


def test_usual_work_is_left_out_and_other_events_are_said_in_a_users_words(output):
    """One line an event, about a feed, a page, an alert or a webhook."""
    url, counts = "https://herald.example/1", {"alerts_created": 2, "alerts_withdrawn": 0}
    for record in (
        {"event": "polled", "url": url, "status": 304, "new": 0},
        {"event": "fetched", "url": url, "status": 200, "bytes": 9},
        {"event": "tagged", "url": url, "events": []},
        {"event": "delivered", "status": 204},
        {"event": "announced", "alert": 1, "type": "alert.updated"},
        {"event": "request", "path": "/readyz", "status": 200},
        {"event": "network@host.example ready."},
        {"event": "beat: Starting..."},
    ):
        output.print_output("network", _line(**record))
    assert output.lines == []
    for record in (
        {"event": "polled", "url": url, "status": 200, "new": 2},
        {"event": "polled", "url": url, "status": 200, "new": 0, "error": "feed_html"},
        {"event": "fetched", "url": url, "status": 404, "error": "status_404"},
        {"event": "not tagged", "url": url, "error": "page_no_text"},
        {"event": "tagged", "url": url, "events": ["a-b: alert.created", "c-d: alert.updated"]},
        {"event": "not delivered", "status": 500, "webhook_id": "msg_1"},
        {"event": "tagger compiled", "watches": 2},
        {"event": "tagged again", "archive_run": 3, "articles": 500, "counts": {"read": 500}, "done": False},
        {"event": "tagged again", "archive_run": 3, "articles": 1, "counts": counts, "done": True},
    ):
        output.print_output("network", _line(**record))
    assert output.lines == [
        f"feed      2 new entries in {url}",
        f"feed      cannot be read (feed_html): {url}",
        f"page      cannot be fetched (status_404): {url}",
        f"page      holds no article that can be read (page_no_text): {url}",
        f"alert     new alert of a-b, alert updated of c-d: {url}",
        "webhook   not delivered (status 500): msg_1",
        "tagger    ready for 2 watches",
        "archive   500 stored texts tagged again",
        "archive   1 stored text tagged again; archive run 3 is done: alerts 2 created, 0 withdrawn",
    ]


def test_verbose_output_has_every_record_without_default_values_and_with_long_ones_cut():
    out = io.StringIO()
    printer = Printer(Console(file=out, highlight=False, markup=False, width=200), verbose=True)
    printer.print_output("web", _line(event="request", path="/readyz", status=200))
    printer.print_output("network", _line(event="fetched", saved=True, url="x" * 121))
    printer.print_output("network", _line(event="fetched", saved=False))
    assert [line[9:] for line in out.getvalue().splitlines()] == [
        "web       request path=/readyz status=200",
        f"network   fetched url={'x' * 119}…",
        "network   fetched saved=False",
    ]


def test_an_event_takes_one_line_of_a_terminal():
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=80, color_system=None, markup=False)
    Printer(console).print_output(
        "network", _line(event="polled", url="https://a.example/" + "x" * 99, new=1)
    )
    (line,) = out.getvalue().splitlines()
    assert (len(line), line[-1]) == (80, "…")


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
    output.print_output("tag", _line(event="broken", title="\x1b[2Jgone\r\n\u202edenrut"))
    output.print_output("tag", _line(event="fetched", url="\x1b[2J", error="x"))
    assert output.lines == [
        "tag       broken title=\ufffd[2Jgone \ufffddenrut",
        "page      cannot be fetched (x): \ufffd[2J",
    ]
    assert clean("می\u200cخواهد") == "می\u200cخواهد"


def test_levels_have_colours():
    assert str(format_record({"event": "e", "level": "error"})[0].style) == "bold red"


def test_raw_lines_pass_as_they_came(capsys):
    line = _line(event="request")
    Printer(Console(file=io.StringIO()), raw=True).print_output("web", line)
    assert capsys.readouterr().out == line + "\n"
