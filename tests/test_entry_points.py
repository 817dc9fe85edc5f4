"""Every process and command refuses settings that it could not use, in one line, before anything starts."""

import pytest

from dyadwatch import cli
from service import server
from workers import __main__ as workers

COMMANDS = [
    *(["dyadwatch", *command.split()] for command in ("settings", "run", "tick", "web", "up --empty")),
    *(["dyadwatch", *command.split()] for command in ("scheduler", "worker tag", "source list")),
    *(["workers", name] for name in ("network", "tag", "scheduler", "tick")),
    ["server", "127.0.0.1", "0"],
]


def status(program, *arguments):
    """The exit status of a program that is run with these arguments."""
    try:
        match program:
            case "dyadwatch":
                return cli.main(arguments)
            case "workers":
                return workers.main(list(arguments))
            case "server":
                return server.main(*arguments)
    except SystemExit as end:
        return end.code


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("DYADWATCH_REDIS_URL", "redis+cluster://:hunter2@cache.example"),
        ("DYADWATCH_PACING_URL", "amqp://u:hunter2@mq.example"),
    ],
)
def test_a_broker_that_cannot_be_used_is_refused_by_every_command(
    monkeypatch, capsys, tmp_path, command, variable, url
):
    monkeypatch.setenv("DYADWATCH_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    monkeypatch.setenv("DYADWATCH_REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("DYADWATCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv(variable, url)
    assert status(*command) == 2
    output = capsys.readouterr()
    assert output.err.startswith(f"error: {variable}: ")
    assert output.err.endswith("(settings_invalid)\n")
    assert output.err.count("\n") == 1
    assert "hunter2" not in output.err + output.out
    assert not (tmp_path / "data").exists()
