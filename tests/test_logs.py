"""Logs: JSON or for people, and never a secret."""

import io
import json
import logging
import sys

import pytest
import structlog
from sqlalchemy import text

from dyadwatch import logs
from dyadwatch.errors import DyadwatchError
from dyadwatch.settings import Settings


def _logged(monkeypatch, **options):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.start(Settings(**options))
    log = structlog.get_logger("test")
    try:
        secret = "hunter2"  # noqa: F841  # a local that no traceback may show
        _ = 1 / 0
    except ZeroDivisionError:
        log.exception("it failed", feed=3)
    log.debug("not shown")
    logging.getLogger("celery.worker.strategy").info("not shown either")
    logging.getLogger("library").warning("shown %s", "too")
    return stream.getvalue()


def test_logs_are_json_lines_where_nobody_looks_on(monkeypatch):
    first, second = map(json.loads, _logged(monkeypatch).splitlines())
    assert (first["event"], first["level"], first["feed"]) == ("it failed", "error", 3)
    assert "ZeroDivisionError" in first["exception"]
    assert "hunter2" not in first["exception"]
    assert second["event"] == "shown too"


def test_a_process_that_starts_its_logs_once_makes_each_logger_once(monkeypatch):
    made = []
    factory = structlog.stdlib.LoggerFactory.__call__
    monkeypatch.setattr(
        structlog.stdlib.LoggerFactory,
        "__call__",
        lambda self, *name: made.append(name) or factory(self, *name),
    )
    try:
        for once in (True, False):
            logs.start(Settings(), once=once)
            log = structlog.get_logger("test")
            for _ in range(3):
                log.debug("not shown")
    finally:
        logs.start(Settings())
    assert len(made) == 1 + 3


def test_logs_for_people_show_the_fault_and_no_locals(monkeypatch):
    output = _logged(monkeypatch, log_format="console")
    assert "it failed" in output
    assert "ZeroDivisionError" in output
    assert "hunter2" not in output.replace('secret = "hunter2"', "")


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_fault_of_the_database_shows_neither_parameters_nor_rows(monkeypatch, store, log_format):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.start(Settings(log_format=log_format))
    insert = text("INSERT INTO page_sessions (hash, key_id, expires_at) VALUES (:hash, NULL, now())")
    params = {"hash": b"hunter2"}
    try:
        with store.begin() as db:
            db.execute(insert, params)
    except DyadwatchError:
        structlog.get_logger("test").exception("it failed", feed=3)
    output = stream.getvalue()
    assert "NotNullViolation" in output
    assert "it failed" in output
    for part in ("hunter2", b"hunter2".hex(), "Failing row", "DETAIL"):
        assert part not in output
