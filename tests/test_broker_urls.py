"""The URLs of brokers are read, or refused with a message that names the variable and no secret."""

import traceback

import pytest

from dyadwatch.broker_urls import read_broker_url, read_pacing_url
from dyadwatch.errors import SettingsError
from dyadwatch.settings import Settings


@pytest.mark.parametrize(
    ("url", "kind", "tls", "endpoints", "database"),
    [
        ("redis://localhost", "redis", False, [("localhost", 6379)], 0),
        ("valkey://:secret@[::1]:7000/2", "redis", False, [("::1", 7000)], 2),
        ("rediss://user:secret@cache.example/1", "redis", True, [("cache.example", 6379)], 1),
        ("valkeys://cache.example", "redis", True, [("cache.example", 6379)], 0),
        ("unix:///run/redis.sock?db=4", "unix", False, [], 4),
        ("sentinel://a,b:1/mine/3", "sentinel", False, [("a", 26379), ("b", 1)], 3),
        ("rediss+sentinel://a/mine", "sentinel", True, [("a", 26379)], 0),
        ("redis+cluster://a:1,b:2", "cluster", False, [("a", 1), ("b", 2)], 0),
        ("amqps://user:secret@mq.example", "amqp", True, [("mq.example", 5671)], 0),
        ("sqs://key:secret@?region=eu-west-1", "sqs", True, [], 0),
    ],
)
def test_a_url_names_a_kind_of_server_and_where_it_is(url, kind, tls, endpoints, database):
    read = read_pacing_url(url) if kind == "cluster" else read_broker_url(url)
    assert (read.kind, read.tls, list(read.endpoints), read.database) == (kind, tls, endpoints, database)
    assert "secret" not in read.address + repr(read)


def test_a_password_may_hold_any_character():
    read = read_broker_url("redis://us%40er:p%2F%3A%40s@host/0")
    assert (read.username, read.password) == ("us@er", "p/:@s")


UNUSABLE = [
    ("http://user:hunter2@host", "http:// is not supported"),
    ("unix:///run/redis.sock?password=hunter2", "is not known; there are db, key_prefix"),
    ("unix://:hunter2@host/run/redis.sock", "name the socket by its whole path"),
    ("unix://:hunter2@", "name the socket by its whole path"),
    ("unix:///run/redis.sock?db=one", "db must be a database's number"),
    ("memory://", "use one of redis://, rediss://"),
    (":hunter2@host:6379/0", "a URL without a scheme is not supported"),
    ("user:hunter2://host", "a URL without a scheme is not supported"),
    ("redis://:hunter2@a,b", "several hosts need sentinel://"),
    ("redis://:hunter2@host/one", "the path must be a database's number"),
    ("redis://:hunter2@host/-1", "the path must be a database's number"),
    ("redis://:hunter2@host:port", "a host or port is malformed"),
    ("redis://:hunter2/and/more@host", "must be percent-encoded"),
    ("redis://:hunter2@host?ssl_ca_certs=x", "is not known; there are key_prefix"),
    ("redis://user:12?hunter2@host/0", "an option after the question mark is not known"),
    ("rediss://:hunter2@host?ssl_cert_reqs=maybe", "ssl_cert_reqs must be"),
    ("rediss://:hunter2@host?ssl_ca_certs=/hunter2/none.pem", "the file of ssl_ca_certs is not there"),
    ("redis://:hunter2@host?key_prefix={a}", "key_prefix must not contain"),
    ("sentinel://:hunter2@host", "name the primary"),
    ("sentinel://:hunter2@host/mine/one", "the path must be a database's number"),
]


@pytest.mark.parametrize(
    ("variable", "url", "message"),
    [
        *(
            (variable, *case)
            for variable in ("DYADWATCH_REDIS_URL", "DYADWATCH_PACING_URL")
            for case in UNUSABLE
        ),
        ("DYADWATCH_REDIS_URL", "redis+cluster://:hunter2@host", "the cluster in DYADWATCH_PACING_URL"),
        ("DYADWATCH_PACING_URL", "redis+cluster://:hunter2@host/1", "database 0 alone"),
        ("DYADWATCH_PACING_URL", "amqp://user:hunter2@host", "only Redis and Valkey can count"),
        ("DYADWATCH_PACING_URL", "sqs://user:hunter2@", "only Redis and Valkey can count"),
    ],
)
def test_what_cannot_be_used_is_refused_without_showing_secrets(variable, url, message):
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({variable: url})
    assert variable in caught.value.detail
    assert message in caught.value.detail
    assert "\n" not in caught.value.detail
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_certificate_and_name_of_a_server_are_checked_unless_the_url_says_otherwise():
    assert read_broker_url("redis://host").tls_options() == {}
    checked = read_broker_url("rediss://host?ssl_ca_certs=ca.pem").tls_options()
    assert (checked["ssl_cert_reqs"].name, checked["ssl_check_hostname"]) == ("CERT_REQUIRED", True)
    assert checked["ssl_ca_certs"] == "ca.pem"
    unchecked = read_broker_url("rediss://host?ssl_cert_reqs=none").tls_options()
    assert (unchecked["ssl_cert_reqs"].name, unchecked["ssl_check_hostname"]) == ("CERT_NONE", False)
