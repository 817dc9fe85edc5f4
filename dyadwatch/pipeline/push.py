"""WebSub, the part of the poll step that publishers start: hubs are asked to push, and what they pushed is read."""

import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from dyadwatch import feeds
from dyadwatch.errors import DyadwatchError, WebError
from dyadwatch.feeds import links, websub
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import ParsedFeed
from dyadwatch.model.hubs import ClaimedHub
from dyadwatch.model.pushes import ClaimedPush
from dyadwatch.model.steps import Step
from dyadwatch.model.web import Response
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.worker_pool import save_apart, work_through
from dyadwatch.store import entries, hubs, pushes

_log = structlog.get_logger(__name__)

_LIMIT = 4 * 2**10  # bytes of a hub's answer that are kept
_DEADLINE = 15.0  # seconds for each answer of a hub
_REDIRECTS = 3
_ASKING, _READING = 8, 4  # threads
_TRIES = 3  # turns of a push, which may have taken its process along; then it is given up
_REPEATS = timedelta(days=1)  # for which a push is known again
_PAUSE = 0.25  # seconds between two looks while other work goes on


@dataclass(frozen=True, slots=True)
class _Asked:
    due_at: datetime
    status: int | None
    failure: Failure | None


@dataclass(frozen=True, slots=True)
class _Read:
    parsed: ParsedFeed | None = None
    failure: Failure | None = None


@dataclass(slots=True)
class _AtWork:
    """How many kinds of work are under way; `over` once none is."""

    count: int
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)

    def change(self, by: int) -> None:
        with self.lock:
            self.count += by
            if self.count == 0:
                self.over.set()


def alongside(context: StepContext, seconds: float, polls: Callable[[float], int]) -> int:
    """Works `polls`, which is given the seconds it has, next to pushes and hubs, each again and again until none of the
    three is under way or about `seconds` are over: so a slow feed delays no push, and a slow hub no poll. Returns how
    many rows were worked by all."""
    until = time.monotonic() + seconds
    at_work = _AtWork(3)

    def keep_on(work: Callable[[float], int]) -> int:
        worked = 0
        while True:
            try:
                worked += work(max(0.0, until - time.monotonic()))
            finally:
                at_work.change(-1)
            if at_work.over.wait(_PAUSE) or context.stopping.is_set() or time.monotonic() >= until:
                return worked
            at_work.change(1)

    with ThreadPoolExecutor(2, thread_name_prefix="websub") as pool:
        reading = pool.submit(keep_on, lambda left: _read_pushes(context, left))
        asking = pool.submit(keep_on, lambda left: _ask_hubs(context, left))
        return keep_on(polls) + reading.result() + asking.result()


def _ask_hubs(context: StepContext, seconds: float) -> int:
    public_url = context.limits.public_url
    if public_url is None:
        return 0

    def claim(limit: int, busy: Collection[str]) -> Sequence[ClaimedHub]:
        with context.store.begin() as db:
            return hubs.claim(db, limit=limit, busy=busy)

    return work_through(
        claim,
        lambda hub: _ask(context, hub, public_url),
        lambda group: save_apart(
            lambda part: _save_asked(context, part), lambda hub: _unasked(context, hub), group
        ),
        threads=min(_ASKING, context.limits.threads),
        per_host=hubs.PER_HOST,
        seconds=seconds,
        stopping=context.stopping,
    )


def _ask(context: StepContext, hub: ClaimedHub, public_url: str) -> _Asked:
    callback = f"{public_url}/websub/{hub.token}"
    body = websub.request_body(topic=hub.topic, callback=callback, secret=hub.secret)
    try:
        response = _posted(context, hub.hub, body)
    except WebError as error:
        return _asked(context, hub, error=error)
    except Exception:
        _log.exception("a hub could not be asked", feed=hub.feed, hub=hub.hub)
        return _unasked(context, hub)
    return _asked(context, hub, response=response)


