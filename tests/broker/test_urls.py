"""The URLs of brokers are read, or refused with a message that names the variable and no secret."""

import pytest

from dyadwatch.broker import read_url
from dyadwatch.errors import SettingsError


@pytest.mark.parametrize(
    ("url", "kind", "tls", "endpoints", "database"),
    [
        ("redis://localhost", "redis", False, [("localhost", 6379)], 0),
        ("valkey://:secret@[::1]:7000/2", "redis", False, [("::1", 7000)], 2),
        ("rediss://user:secret@cache.example/1", "redis", True, [("cache.example", 6379)], 1),
        ("valkeys://cache.example", "redis", True, [("cache.example", 6379)], 0),
        ("sentinel://a,b:1/mine/3", "sentinel", False, [("a", 26379), ("b", 1)], 3),
        ("redis+cluster://a:1,b:2", "cluster", False, [("a", 1), ("b", 2)], 0),
        ("amqps://user:secret@mq.example", "amqp", True, [("mq.example", 5671)], 0),
        ("sqs://key:secret@?region=eu-west-1", "sqs", True, [], 0),
    ],
)
def test_a_url_names_a_kind_of_server_and_where_it_is(url, kind, tls, endpoints, database):
    read = read_url(url, "URL")
    assert (read.kind, read.tls, list(read.endpoints), read.database) == (kind, tls, endpoints, database)
    assert "secret" not in read.address + repr(read)


def test_a_password_may_hold_any_character():
    read = read_url("redis://us%40er:p%2F%3A%40s@host/0", "URL")
    assert (read.username, read.password) == ("us@er", "p/:@s")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://user:secret@host", "'http' is not supported"),
        ("memcached", "is not supported"),
        ("redis://:secret@a,b", "several hosts need sentinel://"),
        ("redis://:secret@host/one", "the path must be a database's number"),
        ("redis://:secret@host:port", "a host or port is malformed"),
        ("redis://:secret@host?ssl_ca_certs=x", "'ssl_ca_certs' is not known for redis"),
        ("rediss://:secret@host?ssl_cert_reqs=maybe", "ssl_cert_reqs must be"),
        ("sentinel://:secret@host", "name the primary"),
        ("redis+cluster://:secret@host/1", "database 0 alone"),
    ],
)
def test_what_cannot_be_used_is_refused_without_showing_secrets(url, message):
    with pytest.raises(SettingsError) as caught:
        read_url(url, "DYADWATCH_REDIS_URL")
    assert "DYADWATCH_REDIS_URL" in caught.value.detail
    assert message in caught.value.detail
    assert "secret" not in caught.value.detail


def test_certificate_and_name_of_a_server_are_checked_unless_the_url_says_otherwise():
    assert read_url("redis://host", "URL").tls_options() == {}
    checked = read_url("rediss://host?ssl_ca_certs=ca.pem", "URL").tls_options()
    assert (checked["ssl_cert_reqs"].name, checked["ssl_check_hostname"]) == ("CERT_REQUIRED", True)
    assert checked["ssl_ca_certs"] == "ca.pem"
    unchecked = read_url("rediss://host?ssl_cert_reqs=none", "URL").tls_options()
    assert (unchecked["ssl_cert_reqs"].name, unchecked["ssl_check_hostname"]) == ("CERT_NONE", False)
