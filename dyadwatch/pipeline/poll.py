"""poll: asks feeds that are due for their entries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from dyadwatch import feeds
from dyadwatch.errors import DyadwatchError, WebError
from dyadwatch.feeds import cadence
from dyadwatch.model.feeds import ParsedFeed
from dyadwatch.model.web import Answer
from dyadwatch.model.work import ClaimedFeed, Step
from dyadwatch.pipeline.kit import Kit
from dyadwatch.pipeline.working import save_apart, work_through
from dyadwatch.store import poll as rows

_log = structlog.get_logger(__name__)

_LIMIT = 10 * 2**20  # bytes of a feed, decoded
_DEADLINE = 20.0  # seconds for one answer, redirects included


@dataclass(frozen=True, slots=True)
class _Outcome:
    at: datetime
    answer: Answer | None = None
    parsed: ParsedFeed | None = None
    error: DyadwatchError | None = None


def run(kit: Kit, seconds: float) -> int:
    """Polls what is due for about `seconds`. Returns how many feeds were polled."""

    def claim(limit: int, busy: Collection[str]) -> Sequence[ClaimedFeed]:
        with kit.store.begin() as db:
            return rows.claim(db, limit=limit, busy=busy)

    return work_through(
        claim,
        lambda feed: _ask(kit, feed),
        lambda group: save_apart(lambda part: _save(kit, part), lambda _: _spoilt(), group),
        threads=kit.limits.threads,
        per_host=rows.PER_HOST,
        seconds=seconds,
        stopping=kit.stopping,
    )


def _ask(kit: Kit, feed: ClaimedFeed) -> _Outcome:
    memory = feed.memory
    answer = None
    try:
        answer = kit.web.get(
            memory.url, headers=feeds.request_headers(memory), limit=_LIMIT, deadline=_DEADLINE
        )
        parsed = None
        if 200 <= answer.status < 300 and not cadence.unchanged(memory, answer):
            parsed = feeds.parse(
                answer.body,
                url=answer.url,
                content_type=answer.headers.get("content-type"),
                now=answer.received_at,
            )
        return _Outcome(at=answer.received_at, answer=answer, parsed=parsed)
    except WebError as error:
        return _Outcome(at=datetime.now(UTC), error=error)
    except DyadwatchError as error:
        return _Outcome(at=datetime.now(UTC), answer=answer, error=error)
    except Exception:
        _log.exception("poll failed unexpectedly", feed=feed.id, url=memory.url)
        return _spoilt()


def _spoilt() -> _Outcome:
    error = DyadwatchError("An unexpected error, see the log", code="internal_error")
    return _Outcome(at=datetime.now(UTC), error=error)


def _save(kit: Kit, group: Sequence[tuple[ClaimedFeed, _Outcome]]) -> None:
    parsed = False
    with kit.store.begin() as db:
        for feed, outcome in group:
            entries = outcome.parsed.entries if outcome.parsed else ()
            new = rows.count_new(db, feed.id, entries) if entries else 0
            decision = cadence.decide(
                feed.memory,
                answer=outcome.answer,
                error=outcome.error,
                parsed=outcome.parsed,
                new_entries=new,
                now=outcome.at,
                poll_min=kit.limits.poll_min,
                poll_max=kit.limits.poll_max,
                random=kit.random.random,
            )
            status = outcome.answer.status if outcome.answer else None
            saved = rows.save(db, feed, decision, status=status, now=outcome.at)
            if saved and entries:
                rows.save_entries(db, feed, entries)
                parsed = True
            _log.info(
                "polled",
                feed=feed.id,
                url=feed.memory.url,
                status=status,
                new=new,
                saved=saved,
                error=outcome.error.code if outcome.error else None,
                reason=decision.reason,
            )
    if parsed:
        kit.hint(Step.FETCH)
