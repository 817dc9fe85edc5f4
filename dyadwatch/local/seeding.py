"""What a new database gets: tables, the shipped watches, a starter list of sources, the first admin key.

`up` runs this module as a process, with a request as JSON on stdin and the result as JSON on stdout, so that
the supervisor need not import the database's libraries.
"""

import sys
import time
from collections.abc import Callable
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

_RETRY_DELAYS = (1, 2, 4, 8, 15, 30)  # seconds between attempts to reach a server; the last repeats


@dataclass(frozen=True, slots=True)
class SeedResult:
    """The schema's revision before and now, how many watches and
    sources were added, and the admin key where it is new."""

    before: str | None
    revision: str
    watches: int
    sources: int
    admin_key: str | None


def wait_for_servers(product: Product, report: Callable[[str], None]) -> None:
    """Returns once database and broker answer. Reports which
    does not, at which address, and when it is tried again."""
    for ping in (product.store.ping, product.broker.ping):
        attempt = 0
        while True:
            try:
                ping()
                break
            except (StoreUnavailable, BrokerUnavailable) as error:
                delay = _RETRY_DELAYS[min(attempt, len(_RETRY_DELAYS) - 1)]
                attempt += 1
                report(f"{error.detail} ({error.code}); trying again in {delay} s")
                time.sleep(delay)


def seed(product: Product, *, starter: bool, extra: tuple[NewSource, ...] = ()) -> SeedResult:
    """Migrates, and adds what is missing; what an operator changed stays. Safe to repeat."""
    before, revision = schema.migrate(product.store)
    with product.store.begin() as db:
        added = sources.ensure(db, (*(feeds.starter_sources() if starter else ()), *extra))
        sources.inherit(db)
        return SeedResult(
            before=before,
            revision=revision,
            watches=watches.ensure(db, tagging.shipped_watches()),
            sources=added,
            admin_key=_ensure_admin_key(product, db),
        )


def _ensure_admin_key(product: Product, db: Any) -> str | None:
    """The token of a new admin key; None where there was one, or the operator chose it, who knows it."""
    if keys.any_admin(db):
        return None
    admin_key = product.settings.admin_key
    _, token = keys.create(db, "admin", SCOPES, token=admin_key.get_secret_value() if admin_key else None)
    return None if admin_key else token


def main() -> int:
    """Serves one request: {"starter": bool, "sources": [{"name",
    "feeds", ...}], "subscription": {"url", "secret"} | null}."""
    request = orjson.loads(sys.stdin.buffer.read())
    try:
        product = build(Settings.from_environ())
        wait_for_servers(product, _report)
        extra = tuple(
            NewSource(**{**source, "feeds": tuple(NewFeed(feed["url"]) for feed in source["feeds"])})
            for source in request["sources"]
        )
        result = seed(product, starter=request["starter"], extra=extra)
        if subscription := request["subscription"]:
            new = NewSubscription(
                url=subscription["url"], events=ALERT_EVENT_TYPES, filter={}, description="demo receiver"
            )
            with product.store.begin() as db:
                subscriptions.create(db, new, subscription["secret"])
        product.close()
    except DyadwatchError as error:
        _report(error.report())
        return error.exit_status
    sys.stdout.buffer.write(orjson.dumps(result))
    return 0


def _report(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
