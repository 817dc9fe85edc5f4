"""Working a queue of due rows with threads, so that a slow one delays no other."""

import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Protocol, TypeVar

import structlog

from dyadwatch.errors import StoreUnavailable

_log = structlog.get_logger(__name__)


class OnHost(Protocol):
    """A claimed row whose work goes to a host."""

    @property
    def host(self) -> str: ...


Item = TypeVar("Item", bound=OnHost)
Result = TypeVar("Result")


def work_through(
    claim: Callable[[int, Collection[str]], Sequence[Item]],
    act: Callable[[Item], Result],
    save: Callable[[Sequence[tuple[Item, Result]]], None],
    *,
    threads: int,
    per_host: int,
    seconds: float,
    stopping: threading.Event,
) -> int:
    """Claims rows, acts on them side by side and saves the results in groups as they come in; goes on while more is
    due, `seconds` last and nobody is `stopping`, then finishes what is under way. Returns how many rows were worked.

    `claim(limit, busy)` takes at most `limit` rows and none of the `busy` hosts, which have `per_host` under way.
    """
    until = time.monotonic() + seconds
    under_way: dict[Future[Result], Item] = {}
    worked = 0
    with ThreadPoolExecutor(threads) as pool:
        more = True
        while True:
            free = threads - len(under_way)
            # A claim costs a round trip: take several at once, or whatever there is when nothing is under way.
            if (
                more
                and time.monotonic() < until
                and not stopping.is_set()
                and (not under_way or free >= max(1, threads // 4))
            ):
                items = claim(free, _busy(under_way.values(), per_host))
                more = bool(items)
                under_way |= {pool.submit(act, item): item for item in items}
            if not under_way:
                return worked
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            save([(under_way.pop(future), future.result()) for future in done])
            worked += len(done)
            more = True


def save_apart(
    save: Callable[[Sequence[tuple[Item, Result]]], None],
    spoil: Callable[[Item], Result],
    group: Sequence[tuple[Item, Result]],
) -> None:
    """Saves a group at once; where that fails for a reason that is not the database's, each of it by itself, and one
    that cannot be saved as what `spoil` makes of it, so that a bad row takes no other with it. One that cannot even be
    saved as spoilt is left to its lease."""
    if _saved(save, group):
        return
    for item, result in group:
        if len(group) == 1 or not _saved(save, [(item, result)]):
            _saved(save, [(item, spoil(item))])


def _saved(
    save: Callable[[Sequence[tuple[Item, Result]]], None], group: Sequence[tuple[Item, Result]]
) -> bool:
    try:
        save(group)
    except StoreUnavailable:
        raise
    except Exception:
        _log.exception("results could not be saved", rows=len(group))
        return False
    return True


def _busy(items: Collection[OnHost], per_host: int) -> list[str]:
    hosts = [item.host for item in items]
    return [host for host in set(hosts) if hosts.count(host) >= per_host]
