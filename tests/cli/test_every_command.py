"""Every command, run once as a user runs it, on real servers. A command without a case here fails a test.

`INSTALLED_DYADWATCH` names the program of an installation, as of the built wheel (`scripts/test-wheel`): then
each runs in a process of its own. Otherwise only those do that become another program or are given lines.
"""

import io
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
import pytest
import redis
import yaml
from waiting import GENEROUS, eventually

from dyadwatch.cli import dyadwatch, main
from dyadwatch.model.steps import Step
from dyadwatch.tagging import example_watches

pytestmark = pytest.mark.no_cover

INSTALLED = os.environ.get("INSTALLED_DYADWATCH")
PROGRAM = INSTALLED or str(Path(sys.executable).with_name("dyadwatch"))

PAGE = (
    "<html lang='en'><head><title>Ferries</title></head><body><article><h1>Ferries run again</h1>"
    "<p>The ferries run again since the morning, the harbour office said on Monday, after a pause of nine years.</p>"
    "<p>Two ships leave at eight and at four, and the crossing takes a little more than two hours in calm weather.</p>"
    "</article></body></html>"
)
OPML = '<opml version="2.0"><body><outline type="rss" text="Herald" xmlUrl="https://herald.example/rss"/></body></opml>'
MEETING = "Iranian Supreme Leader Ali Khamenei met Syrian President Bashar al-Assad in Tehran on Sunday."
EXPULSION = {"id": 1, "text": "Aldra expelled two diplomats.", "actor": [0, 5], "recipient": [15, 28]}
SOURCE = ("source", "add", "Herald", "https://herald.example/rss")
HOOK = "ENDPOINT/good"  # a fixture knows the address
SUBSCRIPTION = ("subscription", "add", HOOK)
READER = ("key", "add", "me")
VIEW = ("view", "add", "Ours", "--triage", "unread", "--sort", "rank")
EXAMPLE = example_watches()[0]

