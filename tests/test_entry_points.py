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


@pytest.fixture
def refused(monkeypatch, capsys, tmp_path):
    """refused(command, variable, value): what it says when it refuses a setting, in one line and with a
    status of its own, before it starts anything."""

    def run(command, variable, value):
        monkeypatch.setenv("DYADWATCH_DATABASE_URL", "postgresql://127.0.0.1:1/none")
        monkeypatch.setenv("DYADWATCH_REDIS_URL", "redis://127.0.0.1:1/0")
        monkeypatch.setenv("DYADWATCH_DATA_DIR", str(tmp_path / "data"))
        monkeypatch.setenv(variable, value)
        monkeypatch.setattr("dyadwatch.logs.start", lambda _settings, **_options: None)
        assert status(*command) == 2
        output = capsys.readouterr()
        assert output.err.endswith("(settings_invalid)\n")
        assert output.err.count("\n") == 1
        assert "hunter2" not in output.err + output.out
        assert not (tmp_path / "data").exists()
        return output.err

    return run


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DYADWATCH_REDIS_URL", "redis+cluster://:hunter2@cache.example"),
        ("DYADWATCH_PACING_URL", "amqp://u:hunter2@mq.example"),
        ("DYADWATCH_DATABASE_URL", "mysql://u:hunter2@db.example/name"),
        ("DYADWATCH_EGRESS_PROXY", "https://u:hunter2@proxy.example"),
        ("DYADWATCH_POLL_MIN", "soon"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_by_every_command(refused, command, variable, value):
    assert refused(command, variable, value).startswith(f"error: {variable}: ")


@pytest.mark.parametrize(
    "command",
    [["workers", "network"], ["workers", "tag"], ["server", "127.0.0.1", "0"], ["dyadwatch", "run"]],
    ids=" ".join,
)
def test_what_only_some_commands_need_is_refused_by_each_that_does(refused, command):
    assert "DYADWATCH_RERANKER" in refused(command, "DYADWATCH_RERANKER", "none-such")
