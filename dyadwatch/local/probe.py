"""Asks our own servers whether they are up, over a bare socket: no HTTP client is loaded for one line."""

import socket
import sys


def http_status(address: str, path: str, *, seconds: float = 2.0) -> int | None:
    """The status that host:port answers to a GET, None where nothing answers."""
    request = f"GET {path} HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode()
    words = _ask(split(address), request, seconds).split(b" ", 2)
    return int(words[1]) if len(words) > 1 and words[0].startswith(b"HTTP/") and words[1].isdigit() else None


def valkey_answers(port: int, password: str) -> bool:
    """Whether a Valkey on loopback with this password answers PING."""
    return b"+PONG" in _ask(("127.0.0.1", port), f"AUTH {password}\r\nPING\r\nQUIT\r\n".encode(), 1.0)


def listening_problem(address: str) -> str | None:
    """Why no server of ours could listen on host:port now, in the system's words; None where one could."""
    host, port = split(address)
    if not 0 < port < 65_536:
        return f"there is no port {port}"
    try:
        family, kind, protocol, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return None


def split(address: str) -> tuple[str, int]:
    """host:port as a pair; an IPv6 host loses its brackets."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def reachable(address: str) -> str:
    """host:port as a person on this machine opens it: "any address" becomes loopback."""
    host, port = split(address)
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _ask(address: tuple[str, int], request: bytes, seconds: float) -> bytes:
    try:
        with socket.create_connection(address, timeout=seconds) as connection:
            connection.sendall(request)
            answer = b""
            while len(answer) < 4096 and (piece := connection.recv(4096)):
                answer += piece
            return answer
    except OSError:
        return b""


if __name__ == "__main__":
    sys.exit(0 if http_status(sys.argv[1], sys.argv[2]) == 200 else 1)
