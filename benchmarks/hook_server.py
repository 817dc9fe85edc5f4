"""A receiver of webhooks: 204 to every POST, at once on 127.0.0.x, and after SECONDS on 127.0.1.x.

usage: python benchmarks/hook_server.py PORT [SECONDS]
"""

import asyncio
import re
import sys

import uvloop

_ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Receiver(asyncio.Protocol):
    """Answers each request of a connection, in order."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._buffer = b""

    def connection_made(self, transport) -> None:
        self._transport = transport
        is_slow = transport.get_extra_info("sockname")[0].startswith("127.0.1.")
        self._delay = self._seconds if is_slow else 0.0

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            match = _LENGTH.search(self._buffer, 0, end)
            whole = end + 4 + (int(match[1]) if match else 0)
            if len(self._buffer) < whole:
                return
            self._buffer = self._buffer[whole:]
            if self._delay:
                asyncio.get_running_loop().call_later(self._delay, self._answer)
            else:
                self._answer()

    def _answer(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(_ANSWER)


async def main(port: int, seconds: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Receiver(seconds), "0.0.0.0", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 15.0))
