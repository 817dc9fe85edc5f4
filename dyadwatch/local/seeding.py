"""What a fresh database is given: tables, the shipped watch, a starter list of sources, the first admin key.

Run as a program (by `up`), it reads its orders as JSON on stdin and answers in JSON on stdout, so that the supervisor itself
need not load the database's libraries.
"""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from dyadwatch import feeds, tagging
from dyadwatch.bootstrap import Product, build
from dyadwatch.errors import BrokerUnavailable, DyadwatchError, StoreUnavailable
from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.keys import SCOPES
from dyadwatch.model.sources import NewSource
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.settings import Settings
from dyadwatch.store import keys, schema, sources, subscriptions, watches

_DELAYS = (1, 2, 4, 8, 15, 30)  # seconds between attempts to reach a server; the last repeats


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was made: the revision before and now, numbers of watches and sources, and the admin key where one is new."""

    before: str | None
    revision: str
    watches: int
    sources: int
    admin_key: str | None


def until_reachable(product: Product, say: Callable[[str], None]) -> None:
    """Comes back once database and broker answer. Says which does not, at which address, and when it tries again."""
    for ping in (product.store.ping, product.broker.ping):
        attempt = 0
        while True:
            try:
                ping()
                break
            except (StoreUnavailable, BrokerUnavailable) as error:
                delay = _DELAYS[min(attempt, len(_DELAYS) - 1)]
                attempt += 1
                say(f"{error.detail} ({error.code}); trying again in {delay} s")
                time.sleep(delay)


def seed(product: Product, *, starter: bool, extra: tuple[NewSource, ...] = ()) -> Seeded:
    """Migrates, and loads what is missing; what an operator changed stays. Safe to repeat."""
    before, revision = schema.migrate(product.store)
    wanted = (*(feeds.starter_sources() if starter else ()), *extra)
    with product.store.begin() as db:
        return Seeded(
            before=before,
            revision=revision,
            watches=watches.ensure(db, tagging.shipped_watches()),
            sources=sources.ensure(db, wanted),
            admin_key=_admin_key(product, db),
        )


def _admin_key(product: Product, db: Any) -> str | None:
    """The new admin key, where one had to be made. A key that the operator gave is stored and not repeated."""
    if keys.any_admin(db):
        return None
    given = product.settings.admin_key
    _, token = keys.create(db, "admin", SCOPES, token=given.get_secret_value() if given else None)
    return None if given else token


def main() -> int:
    """Follows the orders: {"starter": bool, "sources": [{"name", "feeds", ...}], "subscription": {"url", "secret"} | null}."""
    orders: Mapping[str, Any] = orjson.loads(sys.stdin.buffer.read())
    try:
        product = build(Settings.from_environ())
        until_reachable(product, _say)
        extra = tuple(
            NewSource(**{**source, "feeds": tuple(NewFeed(feed["url"]) for feed in source["feeds"])})
            for source in orders["sources"]
        )
        seeded = seed(product, starter=orders["starter"], extra=extra)
        if subscription := orders["subscription"]:
            new = NewSubscription(
                url=subscription["url"], events=ALERT_EVENT_TYPES, filter={}, description="demo receiver"
            )
            with product.store.begin() as db:
                subscriptions.create(db, new, subscription["secret"])
        product.close()
    except DyadwatchError as error:
        _say(f"{error.detail} ({error.code})")
        return 1
    sys.stdout.buffer.write(orjson.dumps(seeded))
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
