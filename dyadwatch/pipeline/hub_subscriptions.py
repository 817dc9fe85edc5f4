"""Requests WebSub hubs to push, and to prolong leases that run out: the outgoing half of the push step."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import structlog

from dyadwatch import urls
from dyadwatch.errors import WebError
from dyadwatch.feeds import websub
from dyadwatch.model.failures import Failure
from dyadwatch.model.hub_subscriptions import ClaimedHubSubscription
from dyadwatch.model.web import Response
from dyadwatch.pipeline import network_step
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.worker_pool import Attempt
from dyadwatch.store import hub_subscriptions as rows

_log = structlog.get_logger(__name__)

_LIMIT = 4 * 2**10  # bytes of a hub's response that are kept
_DEADLINE = 15.0  # seconds for each response of a hub
_REDIRECTS = 3
_THREADS = 8

_HubAttempt = Attempt[ClaimedHubSubscription, Response]


def run(context: StepContext, seconds: float) -> int:
    """Sends the subscription requests that are due for about `seconds`. Returns how many were sent: none
    where no public URL is set at which hubs could reach us."""
    if context.limits.public_url is None:
        return 0
    return network_step.run(
        context,
        seconds,
        queue=rows.QUEUE,
        claim=rows.claim,
        attempt=partial(_attempt, public_url=context.limits.public_url),
        save=_save,
        threads=min(_THREADS, context.limits.threads),
    )


def _attempt(context: StepContext, hub: ClaimedHubSubscription, *, public_url: str) -> Response:
    callback = f"{public_url}/websub/{hub.token}"
    body = websub.request_body(
        topic=hub.topic, callback=callback, secret=context.store.sealing.open(hub.secret)
    )
    response = _post(context, hub.hub, body)
    for _ in range(_REDIRECTS):
        if response.status not in (307, 308):
            break
        target = urls.absolute(response.headers.get("location"), response.url)
        if target is None:
            raise WebError("The hub redirects to no usable URL", code="redirect_invalid", permanent=True)
        context.web.check(target)
        if urlsplit(target).hostname != urlsplit(hub.hub).hostname:
            raise WebError("The hub redirects to another host", code="redirect_invalid", permanent=True)
        response = _post(context, target, body)
    return response


def _post(context: StepContext, url: str, body: bytes) -> Response:
    """Posts to the hub. Raises WebError `hub_insecure` where others could read the secret on the way."""
    if not context.web.is_confidential(url):
        raise WebError("The hub has no https, so no secret can be sent", code="hub_insecure", permanent=True)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return context.web.post(url, body, headers=headers, limit=_LIMIT, deadline=_DEADLINE, until=context.until)


def _decide(context: StepContext, attempt: _HubAttempt) -> tuple[datetime, Failure | None]:
    """When to send the next request unless the hub verifies this one, and the failure if there was one."""
    response = attempt.result
    wait, failure = websub.after_request(
        attempt.row.number,
        status=response.status if response else None,
        error=attempt.error,
        words=response.body.decode("utf-8", "replace") if response else "",
        retry_after=response.headers.get("retry-after") if response else None,
        now=attempt.ended_at,
        random=context.random.random,
    )
    return attempt.ended_at + timedelta(seconds=wait), failure


def _save(context: StepContext, attempts: Sequence[_HubAttempt]) -> None:
    with context.store.begin() as db:
        # Rows are locked in the order of their feeds everywhere.
        for attempt in sorted(attempts, key=lambda attempt: attempt.row.feed):
            due_at, failure = _decide(context, attempt)
            saved = rows.save_request(db, attempt.row, due_at=due_at, failure=failure)
            _log.info(
                "hub subscription requested",
                feed=attempt.row.feed,
                hub=attempt.row.hub,
                status=attempt.result.status if attempt.result else None,
                error=failure.code if failure else None,
                saved=saved,
            )
