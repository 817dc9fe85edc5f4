"""RobotsCache: the robots.txt of each origin, in memory, else in its row, else requested."""

import threading
from datetime import UTC, datetime
from time import monotonic

from dyadwatch import http_headers
from dyadwatch.errors import HostBusy, WebError
from dyadwatch.model.web import Admit, RobotsTxt
from dyadwatch.politeness import robots
from dyadwatch.politeness.robots import Rules
from dyadwatch.store import Store
from dyadwatch.store import robots as rows
from dyadwatch.web import Client

_DEADLINE = 10.0  # seconds
# In memory; their rules take some forty bytes for each character.
_MAX_ORIGINS, _MAX_CHARACTERS = 2_000, 1_000_000


class RobotsCache:
    """Requests each robots.txt once for all threads, and for all processes while its row is fresh."""

    def __init__(self, store: Store, web: Client) -> None:
        self._store = store
        self._web = web
        self._lock = threading.Lock()
        self._origin_locks: dict[str, threading.Lock] = {}
        self._rules: dict[str, tuple[datetime, Rules]] = {}
        self._characters = 0

    def rules(self, url: str, admit: Admit, until: float) -> Rules:
        """The rules for the origin of `url`; `admit` is entered for the request, where one is needed. Raises
        HostBusy, and WebError (deadline_exceeded) where they are not there by `until` (`time.monotonic`)."""
        origin = robots.origin(url)
        now = datetime.now(UTC)
        rules = self._fresh_rules(origin, now)
        if rules is not None:
            return rules
        with self._lock:
            origin_lock = self._origin_locks.setdefault(origin, threading.Lock())
        if not origin_lock.acquire(timeout=min(max(until - monotonic(), 0.0), threading.TIMEOUT_MAX)):
            raise WebError(f"{origin}/robots.txt was not there in time", code="deadline_exceeded")
        try:
            return self._fresh_rules(origin, now) or self._load(origin, now, admit, until)
        finally:
            origin_lock.release()

    def _fresh_rules(self, origin: str, now: datetime) -> Rules | None:
        expires_at, rules = self._rules.get(origin, (now, None))
        return rules if now < expires_at else None

    def _load(self, origin: str, now: datetime, admit: Admit, until: float) -> Rules:
        with self._store.begin() as db:
            record = rows.get(db, origin)
        fresh = record is not None and now < record.expires_at
        if record is None or not fresh:
            record = self._request(origin, record, admit, until)
        rules = robots.rules(record)
        if not fresh:  # saved once it was read, so that a text that cannot be is never met again
            with self._store.begin() as db:
                rows.save(db, origin, record, now=datetime.now(UTC))
        self._remember(origin, record, rules)
        return rules

    def _remember(self, origin: str, record: RobotsTxt, rules: Rules) -> None:
        with self._lock:
            self._characters += len(record.body)
            if len(self._rules) >= _MAX_ORIGINS or self._characters > _MAX_CHARACTERS:
                self._rules.clear()
                self._characters = len(record.body)
            self._rules[origin] = (record.expires_at, rules)
            self._origin_locks.pop(origin, None)

    def _request(self, origin: str, before: RobotsTxt | None, admit: Admit, until: float) -> RobotsTxt:
        try:
            response = self._web.get(
                f"{origin}/robots.txt",
                limit=robots.LIMIT,
                cut=True,
                deadline=_DEADLINE,
                until=until,
                admit=admit,
            )
        except HostBusy:
            raise
        except WebError:
            if monotonic() >= until:  # which says more of the caller's time than of the server
                raise
            # what RFC 9309 calls unreachable
            return robots.record(None, b"", None, before, datetime.now(UTC))
        directives = http_headers.cache_directives(response.headers.get("cache-control"))
        max_age = directives.get("max-age")
        return robots.record(response.status, response.body, max_age, before, datetime.now(UTC))
