"""Whether our servers answer, and whether an address can be listened on."""

import runpy
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dyadwatch.local import probe
from dyadwatch.local.probe import bind_error, http_status, local_address, split_address, valkey_answers


@pytest.fixture
def server():
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/readyz" else 503)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_status_of_a_response(server):
    assert http_status(server, "/readyz") == 200
    assert http_status(server, "/other") == 503


def test_no_answer_is_none():
    assert http_status("127.0.0.1:1", "/") is None


def test_a_server_that_speaks_no_http_has_no_status(redis_url):
    assert http_status(redis_url.split("/")[2], "/") is None


def test_as_a_program_it_is_a_health_check(server, monkeypatch):
    for path, code in (("/readyz", 0), ("/other", 1)):
        monkeypatch.setattr(sys, "argv", ["probe", server, path])
        with pytest.raises(SystemExit) as exit_:
            runpy.run_path(probe.__file__, run_name="__main__")
        assert exit_.value.code == code


def test_a_port_in_use_is_an_error_and_a_free_one_is_none(server):
    assert "in use" in bind_error(server)
    with socket.socket() as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(("127.0.0.1", 0))
        assert bind_error(f"127.0.0.1:{reserved.getsockname()[1]}") is None
    assert bind_error("127.0.0.1:99999")
    assert bind_error("203.0.113.1:80")


def test_a_local_address_can_be_opened_in_a_browser():
    assert local_address("0.0.0.0:8710") == "127.0.0.1:8710"
    assert local_address("[::]:8710") == "[::1]:8710"
    assert local_address("example.org:1") == "example.org:1"
    assert split_address("[::1]:80") == ("::1", 80)


def test_a_valkey_without_our_password_is_not_ours():
    assert not valkey_answers(1, "x")
