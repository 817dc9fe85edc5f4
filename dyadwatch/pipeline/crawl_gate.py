"""CrawlGate: admits requests to publishers, paced by host and within what robots.txt allows."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from dyadwatch import urls
from dyadwatch.broker import Pacing
from dyadwatch.errors import HostBusy, WebError
from dyadwatch.model.web import Admit
from dyadwatch.pipeline.robots_cache import RobotsCache
from dyadwatch.politeness import CrawlPolicy, CrawlRequest, HostLimits, SourceSpeeds, policy, rate_scopes
from dyadwatch.store import Store, sources
from dyadwatch.web import Client

_MAX_START_WAIT = 2.0  # seconds that a request waits for its start, holding its thread
_MAX_PLACE_WAIT = 4.0  # seconds that it waits for one of its host's places
# The same where its source is not known to be quick: those behind it that are, are claimed only when it gives
# up waiting.
_SHORT_PLACE_WAIT = 1.0
# Seconds until it is asked for again.
_AGAIN, _AGAIN_UNKNOWN, _AGAIN_SLOW = 0.5, 1.0, 2.0
_HANGING = 5.0  # seconds after which a request was not quick
_SCOPES_TTL = 15.0  # seconds for which the sources' rate scopes are cached


class CrawlGate:
    """Admits requests hop by hop. Safe for threads."""

    def __init__(self, store: Store, web: Client, pacing: Pacing, crawl_policy: CrawlPolicy) -> None:
        self._store = store
        self._pacing = pacing
        self._policy = crawl_policy
        self._robots = RobotsCache(store, web)
        self._lock = threading.Lock()
        self._speeds = SourceSpeeds()  # what this process has seen
        self._scopes: Mapping[int, str] = {}
        self._scopes_until = 0.0

    def feed(self, source: int | None, until: float) -> Admit:
        """For requests to a source's feeds. Entering it raises RobotsRefused where robots.txt counts for
        feeds too and forbids one."""
        return lambda url: self._admit_feed(url, source, until)

    def page(self, source: int | None, until: float) -> Admit:
        """For requests to a source's pages. Entering it raises RobotsRefused where robots.txt forbids one."""
        return lambda url: self._admit_page(url, source, until)

    def has_read_page_of(self, source: int | None, url: str) -> bool:
        """Whether this process has asked for a page of the source at the host of `url`, and so knows whether
        it is quick."""
        return self._is_quick(CrawlRequest("page", self._host(url, source), source)) is not None

    @contextmanager
    def _admit_feed(self, url: str, source: int | None, until: float) -> Iterator[None]:
        if self._policy.robots_for_feeds:
            policy.check(self._robots.rules(url, self._robots_admit(source, until), until), url)
        request = CrawlRequest("feed", self._host(url, source), source)
        is_slow = self._is_quick(request) is False
        limits = self._policy.limits(may_hang=is_slow)
        with self._pace(request, limits, until, quick=not is_slow), self._note_speed(request):
            yield

    @contextmanager
    def _admit_page(self, url: str, source: int | None, until: float) -> Iterator[None]:
        rules = self._robots.rules(url, self._robots_admit(source, until), until)
        policy.check(rules, url)
        request = CrawlRequest("page", self._host(url, source), source)
        with self._trial(request) as may_hang:
            limits = self._policy.limits(may_hang=may_hang, delay=rules.delay)
            quick = self._is_quick(request) is True
            with self._pace(request, limits, until, quick=quick), self._note_speed(request):
                yield

    def _robots_admit(self, source: int | None, until: float) -> Admit:
        limits = self._policy.limits(may_hang=False)
        return lambda url: self._pace(CrawlRequest("robots", self._host(url, source), source), limits, until)

    def _host(self, url: str, source: int | None) -> str:
        """Whose limits count for a request."""
        return rate_scopes.key(urls.host(url), self._scope(source))

    @contextmanager
    def _trial(self, request: CrawlRequest) -> Iterator[bool]:
        """Whether a page may hang: its source did when it was asked last, or is asked for the first time by
        another request at the moment, or most sources of its host hang."""
        with self._lock:
            is_first = self._speeds.begin(request)
            is_free = is_first and not self._speeds.most_hang(request)
            may_hang = not is_free and not self._speeds.is_quick(request)
        try:
            yield may_hang
        finally:
            if is_first:
                with self._lock:
                    self._speeds.end(request)

    @contextmanager
    def _pace(
        self, request: CrawlRequest, limits: HostLimits, until: float, *, quick: bool = True
    ) -> Iterator[None]:
        token = self._acquire(request, limits, until, quick=quick)
        try:
            yield
        finally:
            self._pacing.release(request.host, token)

    @contextmanager
    def _note_speed(self, request: CrawlRequest) -> Iterator[None]:
        """Notes whether a source's feed or page was quick."""
        started = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                self._speeds.note(request, quick=time.monotonic() - started < _HANGING)

    def _is_quick(self, request: CrawlRequest) -> bool | None:
        with self._lock:
            return self._speeds.is_quick(request)

    def _acquire(self, request: CrawlRequest, limits: HostLimits, until: float, *, quick: bool) -> str:
        """The token of a request that may start now. Raises HostBusy where that would take too long,
        WebError (deadline_exceeded) where it would not be before `until`."""
        place_until = time.monotonic() + (_MAX_PLACE_WAIT if quick else _SHORT_PLACE_WAIT)
        while True:
            if time.monotonic() >= until:
                raise WebError(
                    f"{request.host} was not asked before the time was up", code="deadline_exceeded"
                )
            if not quick and self._must_yield(request):
                raise self._busy(request, 0.0, quick=quick)
            max_wait = min(_MAX_START_WAIT, until - time.monotonic())
            admission = self._pacing.acquire(request.host, limits, max_wait=max_wait)
            if admission.token is not None:
                time.sleep(admission.wait)
                return admission.token
            if admission.wait > _MAX_START_WAIT:
                raise self._busy(request, admission.wait, quick=True)  # its host's delay: all wait for that
            if time.monotonic() + admission.wait >= place_until:
                raise self._busy(request, admission.wait, quick=quick)
            time.sleep(admission.wait)

    def _must_yield(self, request: CrawlRequest) -> bool:
        with self._lock:
            return self._speeds.must_yield(request, time.monotonic())

    def _busy(self, request: CrawlRequest, wait: float, *, quick: bool) -> HostBusy:
        """That a request is not sent. All of the host wait with one that is quick, those of its source with
        one that is slow, and with one of which nothing is known all but those that are quick."""
        detail = f"{request.host} has been asked often enough for now"
        if quick:
            return HostBusy(detail, wait=max(wait, _AGAIN))
        with self._lock:
            if self._speeds.is_quick(request) is False:
                return HostBusy(detail, wait=max(wait, _AGAIN_SLOW), behind=(request.source,))
            self._speeds.turn_away(request, time.monotonic())
            return HostBusy(detail, wait=max(wait, _AGAIN_UNKNOWN), ahead=self._speeds.quick(request))

    def _scope(self, source: int | None) -> str:
        if source is None:
            return rate_scopes.HOST
        with self._lock:
            if time.monotonic() >= self._scopes_until:
                with self._store.begin() as db:
                    self._scopes = sources.scopes(db)
                self._scopes_until = time.monotonic() + _SCOPES_TTL
            return self._scopes.get(source, rate_scopes.HOST)
