"""What idle streams take of a web process, and how soon an event has reached them all.

    python benchmarks/streams.py [CLIENTS]      500 without an argument

Starts a PostgreSQL, a Valkey and one web process, opens the streams from one address, and lets them idle for
a while. Memory is what the process has resident beyond what it had before, CPU what it used in a second of
idling; then an event is stored and its wake-up sent, and the time is taken until the last client has it.
"""

import os
import select
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from checks import check
from servers import environment, servers
from sqlalchemy import text

from dyadwatch import bootstrap
from dyadwatch.model.alerts import AlertEvent
from dyadwatch.settings import Settings
from dyadwatch.store import alert_events, keys

IDLE_SECONDS = 10
_ALERT = text("""
WITH story AS (INSERT INTO stories (title) VALUES ('s') RETURNING id)
INSERT INTO alerts (watch_id, story_id, score, level, document)
SELECT 'assad-khamenei', id, .9, 'person', '{}' FROM story RETURNING id
""")


def main(clients: int) -> None:
    with servers() as settings:
        product = bootstrap.build(settings)
        with product.store.begin() as db:
            _, token = keys.create(db, "streams", ["read"])
        with web(settings) as (address, process):
            _open(address, token).close()  # what the first request loads is not a stream's
            before = _resident(process)
            streams = [_open(address, token) for _ in range(clients)]
            cpu = _cpu(process)
            time.sleep(IDLE_SECONDS)
            cpu = (_cpu(process) - cpu) / IDLE_SECONDS
            grown = _resident(process) - before
            started = time.monotonic()
            with product.store.begin() as db:
                alert = db.execute(_ALERT).scalar_one()
                event = AlertEvent(alert, "alert.created", uuid.uuid4().hex, '{"data": {"id": 1}}')
                alert_events.add(db, event, [])
            product.wakeups.send()
            _receive(streams)
            seconds = time.monotonic() - started
        product.close()
    print(
        f"{clients} streams: {grown / 2**20:.1f} MiB, {cpu:.1%} of a core idle, all had an event after {seconds:.2f} s"
    )
    check(grown < 150 * 2**20, "idle streams take too much memory")
    check(seconds < 1, "an event takes too long")


@contextmanager
def web(settings: Settings) -> Iterator[tuple[tuple[str, int], int]]:
    """The address of a web process, and its id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()
    unlimited = {"DYADWATCH_CONNECTIONS_PER_ADDRESS": "0", "DYADWATCH_RATE_LIMIT": "0"}
    command = [sys.executable, "-m", "service.server", address[0], str(address[1])]
    with subprocess.Popen(command, env=environment(settings) | unlimited) as web:
        try:
            while True:
                with suppress(OSError):
                    socket.create_connection(address, timeout=1).close()
                    break
                time.sleep(0.1)
            yield address, web.pid
        finally:
            web.terminate()


def _open(address: tuple[str, int], token: str) -> socket.socket:
    connection = socket.create_connection(address, timeout=30)
    connection.sendall(
        f"GET /v1/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    )
    begun = b""
    while b"id: " not in begun:
        begun += connection.recv(4096)
    return connection


def _receive(streams: list[socket.socket]) -> None:
    """Reads until each was sent an event."""
    waiting = {stream.fileno(): stream for stream in streams}
    poll = select.poll()
    for number in waiting:
        poll.register(number, select.POLLIN)
    while waiting:
        for number, _ in poll.poll(30_000):
            if b"event: alert.created" in waiting[number].recv(65_536):
                poll.unregister(number)
                del waiting[number]


def _resident(process: int) -> int:
    statm = Path(f"/proc/{process}/statm").read_text(encoding="ascii")
    return int(statm.split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
