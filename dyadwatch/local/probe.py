"""Whether our own servers answer, asked over a bare socket: no HTTP client is loaded for one line."""

import socket
import sys


def http_status(address: str, path: str, *, timeout: float = 2.0) -> int | None:
    """The status that host:port answers to a GET, None where nothing answers."""
    request = f"GET {path} HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode()
    fields = _exchange(split_address(address), request, timeout).split(b" ", 2)
    if len(fields) > 1 and fields[0].startswith(b"HTTP/") and fields[1].isdigit():
        return int(fields[1])
    return None


def valkey_answers(port: int, password: str) -> bool:
    """Whether a Valkey on loopback with this password answers PING."""
    return b"+PONG" in _exchange(("127.0.0.1", port), f"AUTH {password}\r\nPING\r\nQUIT\r\n".encode(), 1.0)


def bind_error(address: str) -> str | None:
    """Why no server of ours could listen on host:port now, in the system's words; None where one could."""
    host, port = split_address(address)
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


def split_address(address: str) -> tuple[str, int]:
    """host:port as a pair; an IPv6 host loses its brackets."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def local_address(address: str) -> str:
    """host:port as a browser on this machine opens it: "any address" becomes loopback."""
    host, port = split_address(address)
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _exchange(address: tuple[str, int], request: bytes, timeout: float) -> bytes:
    """The first bytes of the response, empty where there is none."""
    try:
        with socket.create_connection(address, timeout=timeout) as connection:
            connection.sendall(request)
            response = b""
            while len(response) < 4096 and (chunk := connection.recv(4096)):
                response += chunk
            return response
    except OSError:
        return b""


if __name__ == "__main__":
    sys.exit(0 if http_status(sys.argv[1], sys.argv[2]) == 200 else 1)
