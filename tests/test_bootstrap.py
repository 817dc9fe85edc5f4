"""The wiring: settings in, a product out, nothing opened; logs without secrets."""

import io
import json
import logging
import sys

import pytest
import structlog

from dyadwatch import __version__, bootstrap
from dyadwatch.errors import BrokerUnavailable, SettingsError, StoreUnavailable
from dyadwatch.settings import Settings


@pytest.fixture(autouse=True)
def _logging_as_before():
    before = logging.getLogger().handlers[:], logging.getLogger().level
    yield
    logging.getLogger().handlers[:], level = before
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "given", [{}, {"database_url": "postgresql://127.0.0.1:1/x"}, {"redis_url": "redis://x"}]
)
def test_a_missing_server_is_named(given):
    with pytest.raises(SettingsError, match=r"DYADWATCH_(DATABASE|REDIS)_URL is not set"):
        bootstrap.build(Settings(**given))


def test_building_opens_nothing_and_a_server_that_is_away_is_named():
    product = bootstrap.build(
        Settings(
            database_url="postgresql://a:hunter2@127.0.0.1:1/x", redis_url="redis://:hunter2@127.0.0.1:1/0"
        )
    )
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1"):
        product.store.ping()
    with pytest.raises(BrokerUnavailable, match=r"127\.0\.0\.1:1") as caught:
        product.ping_broker()
    assert "hunter2" not in caught.value.detail
    product.close()


def test_a_broker_that_answers_is_pinged(redis_url):
    product = bootstrap.build(Settings(database_url="postgresql://127.0.0.1:1/x", redis_url=redis_url))
    product.ping_broker()
    product.close()


def test_publishers_are_told_name_version_and_contact():
    assert bootstrap.user_agent(Settings()) == f"dyadwatch/{__version__}"
    named = bootstrap.user_agent(Settings(contact="https://example.org/bot"))
    assert named == f"dyadwatch/{__version__} (+https://example.org/bot)"


def _logged(monkeypatch, **given):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    bootstrap.start_logging(Settings(**given))
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


def test_logs_for_people_show_the_fault_and_no_locals(monkeypatch):
    shown = _logged(monkeypatch, log_format="console")
    assert "it failed" in shown
    assert "ZeroDivisionError" in shown
    assert "hunter2" not in shown.replace('secret = "hunter2"', "")
