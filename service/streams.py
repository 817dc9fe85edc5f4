"""Streams: responses of server-sent events that go on as long as the client stays.

The application answers a request for a stream with the events that there are, like any other request, and the
last id. Here the response is kept open: whenever there is something new, and at each heartbeat, the same
request is made again with that id as its Last-Event-ID, so a key that was revoked or has expired, or a filter
that is refused now, ends it. A stream that waits has no thread, and streams that would be answered alike
share one answer.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from dyadwatch.errors import DyadwatchError
from service.wsgi_bridge import HttpResponse, Scope

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Respond = Callable[[Scope], Awaitable[HttpResponse]]
MEDIA_TYPE = b"text/event-stream"
_ID = re.compile(rb"^id: (\d+)$", re.MULTILINE)
_LAST_EVENT_ID = b"last-event-id"
_SHARED_BY = frozenset({b"authorization", b"cookie", b"accept"})  # what answers depend on, beside the query
_HEARTBEAT = b": still here\n\n"
_PASSING = frozenset({200, 429, 503})  # statuses after which a stream goes on


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """`total` streams at a time; `heartbeat` seconds without an event until a comment is sent, and the
    request made again, unless that was done `fresh` seconds ago by a stream that is answered alike; `look`
    seconds after which rows are looked at where no wake-up comes; `apart` is the least time between looks,
    `pause` how long a stream that was refused for now waits; `shared` bounds the answers that are kept."""

    total: int = 600
    heartbeat: float = 15.0
    fresh: float = 1.0
    look: float = 1.0
    apart: float = 0.2
    pause: float = 1.0
    shared: int = 32


@dataclass(frozen=True, slots=True)
class _SharedAnswer:
    """What streams that ask for the same are answered, and since when, by the clock of the loop."""

    at: float
    answer: asyncio.Future[HttpResponse]


class Streams:
    """All streams of a process. `wait` waits so many seconds for a wake-up, which says that there may be
    something new (None: none can come), `newest` reads a number that changes with it; both block, in a thread
    of their own that is there while there are streams. Used by the event loop's thread alone."""

    def __init__(
        self,
        wait: Callable[[float], bool | None],
        newest: Callable[[], int],
        limits: StreamLimits | None = None,
    ) -> None:
        self.limits = limits or StreamLimits()
        self._wait, self._newest = wait, newest
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="streams")
        self._open = 0
        self._news = asyncio.Event()  # replaced by another one when it is set
        self._answers: OrderedDict[object, _SharedAnswer] = OrderedDict()
        self._watch: asyncio.Task[None] | None = None

    @property
    def open(self) -> int:
        """How many there are."""
        return self._open

    @property
    def is_full(self) -> bool:
        """Whether there may be no more."""
        return self._open >= self.limits.total

    async def go_on(
        self, scope: Scope, receive: Receive, send: Send, begun: HttpResponse, respond: Respond
    ) -> None:
        """Sends what `begun` has and whatever follows, until the client goes or is not answered any more."""
        self._open += 1
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look())
        gone = asyncio.create_task(_disconnection(receive))
        follow = asyncio.create_task(self._follow(scope, send, begun, respond))
        try:
            # Without the watch nobody would be told of anything: clients come again.
            await asyncio.wait({gone, follow, self._watch}, return_when=asyncio.FIRST_COMPLETED)
            if not gone.done():
                follow.cancel()
                await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            follow.cancel()
            self._open -= 1
            if not self._open:
                self._watch.cancel()
                self._answers.clear()

    async def _follow(self, scope: Scope, send: Send, begun: HttpResponse, respond: Respond) -> None:
        headers = without_length(begun).headers
        await send({"type": "http.response.start", "status": begun.status, "headers": headers})
        answer, position, age, news = begun, b"", inf, self._news
        while answer.status in _PASSING:
            last = (_ID.findall(answer.body) or [position])[-1]
            if answer.status != 200:
                await asyncio.sleep(self.limits.pause)
            elif last != position:  # there may be more
                position, age = last, inf
                await send({"type": "http.response.body", "body": answer.body, "more_body": True})
            elif not await self._wait_for_news(news):
                await send({"type": "http.response.body", "body": _HEARTBEAT, "more_body": True})
                age = self.limits.fresh
            news = self._news  # also of what comes while this is asked for
            answer = await self._answer(scope, position, respond, age)

    async def _wait_for_news(self, news: asyncio.Event) -> bool:
        """Whether there is something new before the next heartbeat is due."""
        try:
            async with asyncio.timeout(self.limits.heartbeat):
                return await news.wait()
        except TimeoutError:
            return False

    async def _answer(self, scope: Scope, after: bytes, respond: Respond, age: float) -> HttpResponse:
        """What the application answers now; an answer that another stream has asked for since the last news,
        if it is no older than `age` seconds."""
        headers = [header for header in scope["headers"] if header[0] != _LAST_EVENT_ID]
        shared = frozenset(header for header in headers if header[0] in _SHARED_BY)
        key = scope["path"], scope["query_string"], shared, after
        now = asyncio.get_running_loop().time()
        shared_answer = self._answers.get(key)
        if shared_answer is None or now - shared_answer.at > age:
            again = {**scope, "headers": [*headers, (_LAST_EVENT_ID, after)]}
            shared_answer = self._answers[key] = _SharedAnswer(now, asyncio.ensure_future(respond(again)))
            if len(self._answers) > self.limits.shared:
                self._answers.popitem(last=False)
        answer = await asyncio.shield(shared_answer.answer)
        if answer.status != 200 and self._answers.get(key) is shared_answer:
            del self._answers[key]  # the next may be answered
        return answer

    async def _look(self) -> None:
        """Wakes the streams whenever there is something new."""
        loop = asyncio.get_running_loop()
        known, looked = -1, loop.time() - self.limits.look
        while True:
            is_woken = await loop.run_in_executor(self._executor, self._wait, min(1.0, self.limits.look))
            if is_woken is False and loop.time() < looked + self.limits.look:
                continue
            looked = loop.time()
            with suppress(DyadwatchError):  # the database is away: it is asked again soon
                newest = await loop.run_in_executor(self._executor, self._newest)
                if newest != known:
                    known = newest
                    self._answers.clear()
                    self._news.set()
                    self._news = asyncio.Event()
            await asyncio.sleep(self.limits.apart)


def is_stream(response: HttpResponse) -> bool:
    """Whether a response is one that goes on."""
    kind = next((value for name, value in response.headers if name.lower() == b"content-type"), b"")
    return response.status == 200 and kind.startswith(MEDIA_TYPE)


def without_length(response: HttpResponse) -> HttpResponse:
    """The response without a length, which a stream has none of."""
    headers = [header for header in response.headers if header[0].lower() != b"content-length"]
    return replace(response, headers=headers)


async def _disconnection(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
