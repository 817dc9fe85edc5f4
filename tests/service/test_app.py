"""The application as a server makes it, and the one line that each request leaves."""

import pytest
from structlog.testing import capture_logs

from dyadwatch.errors import SettingsError
from dyadwatch.settings import Settings
from service import server


@pytest.fixture
def quiet(monkeypatch):
    """The logging of the tests stays as it is."""
    monkeypatch.setattr("dyadwatch.logs.start", lambda _settings: None)


def test_without_a_database_it_refuses_to_start(quiet):
    with pytest.raises(SettingsError, match="DYADWATCH_DATABASE_URL"):
        server.create(Settings(), "127.0.0.1", 0)


def test_a_request_is_logged_in_one_line_without_secrets(api):
    with capture_logs() as lines:
        api.get("/v1/alerts?q=private")
        api.get("/v1/alerts/1")
    assert [(line["event"], line["status"], line["code"]) for line in lines] == [
        ("request", 200, None),
        ("request", 404, "not_found"),
    ]
    assert all(line["ms"] > 0 and isinstance(line["key"], int) for line in lines)
    assert api.token not in str(lines)
    assert "private" not in str(lines)


def test_every_response_forbids_content_sniffing(api):
    for path in ("/v1/alerts", "/v1/nothing", "/", "/docs", "/static/page.css"):
        answer = api.get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
