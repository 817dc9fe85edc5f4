"""The steps, put together."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from dyadwatch.model.backfills import BackfillPreview
from dyadwatch.model.counts import Count
from dyadwatch.model.deliveries import DeliveryView, DigestMember
from dyadwatch.model.expunging import ExpungeCounts
from dyadwatch.model.feed_previews import FeedPreview
from dyadwatch.model.hub_subscribers import PushedTopic
from dyadwatch.model.past_pages import PastPagesRequest, ReadSitemap
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import PayloadTemplate, SubscriptionPreview, Timing
from dyadwatch.model.traces import Trace
from dyadwatch.model.watch_previews import WatchPreview
from dyadwatch.pipeline import (
    archive,
    backfill,
    deliver,
    expunge,
    feed_previews,
    fetch,
    notify,
    past_pages,
    payloads,
    poll,
    previews,
    push,
    recheck,
    retain,
    tag,
    trace,
    watch_documents,
    watch_previews,
)
from dyadwatch.pipeline.context import StepContext
from dyadwatch.store import snapshots, sweeps

_log = structlog.get_logger(__name__)

_SWEEP_EVERY = 600.0  # seconds

_STEPS: Mapping[Step, Callable[[StepContext, float], int]] = {
    Step.POLL: poll.run,
    Step.PUSH: push.run,
    Step.FETCH: fetch.run,
    Step.RECHECK: recheck.run,
    Step.TAG: tag.run,
    Step.BACKFILL: archive.run,
    Step.NOTIFY: notify.run,
    Step.DELIVER: deliver.run,
    Step.RETAIN: retain.run,
}


class Pipeline:
    """The steps, which share nothing but rows; `context` is what they work with."""

    def __init__(self, context: StepContext) -> None:
        self.context = context
        self._swept_at: dict[Step, float] = {}

    def run(self, step: Step, seconds: float) -> int:
        """Processes the rows that are due for a step, for about `seconds`. Returns how many there were. The
        first run, and one every ten minutes, makes the step's lost rows due before, and that of notify looks
        for subscriptions that have fallen silent."""
        now = time.monotonic()
        if now - self._swept_at.get(step, -_SWEEP_EVERY) >= _SWEEP_EVERY:
            self._swept_at[step] = now
            self.sweep(step)
            if step is Step.NOTIFY:
                notify.find_silent(self.context)
        return _STEPS[step](self.context, seconds)

    def run_until_idle(self, seconds: float = 3600.0) -> Mapping[Step, int]:
        """Runs every step in turn until nothing is due, or
        `seconds` have passed. Returns the rows worked by step."""
        until = time.monotonic() + seconds
        worked = dict.fromkeys(Step, 0)
        idle = False
        while not idle and time.monotonic() < until and not self.context.stopping.is_set():
            idle = True
            for step in Step:
                count = self.run(step, max(0.0, until - time.monotonic()))
                worked[step] += count
                idle = idle and count == 0
        return worked

    def sweep(self, step: Step) -> int:
        """Makes the rows of a step due that are neither due, being worked, done nor waiting for a person.
        Returns how many there were, which is none unless something failed that should not."""
        count = 0
        while batch := self.context.store.run(lambda db: sweeps.recover(db, step)):
            count += batch
        if count:
            _log.warning("lost rows made due", step=step.value, count=count)
        return count

    def send_test(self, subscription: int) -> DeliveryView:
        """Posts a test event to a subscription now. Raises NotFound."""
        return deliver.send_test(self.context, subscription)

    def payload(
        self,
        document: str,
        members: Sequence[DigestMember],
        template: PayloadTemplate | None,
        topic: PushedTopic | None,
        *,
        webhook_id: str,
    ) -> tuple[str, bytes]:
        """The media type and the bytes that a receiver is sent of an event or digest, or of a feed. Raises
        InvalidInput (template_invalid), TooCostly."""
        if topic is not None:
            return payloads.feed(document.encode(), topic, self.context.limits.hub_url)
        sandbox = self.context.template_sandbox
        return payloads.make(sandbox, document.encode(), template, members=members, webhook_id=webhook_id)

    def check_template(self, template: PayloadTemplate, event_types: Sequence[str]) -> None:
        """Tries a template on made-up events. Raises InvalidInput with a FieldError at /template."""
        payloads.check(self.context.template_sandbox, template, event_types)

    def preview_subscription(
        self,
        filters: Mapping[str, Any],
        events: Collection[str],
        template: PayloadTemplate | None,
        timing: Timing | None,
    ) -> SubscriptionPreview:
        """What a subscription would have been sent in the last days."""
        return previews.preview(self.context, filters, events, template, timing)

    def trace(self, url: str) -> Trace:
        """What became of an address on its way to an alert, and why it went no further."""
        return trace.trace(self.context, url)

    def preview_feed(self, url: str) -> FeedPreview:
        """What an address gives as a feed, stored nowhere. Raises WebError, FeedError."""
        return feed_previews.preview_feed(self.context, url)

    def add_past_pages(self, request: PastPagesRequest) -> Iterator[ReadSitemap]:
        """Makes pages due that a source published before, sitemap by sitemap. Raises NotFound."""
        return past_pages.add(self.context, request)

    def preview_backfill(self, watch: str, *, since: datetime | None, seconds: float) -> BackfillPreview:
        """What a backfill of the archive would find in the newest articles, as many as are read in `seconds`.
        Raises NotFound, and Conflict `watch_disabled`."""
        return backfill.preview(self.context, watch, since=since, seconds=seconds)

    def read_watch(self, text: str) -> dict[str, Any]:
        """The watch document of a text in YAML or JSON, unchecked. Raises InvalidInput
        (document_malformed)."""
        return watch_documents.read(
            self.context.sandbox, text, until=self.context.for_row().until, name="The document"
        )

    def preview_watch(self, document: Mapping[str, Any], *, since: datetime, seconds: float) -> WatchPreview:
        """What a watch document, which is not stored, would find in the newest articles, as many as are read
        in `seconds`. Raises InvalidInput (watch_invalid)."""
        return watch_previews.preview(self.context, document, since=since, seconds=seconds)

    def expire(self) -> Mapping[str, int]:
        """Expires now what the settings do not keep. Returns how many rows of each kind there were."""
        return retain.expire(self.context, seconds=3600.0)[0]

    def expunge_article(self, article: int, *, dry_run: bool) -> ExpungeCounts:
        """Removes an article wholly, or only counts what there is of it. Raises NotFound."""
        return expunge.article(self.context.store, article, dry_run=dry_run)

    def expunge_source(self, source: int, *, dry_run: bool) -> ExpungeCounts:
        """Removes a source wholly, or only counts what there is of it. Raises NotFound."""
        return expunge.source(self.context.store, source, dry_run=dry_run)

    def look_again(self) -> None:
        """Lets the runs under way look for new rows at once, where they wait for some that hang."""
        self.context.runs.announce()

    def stop(self) -> None:
        """Lets the steps under way finish what they have claimed, and claim no more."""
        self.context.stopping.set()

    def retag_pages(self) -> Count:
        """Has the newest snapshot of every page extracted and tagged again, when nothing else is to be
        tagged. Nobody is notified of what that changes. Returns how many there are."""
        return self.context.store.run(snapshots.retag)
