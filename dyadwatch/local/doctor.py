"""What may be wrong with an installation, one check for each part, with the remedy.

Only the database need be reachable for all of them to be made; without it the rest is still looked at.
"""

import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from dyadwatch import urls
from dyadwatch.bootstrap import Product
from dyadwatch.errors import BrokerUnavailable, DyadwatchError, SignInFailed, StoreUnavailable, WebError
from dyadwatch.local import data_dir as data_dirs
from dyadwatch.local.probe import http_status, local_address
from dyadwatch.local.terminal import quantity
from dyadwatch.model.status import Status
from dyadwatch.model.steps import Step
from dyadwatch.store import schema
from dyadwatch.store import status as rows

CheckState = Literal["ok", "warning", "failed"]
_OLDEST_SERVER = 15  # PostgreSQL
_MAX_SKEW = timedelta(seconds=5)
_LOW_DISK = 2**30  # bytes
_MAX_WAIT = timedelta(minutes=2)  # for which due work may wait
# Work of the archive may wait for long while there is other work.
_SLOW_STEPS = frozenset({Step.BACKFILL, Step.RETAIN, Step.RECHECK})
_NAME_TO_RESOLVE = "example.org"  # where no feed names a host; reserved, and always there


@dataclass(frozen=True, slots=True)
class Check:
    """One part: what is so, and what to do where that is not well."""

    name: str
    state: CheckState
    detail: str
    remedy: str | None = None


def examine(product: Product) -> Iterator[Check]:
    """Every check, the most fundamental first."""
    status: Status | None = None
    before = datetime.now(UTC)
    try:
        schema.require(product.store)
        with product.store.begin() as db:
            status = rows.read(db)
        after = datetime.now(UTC)
        yield _database(product, status)
    except StoreUnavailable as error:
        yield Check("database", "failed", error.detail, _DATABASE_REMEDIES.get(error.code, _DATABASE_REMEDY))
    yield _broker(product)
    if status is not None:
        yield _clock(max(before - status.at, status.at - after, timedelta(0)))
    yield _dns(_host(product) if status is not None else _NAME_TO_RESOLVE)
    yield _disk(product.settings.data_dir)
    yield _keys(product)
    yield _web(product)
    yield from _oidc(product)
    if status is not None:
        yield _workers(status)
        yield _feeds(status)
        yield _subscriptions(status)


_DATABASE_REMEDY = "see that PostgreSQL runs and that DYADWATCH_DATABASE_URL names it"
_DATABASE_REMEDIES = {
    "database_not_migrated": "run dyadwatch migrate",
    "code_too_old": "install a newer release",
    "database_busy": "give PostgreSQL more connections (max_connections), or run fewer workers",
    "database_exhausted": "free room on PostgreSQL's disk",
    "database_read_only": "name the primary server in DYADWATCH_DATABASE_URL, not a standby",
}


def _database(product: Product, status: Status) -> Check:
    detail = f"PostgreSQL {status.database} at {product.store.address}, schema {status.revision}"
    if int(status.database.split(".")[0]) < _OLDEST_SERVER:
        return Check("database", "failed", detail, f"upgrade PostgreSQL to {_OLDEST_SERVER} or later")
    return Check("database", "ok", detail)


def _broker(product: Product) -> Check:
    if product.settings.redis_url is None:
        return Check(
            "broker", "warning", "none is set: workers get no hints", "set DYADWATCH_REDIS_URL, or use `up`"
        )
    try:
        product.broker.ping()
    except BrokerUnavailable as error:
        remedy = (
            "see that Redis or Valkey runs and that DYADWATCH_REDIS_URL names it; nothing is lost meanwhile"
        )
        return Check("broker", "failed", error.detail, remedy)
    return Check("broker", "ok", "it answers")


def _clock(skew: timedelta) -> Check:
    """`skew` is by how much they differ at least, however long it took to ask."""
    detail = f"this machine and the database differ by {skew.total_seconds():.0f} s"
    if skew > _MAX_SKEW:
        return Check("clock", "failed", detail, "set both by NTP: webhooks are signed with the time")
    return Check("clock", "ok", detail)


def _host(product: Product) -> str:
    from dyadwatch.store import feeds  # noqa: PLC0415

    with product.store.begin() as db:
        first = next(iter(feeds.page(db, limit=1, cursor=None).data), None)
    return urls.host(first.url) if first else _NAME_TO_RESOLVE


def _dns(host: str) -> Check:
    try:
        addresses = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except OSError as error:
        remedy = "see /etc/resolv.conf and that this machine may ask its name server"
        return Check("dns", "failed", f"{host} is not resolved ({error.strerror or error})", remedy)
    return Check("dns", "ok", f"{host} is {', '.join(sorted(map(str, addresses))[:2])}")