# command -> (commands before it, its arguments, stdin, text that it prints)
CASES = {
    "migrate": ((), ("--seed", "--empty", "--wait"), "", "admin key, shown this once: dyw_"),
    "run": ((), (), "", "poll 0"),
    "tick": ((), (), "", ""),
    "sweep": ((), (), "", "lost and due again: poll 0, push 0, fetch 0, recheck 0, tag 0, backfill 0, notify 0, deliver 0"),
    "retag": ((), (), "", "run 1, running: 0 of 0 articles read"),
    "restory": ((), ("--dry-run",), "", "run 1, dry, done: 0 of 0 articles read, +0 joins, -0 separations, 0 origins"),
    "retain": ((), (), "", "expired: snapshots 0"),
    "expunge article": ((), ("--help",), "", "--dry-run"),
    "expunge source": ((SOURCE,), ("1", "--dry-run"), "", "source 1 would be removed: articles 0"),
    "source backfill": ((), ("--help",), "", "Fetch what a source published before it was watched"),
    "source add": ((), SOURCE[2:], "", "source 1: Herald, 1 feed"),
    "source list": ((SOURCE,), (), "", "https://herald.example/rss\tactive"),
    "source import": ((), ("sources.opml",), "", "1 source added"),
    "source export": ((SOURCE,), (), "", 'xmlUrl="https://herald.example/rss"'),
    "source remove": ((SOURCE,), ("1",), "", "source 1 removed"),
    "source show": ((SOURCE,), ("1",), "", "feed 1  https://herald.example/rss"),
    "source check": ((), ("--help",), "", "Read an address as a poll would"),
    "source poll": ((SOURCE,), ("1",), "", "1 feed of source 1 will be polled now"),
    "source pause": ((SOURCE,), ("1",), "", "1 feed of source 1 paused"),
    "source resume": ((SOURCE,), ("1",), "", "1 feed of source 1 active again"),
    "alerts": ((), (), "", "id\tcreated\twatch"),
    "triage": ((), ("--help",), "", "Whether the reader has read them"),
    "view list": ((READER, VIEW), (), "", "Ours\ttriage=unread&sort=rank"),
    "view add": ((READER,), VIEW[2:], "", "view 1: Ours"),
    "view show": ((READER, VIEW), ("Ours",), "", "id\tcreated\twatch"),
    "view remove": ((READER, VIEW), ("1",), "", "view 1 removed: Ours"),
    "articles": ((), (), "", "id\tfirst seen\tlanguage"),
    "delivery list": ((), (), "", "id\tcreated\tsubscription"),
    "delivery retry": ((), ("--help",), "", "Send a delivery again"),
    "export alerts": ((), ("--format", "csv"), "", ""),
    "export articles": ((), (), "", ""),
    "export pages": ((), ("--out", "pages.warc.gz"), "", ""),
    "trace": ((), ("ftp://herald.example/1",), "", "(url_invalid)"),
    "status": ((SOURCE,), (), "", "feeds          1 active"),
    "doctor": ((("source", "add", "Herald", HOOK),), (), "", "database  PostgreSQL"),
    "watch test": ((), ("watch.yaml",), "- Rain fell.", "miss\t0.00\tRain fell."),
    "watch add": ((), ("watch.yaml",), "", f"watch {EXAMPLE['id']}, version 1: {EXAMPLE['title']}"),
    "watch examples": ((), (), "", EXAMPLE["id"]),
    "watch check": ((), ("watch.yaml",), "", "nothing to say against it"),
    "watch suggest": ((), ("watch.yaml",), "", "# nothing to add; --language asks"),
    "watch list": ((("watch", "add", "watch.yaml"),), (), "", f"{EXAMPLE['id']}\t1\ton"),
    "watch show": ((("watch", "add", "watch.yaml"),), (EXAMPLE["id"],), "", f'"id": "{EXAMPLE["id"]}"'),
    "watch preview": ((), ("watch.yaml",), "", "0 articles of 0 read: 0 gained"),
    "watch edit": ((("watch", "add", "watch.yaml"),), (EXAMPLE["id"],), "", "nothing changed"),
    "watch backfill": ((("watch", "add", "watch.yaml"),), (EXAMPLE["id"],), "", "archive\trunning\t0\t0"),
    "watch disable": ((("watch", "add", "watch.yaml"),), (EXAMPLE["id"],), "", f"watch {EXAMPLE['id']} disabled"),
    "watch enable": ((("watch", "add", "watch.yaml"),), (EXAMPLE["id"],), "", f"watch {EXAMPLE['id']} enabled"),
    "watch remove": ((("watch", "add", "watch.yaml"),), (EXAMPLE["id"],), "", "removed"),
    "subscription add": ((), SUBSCRIPTION[2:], "", "whsec_"),
    "subscription confirmation": ((("subscription", "add", "mailto:desk@paper.test"),), ("1",), "", "asked again"),
    "subscription edit": ((SUBSCRIPTION,), ("1", "--state", "paused"), "", "subscription 1 changed"),
    "subscription list": ((SUBSCRIPTION,), (), "", "/good\tactive"),
    "subscription remove": ((SUBSCRIPTION,), ("1",), "", "subscription 1 removed"),
    "subscription rotate": ((SUBSCRIPTION,), ("1", "--signature", "v1a"), "", "whpk_"),
    "secrets new-key": ((), (), "", "="),
    "secrets reseal": ((), ("--help",), "", "DYADWATCH_SECRET_KEYS"),
    "subscription test": ((SUBSCRIPTION,), ("1",), "", "answered 204"),
    "key add": ((), ("me",), "", "dyw_"),
    "key list": ((("key", "add", "me"),), (), "", "me\tdyw_"),
    "key rotate": ((("key", "add", "me"),), ("1", "--grace", "0"), "", "dyw_"),
    "key revoke": ((("key", "add", "me"),), ("1",), "", "key 1 revoked"),
    "extract": ((), ("page.html", "--url", "https://herald.example/1"), "", "Two ships leave"),
    "tag": ((), (), f"<p>{MEETING}</p>", "\n\nIranian Supreme Leader"),
    "events": ((), (EXPULSION["text"], "--actor", "Aldra"), "", "confidence"),
    "mcp": ((), ("--help",), "", "Serve language models by MCP"),
    "openapi": ((), (), "", '"openapi": "3.1.0"'),
    "reference": ((), ("settings",), "", "| `DYADWATCH_BIND` | `127.0.0.1:8710` |"),
    "url": ((), (), "", "https://alerts.test/"),
    "settings": ((), (), "", "DYADWATCH_POLL_MIN\t300"),
}  # fmt: skip
# What a shell may pass on: bytes that are no UTF-8 reach Python as lone surrogates.
HOSTILE = (os.fsdecode(b"\xff"), str(2**80))
# They become the program of another package.
REPLACED = {"tick", "openapi"}
# Run until they are stopped.
LONG_RUNNING = ("up", "demo", "web", "worker", "scheduler")


