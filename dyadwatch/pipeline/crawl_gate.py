"""CrawlGate: requests to publishers as they may wish them, paced by host and within what robots.txt allows."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from dyadwatch import urls
from dyadwatch.broker.pacing import Pacing
from dyadwatch.errors import HostBusy, RobotsRefused, WebError
from dyadwatch.model.web import Robots
from dyadwatch.politeness import rate_scopes, robots
from dyadwatch.store import Store
from dyadwatch.store import robots as robot_rows
from dyadwatch.store import sources as source_rows
from dyadwatch.web import Client

Admit = Callable[[str], AbstractContextManager[None]]

_ROBOTS_DEADLINE = 10.0  # seconds
_PATIENCE = 2.0  # seconds that a request waits for its start, holding its thread
_BUSY_PATIENCE = 4.0  # seconds that it waits for one of its host's places
_SCOPES_FRESH = 15.0  # seconds for which the sources' scopes are believed
_KEPT_RULES = 2_000  # origins


@dataclass(frozen=True, slots=True)
class CrawlPolicy:
    """How hosts are treated: requests at once, starts a second, and whether robots.txt speaks for feeds too, which
    the operator has chosen one by one."""

    at_once: int = 2
    per_second: float = 8.0
    robots_for_feeds: bool = False


class CrawlGate:
    """Admits requests hop by hop. Safe for threads."""

    def __init__(self, store: Store, web: Client, pacing: Pacing, manners: CrawlPolicy) -> None:
        self._store = store
        self._web = web
        self._pacing = pacing
        self._manners = manners
        self._lock = threading.Lock()
        self._asking: dict[str, threading.Lock] = {}
        self._rules: dict[str, tuple[datetime, robots.Rules]] = {}
        self._scopes: Mapping[int, str] = {}
        self._scopes_until = 0.0

    def feed(self, source: int | None) -> Admit:
        """For polls of a source's feeds."""
        return lambda url: self._admitted(url, source, page=False, obey=self._manners.robots_for_feeds)

    def page(self, source: int | None) -> Admit:
        """For its pages. Raises RobotsRefused where they are not for us."""
        return lambda url: self._admitted(url, source, page=True, obey=True)

    @contextmanager
    def _admitted(self, url: str, source: int | None, *, page: bool, obey: bool) -> Iterator[None]:
        delay = 0.0
        if obey:
            rules = self._rules_of(url, source)
            if not rules.allows(url):
                raise _refused(url, rules)
            delay = rules.delay if page else 0.0
        # Pages leave one place free, so that a slow page does not hold up its publisher's feed.
        most = max(1, self._manners.at_once - 1) if page else self._manners.at_once
        host = rate_scopes.key(urls.host(url), self._scope(source))
        token = self._entered(host, most, delay)
        try:
            yield
        finally:
            self._pacing.leave(host, token)

    def _entered(self, host: str, most: int, delay: float) -> str:
        spacing = 1 / self._manners.per_second
        until = time.monotonic() + _BUSY_PATIENCE
        while True:
            admission = self._pacing.enter(host, most=most, spacing=spacing, delay=delay, patience=_PATIENCE)
            if admission.token is not None:
                time.sleep(admission.wait)
                return admission.token
            if admission.wait > _PATIENCE or time.monotonic() + admission.wait >= until:
                raise HostBusy(f"{host} has been asked often enough for now", wait=max(admission.wait, 0.5))
            time.sleep(admission.wait)

    def _scope(self, source: int | None) -> str:
        if source is None:
            return rate_scopes.HOST
        with self._lock:
            if time.monotonic() >= self._scopes_until:
                with self._store.begin() as db:
                    self._scopes = source_rows.scopes(db)
                self._scopes_until = time.monotonic() + _SCOPES_FRESH
            return self._scopes.get(source, rate_scopes.HOST)

    def _rules_of(self, url: str, source: int | None) -> robots.Rules:
        origin = robots.origin(url)
        now = datetime.now(UTC)
        kept = self._rules.get(origin)
        if kept is not None and now < kept[0]:
            return kept[1]
        with self._lock:
            asking = self._asking.setdefault(origin, threading.Lock())
        with asking:
            kept = self._rules.get(origin)
            if kept is not None and now < kept[0]:
                return kept[1]
            known = self._asked(origin, source, now)
            rules = robots.rules(known)
            with self._lock:
                if len(self._rules) >= _KEPT_RULES:
                    self._rules.clear()
                self._rules[origin] = (known.expires_at, rules)
                self._asking.pop(origin, None)
            return rules

    def _asked(self, origin: str, source: int | None, now: datetime) -> Robots:
        """The origin's robots.txt, from the row where it is fresh."""
        with self._store.begin() as db:
            before = robot_rows.get(db, origin)
        if before is not None and now < before.expires_at:
            return before
        status, body, max_age = None, b"", None
        try:
            response = self._web.get(
                f"{origin}/robots.txt",
                limit=robots.LIMIT * 4,
                deadline=_ROBOTS_DEADLINE,
                admit=lambda url: self._admitted(url, source, page=False, obey=False),
            )
        except HostBusy:
            raise
        except WebError:
            pass  # no answer is an answer too: it is what RFC 9309 calls unreachable
        else:
            status, body = response.status, response.body
            max_age = robots.freshness(response.headers.get("cache-control"))
        known = robots.answered(status, body, max_age, before, datetime.now(UTC))
        with self._store.begin() as db:
            robot_rows.save(db, origin, known, now=datetime.now(UTC))
        return known


def _refused(url: str, rules: robots.Rules) -> RobotsRefused:
    if rules.reachable:
        return RobotsRefused(f"robots.txt of {urls.host(url)} asks not to fetch this page")
    detail = f"robots.txt of {urls.host(url)} cannot be reached, which counts as a refusal for now"
    return RobotsRefused(detail, code="robots_unreachable", wait=robots.RETRY.total_seconds())
