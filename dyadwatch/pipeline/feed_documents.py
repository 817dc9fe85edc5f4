"""Feed documents: requested within bounds, parsed in the sandbox."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from dyadwatch import feeds
from dyadwatch.errors import DyadwatchError, HostBusy
from dyadwatch.model.feeds import FeedMemory, ListRule, ParsedFeed
from dyadwatch.model.web import Admit, Response
from dyadwatch.pipeline.context import StepContext

_LIMIT = 10 * 2**20  # bytes, decoded
_DEADLINE = 20.0  # seconds for one response, redirects included
# The same for the first poll of a feed. Until it has hung it may take any place of its host: at a start,
# those that hang would keep all others there waiting for as long.
_FIRST_DEADLINE = 6.0
_CHILDREN = 3  # sitemaps of an index that are read, the newest


def request(context: StepContext, memory: FeedMemory, admit: Admit, *, is_first: bool = False) -> Response:
    """GETs a feed, conditionally where the last response gave a validator. `is_first` leaves it less time.
    Raises WebError."""
    headers = feeds.request_headers(memory, datetime.now(UTC))
    return context.web.get(
        memory.url,
        headers=headers,
        limit=_LIMIT,
        deadline=_FIRST_DEADLINE if is_first else _DEADLINE,
        until=context.until,
        admit=admit,
    )


def parse(context: StepContext, response: Response, list_rule: ListRule | None = None) -> ParsedFeed:
    """The feed in the body of `response`. Raises FeedError, TooCostly."""
    return context.sandbox.call_until(
        context.until,
        feeds.parse,
        response.body,
        url=response.url,
        content_type=response.headers.get("content-type"),
        now=response.received_at,
        list_rule=list_rule,
    )


def with_child_sitemaps(context: StepContext, parsed: ParsedFeed, admit: Admit) -> ParsedFeed:
    """A sitemap index with the entries of its newest sitemaps, and where they are indexes themselves of
    theirs; any other feed as it is. A sitemap that cannot be read leaves the others; where none can, its
    error is raised."""
    if not parsed.children:
        return parsed
    own, failure = _children(context, parsed.children, admit)
    below, failure_below = _children(context, [url for child in own for url in child.children], admit)
    entries = [entry for child in (parsed, *own, *below) for entry in child.entries]
    if not entries and (error := failure or failure_below):
        raise error
    return replace(parsed, entries=tuple(entries))


def _children(
    context: StepContext, urls: Sequence[str], admit: Admit
) -> tuple[list[ParsedFeed], DyadwatchError | None]:
    """The first sitemaps of those at `urls`, and the error of one that cannot be read."""
    children: list[ParsedFeed] = []
    failure: DyadwatchError | None = None
    for url in urls[:_CHILDREN]:
        try:
            response = context.web.get(
                url, limit=_LIMIT, deadline=_DEADLINE, until=context.until, admit=admit
            )
            if response.status == 200:
                children.append(parse(context, response))
        except HostBusy:
            raise
        except DyadwatchError as error:
            failure = error
    return children, failure
