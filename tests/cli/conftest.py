"""Commands that compile watches once and know no authorities, and a real endpoint for them to post to."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from local_site import Site


@pytest.fixture
def endpoint(monkeypatch):
    """The URL of a server that accepts webhooks at /good alone, on a network that may be reached."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204 if self.path == "/good" else 500)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setenv("DYADWATCH_ALLOW_PRIVATE_NETWORKS", "127.0.0.0/8")
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def site():
    """A small web; its addresses are not public."""
    site = Site()
    yield site
    site.close()


@pytest.fixture(autouse=True)
def _prepared(compiled_once, without_certificates):
    """For commands that are run in this process."""
