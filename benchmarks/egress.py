"""CPU per GET through the guard beside plain urllib3, and time and memory of hostile responses.

    python benchmarks/egress.py [requests]

Prints CPU microseconds per GET on a kept loopback connection (the server runs in another process), as the
best of five rounds; then, for each hostile response, seconds until it is cut off (deadline 2 s, limit 5 MB)
and growth of peak memory. Both ways must get the whole page, and no hostile response may be accepted.
"""

import gzip
import multiprocessing
import resource
import socket
import sys
import threading
import time
import zlib
from contextlib import suppress
from ipaddress import ip_network

import brotli
import urllib3
from backports import zstd
from checks import check

from dyadwatch.errors import WebError
from dyadwatch.web import Client

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"transfer-encoding: chunked\r\n\r\n"
PAGE = OK + b"content-type: text/html\r\ncontent-length: 20000\r\n\r\n" + b"x" * 20_000
ZEROS = 1 << 30


def _deflate(wbits):
    squeeze = zlib.compressobj(9, wbits=wbits)
    block = bytes(1 << 20)
    return b"".join(squeeze.compress(block) for _ in range(ZEROS >> 20)) + squeeze.flush()


def _whole(coding, body):
    return OK + b"content-encoding: %b\r\ncontent-length: %d\r\n\r\n" % (coding, len(body)) + body, b"", 0


ATTACKS = {
    "endless body": lambda: (CHUNKED, b"10000\r\n" + bytes(65536) + b"\r\n", 0),
    "chunk of size -1": lambda: (CHUNKED + b"-1\r\n", bytes(65536), 0),
    "gzip bomb (1 GB)": lambda: _whole(b"gzip", _deflate(31)),
    "gzip in gzip": lambda: _whole(b"gzip, gzip", gzip.compress(_deflate(31))),
    "brotli bomb (256 MB)": lambda: _whole(b"br", brotli.compress(bytes(1 << 28), quality=1)),
    "zstd bomb, 128 MB window": lambda: _whole(
        b"zstd", zstd.compress(bytes(1 << 28), options={zstd.CompressionParameter.window_log: 27})
    ),
    "a byte at a time": lambda: (OK + b"content-length: 99999\r\n\r\n", b"x", 0.2),
    "endless 100 Continue": lambda: (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0),
    "slow 100 Continue": lambda: (b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.2),
    "endless headers": lambda: (OK, b"x-more: and more\r\n" * 100, 0),
    "slow headers": lambda: (OK, b"x: y\r\n", 0.2),
    "silence": lambda: (b"", b"", 0),
}


def _serve(listener, start, piece, pause):
    def respond(connection):
        with suppress(OSError), connection:
            while connection.recv(65536):
                connection.sendall(start)
                while piece:
                    connection.sendall(piece)
                    time.sleep(pause)

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=respond, args=(connection,), daemon=True).start()


def _cpu_per_get(gets, count):
    best = [float("inf")] * len(gets)
    for _ in range(5):
        for index, get in enumerate(gets):  # in turns, so that a busy moment of the machine meets each
            started = time.process_time()
            for _ in range(count):
                get()
            best[index] = min(best[index], time.process_time() - started)
    return [seconds / count * 1e6 for seconds in best]


def _start_server(start, piece=b"", pause=0):
    listener = socket.create_server(("127.0.0.1", 0))
    process = multiprocessing.get_context("fork").Process(
        target=_serve, args=(listener, start, piece, pause), daemon=True
    )
    process.start()
    return process, f"http://127.0.0.1:{listener.getsockname()[1]}/"


def _attack(url, results):
    client = Client(allow_private=[ip_network("127.0.0.0/8")], user_agent="benchmark")
    before, started, outcome = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic(), "answer"
    try:
        client.get(url, limit=5_000_000, deadline=2)
    except WebError as error:
        outcome = error.code
    seconds = time.monotonic() - started
    results.put((outcome, seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024))


def _cost(count):
    process, url = _start_server(PAGE)
    client = Client(allow_private=[ip_network("127.0.0.0/8")], user_agent="benchmark")
    pool = urllib3.PoolManager()
    headers = {"user-agent": "benchmark", "accept-encoding": "gzip, deflate, br, zstd"}
    sizes = [len(pool.request("GET", url, headers=headers, retries=False, timeout=5).data)]
    sizes.append(len(client.get(url, limit=5_000_000, deadline=5).body))
    check(sizes == [20_000, 20_000], f"the page of 20,000 bytes came as {sizes}")
    plain, guarded = _cpu_per_get(
        [
            lambda: pool.request("GET", url, headers=headers, retries=False, timeout=5).data,
            lambda: client.get(url, limit=5_000_000, deadline=5),
        ],
        count,
    )
    print(
        f"plain urllib3 {plain:.0f} us, guarded {guarded:.0f} us per GET of 20 kB: {guarded / plain - 1:+.0%}"
    )
    process.terminate()


def main():
    _cost(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
    fresh = multiprocessing.get_context("spawn")
    for name, make in ATTACKS.items():
        process, url = _start_server(*make())
        results = fresh.Queue()
        victim = fresh.Process(target=_attack, args=(url, results))
        victim.start()
        outcome, seconds, growth = results.get(timeout=30)
        victim.join()
        check(outcome != "answer", f"{name} was accepted")
        process.terminate()
        print(f"{name:28} {outcome:18} {seconds:5.2f} s  {growth:6.1f} MB")


if __name__ == "__main__":
    main()
