"""Looking up names within a bound of time and threads."""

import socket
import threading
from ipaddress import ip_address

import pytest

from dyadwatch.errors import WebError
from dyadwatch.web import resolver


def test_a_name_has_its_addresses_once_each_in_order(names):
    """Repeats are dropped, the system's preference is kept."""
    names["two.test"] = [["2606:4700::1111", "1.1.1.1", "2606:4700::1111"]]
    assert resolver.resolve("two.test", 1) == (ip_address("2606:4700::1111"), ip_address("1.1.1.1"))


def test_a_literal_needs_no_look_up(monkeypatch):
    """An address is its own answer."""
    monkeypatch.setattr(socket, "getaddrinfo", None)
    assert resolver.resolve("192.0.2.7", 0) == (ip_address("192.0.2.7"),)


def test_an_unknown_name_fails(names):
    """A name without address is dns_failed, which may pass."""
    with pytest.raises(WebError) as raised:
        resolver.resolve("nowhere.test", 1)
    assert (raised.value.code, raised.value.permanent) == ("dns_failed", False)


def test_an_answer_without_addresses_fails(names):
    """An empty answer is no answer."""
    names["empty.test"] = [[]]
    with pytest.raises(WebError) as raised:
        resolver.resolve("empty.test", 1)
    assert raised.value.code == "dns_failed"


def test_a_stuck_look_up_is_left_behind_in_time(monkeypatch):
    """Look-ups that hang cost their caller its deadline, and others theirs only when all threads hang."""
    release = threading.Event()

    def stuck(*_, **__):
        release.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "timed out")

    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    monkeypatch.setattr(resolver, "_slots", threading.BoundedSemaphore(1))
    for _ in range(2):  # the second finds no free thread
        with pytest.raises(WebError) as raised:
            resolver.resolve("stuck.test", 0.1)
        assert raised.value.code == "deadline_exceeded"
    release.set()
    with pytest.raises(WebError) as raised:
        resolver.resolve("stuck.test", 60)
    assert raised.value.code == "dns_failed"


def test_a_system_without_threads_fails_as_dns(monkeypatch):
    """Where no thread can be had the look-up fails, and its place is given back."""

    def start(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    for _ in range(resolver.MAX_LOOKUPS + 1):
        with pytest.raises(WebError) as raised:
            resolver.resolve("name.test", 0.1)
        assert raised.value.code == "dns_failed"