def _disk(data_dir: Path) -> Check:
    path = next((each for each in (data_dir, *data_dir.absolute().parents) if each.exists()), Path("/"))
    free = shutil.disk_usage(path).free
    detail = f"{free / 2**30:.1f} GiB free at {path.absolute()}"
    if free < _LOW_DISK:
        return Check("disk", "failed", detail, "free room, or keep less (DYADWATCH_KEEP_SNAPSHOTS)")
    return Check("disk", "ok", detail)


def _keys(product: Product) -> Check:
    if not product.store.sealing.is_on:
        remedy = "set DYADWATCH_SECRET_KEYS (dyadwatch secrets new-key), then run dyadwatch secrets reseal"
        return Check("keys", "warning", "secrets of subscriptions are stored as they are", remedy)
    path = data_dirs.key_file(product.settings.data_dir)
    if path.exists() and path.stat().st_mode & 0o077:
        return Check("keys", "failed", f"others may read {path}", f"chmod 600 {path}")
    return Check("keys", "ok", "secrets are sealed")


def _web(product: Product) -> Check:
    address = local_address(product.settings.bind)
    status = http_status(address, "/readyz")
    if status == 200:
        return Check("web", "ok", f"http://{address}/ is ready")
    answer = "nothing answers" if status is None else f"/readyz answers {status}"
    return Check("web", "warning", f"{answer} at {address}", "start dyadwatch web, or set DYADWATCH_BIND")


def _oidc(product: Product) -> Iterator[Check]:
    """The OpenID provider of the settings, where there is one."""
    settings = product.settings
    if product.oidc is None:
        if settings.oidc_client_id or settings.oidc_client_secret or settings.oidc_scopes:
            detail = "a client is set, and no provider: nobody signs in there"
            yield Check("oidc", "warning", detail, "set DYADWATCH_OIDC_ISSUER, or none of DYADWATCH_OIDC_*")
        return
    try:
        product.oidc.check()
    except (SignInFailed, WebError) as error:
        yield Check("oidc", "failed", f"{settings.oidc_issuer}: {error.detail}", _oidc_remedy(error))
        return
    yield Check("oidc", "ok", f"{settings.oidc_issuer} answers, and knows this client")


def _oidc_remedy(error: DyadwatchError) -> str:
    if error.code == "oidc_refused":
        return "see DYADWATCH_OIDC_CLIENT_ID and DYADWATCH_OIDC_CLIENT_SECRET, and the client at the provider"
    if error.code == "blocked_address":
        return "name the provider's network in DYADWATCH_ALLOW_PRIVATE_NETWORKS"
    return "see DYADWATCH_OIDC_ISSUER: it is what stands before /.well-known/openid-configuration there"


def _workers(status: Status) -> Check:
    late = [
        queue
        for queue in status.queues
        if queue.step not in _SLOW_STEPS
        and queue.due_since is not None
        and status.at - queue.due_since > _MAX_WAIT
    ]
    remedy = "see that dyadwatch worker network, worker tag and scheduler run, and their logs"
    if late:
        words = ", ".join(f"{queue.due} to {queue.step} since {queue.due_since:%H:%M}" for queue in late)
        return Check("workers", "failed", f"work waits: {words} UTC", remedy)
    idle = [
        one for one in status.workers if one.step not in _SLOW_STEPS and status.at - one.ran_at > _MAX_WAIT
    ]
    if idle:
        words = ", ".join(f"{one.step} since {one.ran_at:%Y-%m-%d %H:%M}" for one in idle)
        return Check("workers", "warning", f"nothing waits, and nobody looks: {words} UTC", remedy)
    return Check("workers", "ok", "nothing waits for long")


def _feeds(status: Status) -> Check:
    if not sum(status.feeds.values()):
        return Check("feeds", "warning", "there are none", "add a source: dyadwatch source add NAME URL")
    if status.failing:
        names = ", ".join(sorted({each.source for each in status.failing})[:5])
        detail = f"{quantity(len(status.failing), 'feed')} could not be read at the last poll: {names}"
        return Check("feeds", "warning", detail, "see dyadwatch status, and docs/errors.md for each code")
    return Check("feeds", "ok", f"{quantity(sum(status.feeds.values()), 'feed')}, and none fails")


def _subscriptions(status: Status) -> Check:
    disabled = status.subscriptions.get("disabled", 0)
    faults = [
        f"{number} {words}"
        for number, words in (
            (disabled, "disabled"),
            (status.silent, "with a filter that fits nothing any more"),
        )
        if number
    ]
    if faults:
        remedy = "see the page Subscriptions, or GET /v1/subscriptions/{id}/health, for why"
        return Check("subscriptions", "warning", ", ".join(faults), remedy)
    return Check("subscriptions", "ok", f"{quantity(sum(status.subscriptions.values()), 'subscription')}")