@pytest.fixture
def environ(tmp_path, monkeypatch, database_url, redis_url) -> Mapping[str, str]:
    """The environment of a user's shell, which stands in a directory with the files that the cases name."""
    (tmp_path / "page.html").write_text(PAGE)
    (tmp_path / "sources.opml").write_text(OPML)
    (tmp_path / "watch.yaml").write_text(yaml.safe_dump(EXAMPLE))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "true")  # which saves nothing
    monkeypatch.setenv("DYADWATCH_DATABASE_URL", database_url)
    monkeypatch.setenv("DYADWATCH_REDIS_URL", redis_url)
    monkeypatch.setenv("DYADWATCH_PUBLIC_URL", "https://alerts.test/")
    monkeypatch.setenv("DYADWATCH_SMTP_URL", "smtps://mail.test")
    monkeypatch.setenv("DYADWATCH_MAIL_FROM", "news@alerts.test")
    return os.environ


@pytest.fixture
def run(environ):
    """Runs the program to its end."""

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [PROGRAM, *arguments]
        return subprocess.run(command, input=stdin, env=environ, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def run_here(environ, monkeypatch, capfd):
    """Runs a command to its end in this process, which starts in a tenth of the time."""

    def run_here(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capfd.readouterr()
        code = main(arguments)
        return subprocess.CompletedProcess(arguments, code, *capfd.readouterr())

    return run_here


@pytest.fixture
def start(environ):
    """Starts the program; it is ended with the test."""
    processes = []

    def start(*arguments: str, **settings: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [PROGRAM, *arguments],
            env={**environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def queued(redis_url) -> Iterator:
    """How many hints a step's queue holds now."""
    client = redis.Redis.from_url(redis_url)
    yield lambda step: client.llen(step.value)
    client.close()


@pytest.fixture
def address() -> Iterator[str]:
    """An address to listen on. With SO_REUSEADDR, as our servers
    have it, the reserved port is free for them alone."""
    with socket.socket() as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{reserved.getsockname()[1]}"


def commands(group: click.Group, prefix: str = "") -> Iterator[str]:
    """The full names of all commands that do something."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield prefix + name


def test_every_command_that_says_something_says_it_in_json_too():
    """Or writes a document of a form of its own, or becomes a server; no help shows its markup."""
    options = {
        name: {opt for each in find_command(name).params for opt in each.opts} for name in commands(dyadwatch)
    }
    assert {name for name, opts in options.items() if not opts & {"--json", "--jsonl"}} == {
        *LONG_RUNNING, *REPLACED, "mcp", "reference", "source export", "watch edit",
        "export alerts", "export articles", "export pages",
    }  # fmt: skip
    helps = [dyadwatch, *map(find_command, options)]
    assert "\\b" not in "".join(command.get_help(click.Context(command)) for command in helps)


def find_command(name: str) -> click.Command:
    """The command of this full name."""
    command: click.Command = dyadwatch
    for word in name.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    return command


def takes_text(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Argument) or not parameter.is_flag


def hostile_arguments(
    parameter: click.Parameter, value: str, usual: Sequence[str], parameters: Sequence[click.Parameter]
) -> list[str]:
    """The usual arguments of a command, with the value for one of its parameters."""
    if isinstance(parameter, click.Option):
        return [*usual, parameter.opts[0], value]
    position = [each for each in parameters if isinstance(each, click.Argument)].index(parameter)
    return [*usual[:position], value, *usual[position + 1 :]]


def ends(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> int:
    """The exit code after the signal. What is still said is read, so that nobody waits on a full pipe."""
    process.send_signal(number)
    process.communicate(timeout=GENEROUS)
    return process.returncode


def test_every_command_has_a_case():
    assert sorted(commands(dyadwatch)) == sorted((*CASES, *LONG_RUNNING))


@pytest.mark.parametrize("command", CASES)
def test_a_command_does_what_it_says(command, run, run_here, endpoint):
    before, arguments, stdin, text = CASES[command]
    for earlier in before:
        assert main([word.replace("ENDPOINT", endpoint) for word in earlier]) == 0
    completed = (run if INSTALLED or command in REPLACED else run_here)(
        *command.split(), *(word.replace("ENDPOINT", endpoint) for word in arguments), stdin=stdin
    )
    assert completed.returncode == 0, completed.stderr
    assert text in completed.stdout
    if command == "openapi":
        assert "alert.created" in json.loads(completed.stdout)["webhooks"]  # nothing is cut off
    assert "Traceback" not in completed.stderr


def test_no_argument_causes_a_traceback(run_here, endpoint):
    """Each argument and option in turn is given what no user means. What `main` lets pass fails the test."""
    for command in sorted({*CASES} - REPLACED):
        parameters = find_command(command).params
        for parameter, value in itertools.product(filter(takes_text, parameters), HOSTILE):
            arguments = hostile_arguments(parameter, value, CASES[command][1], parameters)
            completed = run_here(
                *command.split(), *(word.replace("ENDPOINT", endpoint) for word in arguments)
            )
            assert completed.returncode in {0, 1, 2}, (arguments, completed)


def test_letters_that_a_terminal_does_not_have_are_escaped(environ, monkeypatch, run):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    completed = run("watch", "examples")
    assert completed.returncode == 0, completed.stderr
    assert "\\u" in completed.stdout


@pytest.mark.parametrize(
    ("command", "line", "field", "value"),
    [
        ("extract", {"id": 1, "url": "https://herald.example/1", "html": PAGE}, "title", "Ferries run again"),
        ("tag", {"id": 1, "text": MEETING}, "relationship", True),
        ("events", EXPULSION, "event_type", "SANCTION"),
    ],
)
def test_a_line_of_json_is_answered_by_a_line_of_json(run, command, line, field, value):
    completed = run(command, "--jsonl", stdin=json.dumps(line) + "\n")
    (answer,) = map(json.loads, completed.stdout.splitlines())
    assert (answer["id"], answer[field]) == (1, value)


def test_a_tick_leaves_a_hint_for_each_step(run, queued):
    assert run("tick").returncode == 0
    assert [queued(step) for step in Step] == [1] * len(Step)


def test_the_scheduler_leaves_hints_until_it_is_ended(start, queued):
    process = start("scheduler")
    eventually(lambda: all(queued(step) for step in Step))
    assert ends(process) == 0


@pytest.mark.parametrize(("pool", "step"), [("network", Step.POLL), ("tag", Step.TAG)])
def test_a_worker_takes_hints_until_it_is_ended(run, start, queued, pool, step):
    process = start("worker", pool, DYADWATCH_TAG_PROCESSES="1")
    assert run("tick").returncode == 0
    eventually(lambda: not queued(step))
    assert ends(process) == 0


def test_the_web_server_answers_until_it_is_ended(start, address):
    process = start("web", DYADWATCH_BIND=address)

    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"http://{address}/readyz") as response:
                return response.status == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    eventually(ready)
    for path in ("/", "/docs", "/openapi.json", "/static/page.css"):  # templates and files of the package
        with urllib.request.urlopen(f"http://{address}{path}") as response:
            assert response.status == 200
    assert ends(process) == 0


@pytest.mark.slow
def test_up_runs_everything_until_it_is_interrupted(start, address, data_path):
    settings = {"DYADWATCH_BIND": address, "DYADWATCH_DATA_DIR": str(data_path)}
    process = start("up", "--empty", DYADWATCH_DATABASE_URL="", DYADWATCH_REDIS_URL="", **settings)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if f"http://{address}/v1/alerts" in line:
            break
    else:
        pytest.fail("".join(lines))
    process.send_signal(signal.SIGINT)
    rest = process.stdout.read()
    assert process.wait() == 0, rest
    assert rest.splitlines()[-1].endswith("stopped")