def _posted(context: StepContext, url: str, body: bytes) -> Response:
    """The hub's answer, its redirects to another hub (307, 308) followed; each is checked like the first URL."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    response = context.web.post(url, body, headers=headers, limit=_LIMIT, deadline=_DEADLINE)
    for _ in range(_REDIRECTS):
        if response.status not in (307, 308):
            break
        target = links.absolute(response.headers.get("location"), response.url)
        if target is None:
            raise WebError("The hub redirects to no usable URL", code="redirect_invalid", permanent=True)
        response = context.web.post(target, body, headers=headers, limit=_LIMIT, deadline=_DEADLINE)
    return response


def _unasked(context: StepContext, hub: ClaimedHub) -> _Asked:
    return _asked(context, hub, error=WebError("An unexpected error, see the log", code="internal_error"))


def _asked(
    context: StepContext, hub: ClaimedHub, *, response: Response | None = None, error: WebError | None = None
) -> _Asked:
    now = datetime.now(UTC)
    wait, failure = websub.after_request(
        hub.number,
        status=response.status if response else None,
        error=error,
        words=response.body.decode("utf-8", "replace") if response else "",
        retry_after=response.headers.get("retry-after") if response else None,
        now=now,
        random=context.random.random,
    )
    return _Asked(now + timedelta(seconds=wait), response.status if response else None, failure)


def _save_asked(context: StepContext, group: Sequence[tuple[ClaimedHub, _Asked]]) -> None:
    with context.store.begin() as db:
        for hub, asked in sorted(group, key=lambda pair: pair[0].feed):
            saved = hubs.save(db, hub, due_at=asked.due_at, failure=asked.failure)
            _log.info(
                "hub asked",
                feed=hub.feed,
                hub=hub.hub,
                status=asked.status,
                error=asked.failure.code if asked.failure else None,
                saved=saved,
            )


def _read_pushes(context: StepContext, seconds: float) -> int:
    def claim(limit: int, _busy: Collection[str]) -> Sequence[ClaimedPush]:
        with context.store.begin() as db:
            return pushes.claim(db, limit=limit)

    return work_through(
        claim,
        lambda push: _read(context, push),
        lambda group: save_apart(lambda part: _save_read(context, part), lambda _: _unread(), group),
        threads=_READING,
        per_host=_READING,
        seconds=seconds,
        stopping=context.stopping,
    )


def _read(context: StepContext, push: ClaimedPush) -> _Read:
    if push.number > _TRIES:
        return _failed("push_given_up", f"A push of {len(push.body)} bytes was not read in {_TRIES} turns")
    try:
        parsed = context.sandbox.call(
            feeds.parse,
            push.body,
            url=push.base,
            content_type=push.content_type,
            now=push.received_at,
            list_rule=push.list_rule,
        )
    except DyadwatchError as error:
        return _failed(error.code, f"A push could not be read: {error.detail}")
    except Exception:
        _log.exception("a push could not be read", push=push.id, feed=push.feed)
        return _unread()
    return _Read(parsed)


def _unread() -> _Read:
    return _failed("internal_error", "A push could not be read: an unexpected error, see the log")


def _failed(code: str, detail: str) -> _Read:
    return _Read(failure=Failure(code, detail, datetime.now(UTC)))


def _save_read(context: StepContext, group: Sequence[tuple[ClaimedPush, _Read]]) -> None:
    """Saves what pushes brought. Of each feed there is at most one in a group. What cannot be read is not lost: the feed
    is polled soon. Rows are locked as everywhere: feeds first, then hubs by feed."""
    group = sorted(group, key=lambda pair: pair[0].feed)
    with context.store.begin() as db:
        found = {push.feed: read.parsed.entries for push, read in group if read.parsed}
        shown = entries.recognise(db, found)
        unread = [push.feed for push, read in group if read.failure]
        if unread:
            hubs.poll_soon(db, unread, poll_min=context.limits.poll_min)
        saved = {push.feed for push, read in group if pushes.save(db, push, read.failure)}
        entries.save(db, {feed: one for feed, one in shown.items() if feed in saved})
        pushes.prune(db, list(saved), before=datetime.now(UTC) - _REPEATS)
    for push, read in group:
        _log.info(
            "push read",
            feed=push.feed,
            new=shown[push.feed].new if read.parsed else 0,
            saved=push.feed in saved,
            error=read.failure.code if read.failure else None,
        )
    if shown:
        context.hint(Step.FETCH)
