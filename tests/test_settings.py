"""Settings: read once, frozen, refused by name, secrets hidden."""

import os
import traceback
from pathlib import Path

import pytest
import yaml

from dyadwatch.errors import SettingsError
from dyadwatch.settings import Settings

SECRET = "postgresql://user:hunter2@db.example/name"


def test_without_any_variable_the_defaults_hold():
    settings = Settings.from_environ({"HOME": "/root", "PATH": "/bin"})
    assert settings == Settings()
    assert settings.database_url is None


def test_values_are_read_by_their_upper_case_names():
    settings = Settings.from_environ(
        {
            "DYADWATCH_BIND": "0.0.0.0:80",
            "DYADWATCH_POLL_MIN": "15",
            "DYADWATCH_ALLOW_PRIVATE_NETWORKS": "127.77.0.0/16, fd00::/8",
            "DYADWATCH_DATA_DIR": "",
        }
    )
    assert settings.bind == "0.0.0.0:80"
    assert settings.poll_min == 15
    assert [str(network) for network in settings.allow_private_networks] == ["127.77.0.0/16", "fd00::/8"]
    assert str(settings.data_dir) == ".dyadwatch"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DYADWATCH_POL_MIN", "15"),
        ("DYADWATCH_POLL_MIN", "soon"),
        ("DYADWATCH_POLL_MIN", "0"),
        ("DYADWATCH_BIND", "everywhere"),
        ("DYADWATCH_ALLOW_PRIVATE_NETWORKS", "127.0.0.1/33"),
        ("DYADWATCH_LOG_FORMAT", "xml"),
        ("DYADWATCH_NETWORK_THREADS", "0"),
        ("DYADWATCH_DATABASE_URL", "not a url"),
        ("DYADWATCH_DATABASE_URL", "mysql://user:hunter2@db.example/name"),
        ("DYADWATCH_SECRET_KEYS", "hunter2"),
        ("DYADWATCH_CONTACT", "почта@example.org"),
        ("DYADWATCH_CONTACT", "a\r\nx-injected: 1"),
        ("DYADWATCH_PUBLIC_URL", "https://пример.example"),
        ("DYADWATCH_SMTP_URL", "smtp+insecure://u:hunter2@mail.example"),
        ("DYADWATCH_SMTP_URL", "mail://u:hunter2@mail.example"),
        ("DYADWATCH_SMTP_URL", "smtps://u:hunter2@mail.example:port"),
        ("DYADWATCH_MAIL_FROM", "Us <news@our.example>"),
        *(
            ("DYADWATCH_EGRESS_PROXY", url)
            for url in (
                "socks5://127.0.0.1:1080",
                "https://proxy:1",
                "http://proxy",
                "proxy:3128",
                "http://u:hunter2@proxy:3128/path",
                "http://u:hunter2@proxy:port",
            )
        ),
    ],
)
def test_an_unknown_name_or_a_malformed_value_refuses_and_is_named(name, value):
    with pytest.raises(SettingsError, match=name) as caught:
        Settings.from_environ({name: value})
    assert caught.value.code == "settings_invalid"
    assert "hunter2" not in caught.value.detail


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"DYADWATCH_BNID": "x"}, "did you mean DYADWATCH_BIND"),
        ({"DYADWATCH_ZZZ": "x"}, "see `dyadwatch settings`"),
        (
            {"DYADWATCH_BIND": "nonsense"},
            r"^DYADWATCH_BIND: not an address and a port .* as 127\.0\.0\.1:8710",
        ),
        ({"DYADWATCH_BIND": "127.0.0.1:99999"}, "a port from 1 to 65535"),
        ({"DYADWATCH_DATABASE_URL": "mysql://u@h/d"}, "begins with 'mysql', and the database is PostgreSQL"),
        ({"DYADWATCH_DATABASE_URL": "postgresql://u@h:abc/d"}, "host or port cannot be read"),
        ({"DYADWATCH_DATABASE_URL": "postgresql://u:a#b@h:1/d"}, "in a password the characters"),
    ],
)
def test_a_refusal_says_what_would_be_right(environ, words):
    with pytest.raises(SettingsError, match=words):
        Settings.from_environ(environ)


@pytest.mark.parametrize("field", Settings.model_fields)
def test_a_value_that_is_not_utf_8_refuses_and_is_named(field):
    name = f"DYADWATCH_{field.upper()}"
    with pytest.raises(SettingsError, match=f"^{name} is not UTF-8$"):
        Settings.from_environ({name: os.fsdecode(b"\xff")})
    with pytest.raises(SettingsError, match=r"is not UTF-8$"):
        Settings.from_environ({name + os.fsdecode(b"\xff"): "1"})


def test_a_longest_interval_below_the_shortest_refuses():
    with pytest.raises(SettingsError, match=r"^DYADWATCH_POLL_MAX is shorter"):
        Settings.from_environ({"DYADWATCH_POLL_MIN": "600", "DYADWATCH_POLL_MAX": "60"})


def test_secrets_never_print():
    settings = Settings.from_environ(
        {
            "DYADWATCH_DATABASE_URL": SECRET,
            "DYADWATCH_ADMIN_KEY": "dyw_hunter2",
            "DYADWATCH_EGRESS_PROXY": "http://user:hunter2@proxy.example:3128",
        }
    )
    output = repr(settings) + str(settings) + str(settings.describe())
    assert "hunter2" not in output
    assert settings.database_url.get_secret_value() == SECRET


def test_a_malformed_secret_is_not_repeated_in_the_refusal():
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({"DYADWATCH_ADMIN_KEY": "hunter2", "DYADWATCH_POLL_MIN": "hunter3"})
    assert "hunter2" not in caught.value.detail


def test_settings_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        Settings().poll_min = 1


def test_another_process_reads_the_same_settings_from_the_environment_made_of_them():
    settings = Settings(
        database_url=SECRET,
        data_dir=Path("/data"),
        allow_private_networks="127.0.0.0/8,fd00::/8",
        poll_min=2.0,
        robots_for_feeds=True,
        log_format="json",
    )
    assert Settings.from_environ(settings.to_environ()) == settings
    assert Settings.from_environ(Settings().to_environ()) == Settings()


def test_every_setting_is_described():
    names = {name for name, _, _ in Settings().describe()}
    assert names == {f"DYADWATCH_{name.upper()}" for name in Settings.model_fields}
    assert all(description for _, _, description in Settings().describe())


def test_a_traceback_of_a_refusal_quotes_no_value():
    environ = {"DYADWATCH_DATABSE_URL": SECRET, "DYADWATCH_BIND": "hunter2"}
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ(environ)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_containers_get_every_setting_that_an_operator_may_set():
    root = Path(__file__).parent.parent
    compose = yaml.safe_load((root / "compose.yaml").read_text(encoding="utf-8"))
    passed = compose["services"]["web"]["environment"]
    # Of one machine, of the image, and of commands that a person runs.
    elsewhere = {"data_dir", "bind", "log_format", "admin_key", "api_key"}
    assert set(passed) == {f"DYADWATCH_{name.upper()}" for name in Settings.model_fields.keys() - elsewhere}
    # What nobody has set is empty there, and counts as not set.
    environ = {name: value if ":-}" not in value else "" for name, value in passed.items()}
    environ |= {"DYADWATCH_DATABASE_URL": "postgresql://dyadwatch:secret@postgres:5432/dyadwatch"}
    assert Settings.from_environ(environ).rate_limit == Settings().rate_limit
