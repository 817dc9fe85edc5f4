"""Previewing: an address read once as the poll would read it, and nothing stored."""

from dyadwatch import articles, urls
from dyadwatch.errors import FeedError, WebError
from dyadwatch.model.entries import EntryContent, ParsedEntry
from dyadwatch.model.feed_previews import EntryPreview, FeedPreview
from dyadwatch.model.feeds import FeedMemory, ParsedFeed
from dyadwatch.model.web import Admit, Response
from dyadwatch.pipeline import discovery, feed_documents
from dyadwatch.pipeline.context import StepContext
from dyadwatch.tagging import Tagger
from dyadwatch.text import bounds

_MAX_ENTRIES = 10


def preview_feed(context: StepContext, url: str) -> FeedPreview:
    """What an address gives as a feed; of an HTML page, the feed that it names. Raises WebError, and
    FeedError where there is no feed."""
    address = urls.strict(url)
    row_context = context.for_row()
    admit = context.crawl_gate.feed(None, row_context.until)
    response = _request(row_context, address, admit)
    try:
        parsed = feed_documents.parse(row_context, response)
    except FeedError as error:
        if error.code != "feed_html":
            raise
        discovered = discovery.discover(row_context, response, admit)
        if discovered.url is None and not discovered.candidates:
            detail = "the page names no feed, and none is at the usual addresses of its host"
            raise FeedError(detail, code=error.code) from error
        if discovered.url is None:
            return FeedPreview(address, None, None, None, 0, (), discovered.candidates)
        response = _request(row_context, discovered.url, admit)
        parsed = feed_documents.parse(row_context, response)
    parsed = feed_documents.with_child_sitemaps(row_context, parsed, admit)
    return _preview(row_context, address, response.url, parsed)


def _request(context: StepContext, url: str, admit: Admit) -> Response:
    response = feed_documents.request(context, FeedMemory(url), admit)
    if response.status != 200:
        raise WebError(f"{url} answers {response.status}", code=f"http_{response.status}")
    return response


def _preview(context: StepContext, url: str, feed: str, parsed: ParsedFeed) -> FeedPreview:
    tagger = context.tagger_cache.newest().tagger
    return FeedPreview(
        url=url,
        feed=feed,
        kind=parsed.kind,
        title=parsed.title,
        entry_count=len(parsed.entries),
        entries=tuple(_entry(context, tagger, entry) for entry in parsed.entries[:_MAX_ENTRIES]),
        candidates=(),
    )


def _entry(context: StepContext, tagger: Tagger, entry: ParsedEntry) -> EntryPreview:
    content = EntryContent(entry.title, entry.content or entry.summary or "", entry.authors)
    article = context.sandbox.call_until(context.until, articles.from_entry, content, languages=())
    text = "\n\n".join(part for part in (article.title, article.text) if part)
    tagged = tagger.tag(text, title=article.title, published=entry.published_at, max_length=bounds.MAX_LENGTH)
    watches = tuple(sorted(name for name, each in tagged.watches.items() if each.relationship))
    return EntryPreview(entry.title, entry.url, entry.published_at, watches)
