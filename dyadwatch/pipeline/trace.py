"""Tracing: what became of an address, from the feed that names it to the alert, and why it went no further.

What is stored is read from the rows. An address that is not stored is requested and read as the steps would,
and nothing of it is kept. The text is tagged now, with the watches as they are now.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dyadwatch import articles as extraction
from dyadwatch import urls
from dyadwatch.errors import DyadwatchError, HostBusy, NotArticle, RobotsRefused, TooCostly, WebError
from dyadwatch.model.articles import FullArticleView
from dyadwatch.model.failures import Failure
from dyadwatch.model.mentions import Tagged
from dyadwatch.model.traces import Stage, StageResult, StageState, StoredPath, Trace, WatchTrace
from dyadwatch.model.web import Response
from dyadwatch.pipeline import fetch
from dyadwatch.pipeline.context import StepContext
from dyadwatch.store import Connection, alerts, articles, traces
from dyadwatch.tagging import Watch, explain_silence, has_lexicon
from dyadwatch.text import bounds
from dyadwatch.text.language import primary


@dataclass(slots=True)
class _Trail:
    """The stages so far, of a URL."""

    url: str = ""
    stages: list[StageResult] = field(default_factory=list)

    def add(self, stage: Stage, state: StageState, detail: str, code: str | None = None) -> None:
        self.stages.append(StageResult(stage, state, code, detail))

    def stop(self, stage: Stage, failure: Failure | DyadwatchError) -> None:
        self.add(stage, "stopped", failure.detail, failure.code)

    @property
    def end(self) -> StageResult | None:
        """Where the trail ended; None where it went on to the tagger. Not to be named by a feed ends none:
        what would have come of it is read."""
        ends = (each for each in self.stages if each.state != "passed" and each.code != "not_in_feeds")
        return next(ends, None)


@dataclass(frozen=True, slots=True)
class _Text:
    """What is tagged: the current text of an `article`, or of a page that is not stored."""

    text: str
    title: str
    language: str | None
    published: datetime
    article: FullArticleView | None = None


def trace(context: StepContext, url: str) -> Trace:
    """What became of an address. It is requested only where it is not stored. Raises StoreUnavailable."""
    trail = _Trail()
    try:
        address = urls.normalise(url)
        context.web.check(address)
    except WebError as error:
        trail.stop("address", error)
        return _answer(url, trail, (), None, live=False)
    trail.url = address
    place = "; what it names is a place of a page, and the page is one article" if "#" in url else ""
    trail.add("address", "passed", f"it may be requested{place}")
    with context.store.begin() as db:
        stored = traces.find(db, address)
    live = stored.page is None and stored.article is None
    text = _live_text(context, address, trail) if live else _stored_text(context, stored, trail)
    watches = tuple(_watch_traces(context, text)) if text is not None else ()
    return _answer(address, trail, watches, text, live=live)


def _stored_text(context: StepContext, stored: StoredPath, trail: _Trail) -> _Text | None:
    named = f"named by {', '.join(stored.feeds)}" if stored.feeds else "known, from a feed that is gone"
    trail.add("feed", "passed", named)
    if stored.article is None and not _is_read(stored, trail):
        return None
    if stored.article is None:
        trail.add("extract", "stopped", "its page was read, and no article is kept of it", "not_kept")
        return None
    with context.store.begin() as db:
        article = articles.get(db, stored.article)
    if stored.error is not None:
        _add_fetch(stored, trail)
    elif stored.fetched_at is not None:
        trail.add("fetch", "passed", _fetched(stored, trail.url))
    of = " (what its feed says of it)" if stored.error is not None else ""
    return _text_of(article, trail, of)


def _text_of(article: FullArticleView, trail: _Trail, of: str = "") -> _Text | None:
    if article.not_article == "shared_page" and article.text == article.title:
        detail = "other stories of its source lead to its page too, and its feed says nothing more of it"
        trail.add("extract", "stopped", detail, "page_shared")
        return None
    trail.add("extract", "passed", f"article {article.id}: {article.title}{of}")
    _add_language(article.language, trail)
    return _Text(
        article.text, article.title, article.language, article.published_at or article.first_seen_at, article
    )


def _is_read(stored: StoredPath, trail: _Trail) -> bool:
    """Whether the page was fetched and read, and nothing is kept of it all the same."""
    if stored.snapshot is None:
        _add_fetch(stored, trail)
        return False
    trail.add("fetch", "passed", _fetched(stored, trail.url))
    if stored.tag_due_at is not None:
        trail.add("extract", "waiting", _turn(stored.tag_due_at), "not_tagged_yet")
    elif stored.tag_error is not None:
        trail.stop("extract", stored.tag_error)
    return stored.tag_due_at is None and stored.tag_error is None


def _fetched(stored: StoredPath, url: str) -> str:
    to = f", answered at {stored.answered_at}" if stored.answered_at not in {None, url} else ""
    return f"fetched at {_time(stored.fetched_at)}, status {stored.status}{to}"


def _add_fetch(stored: StoredPath, trail: _Trail) -> None:
    again = "" if stored.due_at is None else f"; tried again at {_time(stored.due_at)}"
    if stored.error is not None:
        state: StageState = "stopped" if stored.due_at is None else "waiting"
        trail.add("fetch", state, stored.error.detail + again, stored.error.code)
    elif stored.state == "expunged":
        trail.add("fetch", "stopped", "it was removed, and is not read again", "expunged")
    elif stored.due_at is not None:
        trail.add("fetch", "waiting", _turn(stored.due_at), "not_fetched_yet")
    else:
        trail.add("fetch", "stopped", "its bytes are not kept any more", "not_kept")


def _live_text(context: StepContext, url: str, trail: _Trail) -> _Text | None:
    trail.add("feed", "stopped", "no feed that is polled has named it", "not_in_feeds")
    row_context = context.for_row()
    try:
        response = fetch.request(row_context, fetch.unknown_page(url))
    except (RobotsRefused, HostBusy, WebError) as error:
        trail.stop("fetch", error)
        return None
    if response.status != 200:
        trail.add("fetch", "stopped", f"it answers {response.status}", f"http_{response.status}")
        return None
    to = f", at {response.url}" if response.hops else ""
    trail.add("fetch", "passed", f"it answers 200, with {len(response.body)} bytes{to}")
    if response.hops and (kept := _kept(context, response.url)):
        return _text_of(kept, trail)
    return _extracted_text(row_context, response, trail)


def _kept(context: StepContext, url: str) -> FullArticleView | None:
    """The article that is kept under an address."""
    with context.store.begin() as db:
        kept = traces.article_at(db, urls.normalise(url))
        return articles.get(db, kept) if kept is not None else None


def _extracted_text(context: StepContext, response: Response, trail: _Trail) -> _Text | None:
    try:
        page = context.sandbox.call_until(
            context.until,
            extraction.extract,
            response.body,
            url=response.url,
            content_type=response.headers.get("content-type"),
            fetched_at=response.received_at,
        )
        extracted = extraction.merge(page, None)
    except (NotArticle, TooCostly) as error:
        trail.stop("extract", error)
        return None
    text = "\n\n".join(part for part in (extracted.title, extracted.text) if part)
    kept = _kept(context, extracted.canonical_url) if extracted.canonical_url else None
    if kept is not None and extraction.is_similar(kept.text, text):
        return _text_of(kept, trail)
    trail.add("extract", "passed", extracted.title)
    language = primary(extracted.language)
    _add_language(language, trail)
    return _Text(text, extracted.title, language, datetime.now(UTC))


def _add_language(language: str | None, trail: _Trail) -> None:
    if has_lexicon(language):
        trail.add("language", "passed", str(language))
    else:
        detail = f"the tagger has no words in {language or 'a language that could not be told'}"
        trail.add("language", "stopped", detail, "unknown_language")


def _watch_traces(context: StepContext, text: _Text) -> Iterator[WatchTrace]:
    compiled = context.tagger_cache.newest()
    tagged = compiled.tagger.tag(
        text.text,
        title=text.title,
        language=text.language,
        published=text.published,
        max_length=bounds.MAX_LENGTH,
    )
    with context.store.begin() as db:
        for watch in compiled.tagger.watches:
            verdict = tagged.watches.get(watch.id) or Tagged(watch.id, False, 0.0, (), {})
            silence = explain_silence(tagged, watch)
            code, detail, alert = (
                _alert(db, watch, text.article) if silence is None else (silence.code, silence.detail, None)
            )
            yield WatchTrace(
                watch=watch.id,
                relationship=verdict.relationship,
                score=verdict.score,
                code=code,
                detail=detail,
                names={side: _names(verdict, side) for side in ("a", "b")},
                suppressed=verdict.suppressed,
                alert=alert,
            )


def _names(verdict: Tagged, side: str) -> tuple[str, ...]:
    return tuple(sorted({surface.surface for surface in verdict.actors.get(side, ())}))


def _alert(
    db: Connection, watch: Watch, article: FullArticleView | None
) -> tuple[str | None, str, int | None]:
    """The code, the words and the alert of a text that carries the relationship."""
    if article is None:
        return "not_stored", "it would raise an alert, and nothing of this page is stored", None
    stored = alerts.find(db, watch.id, article.story)
    if stored is None:
        detail = (
            f"it carries the relationship and was not tagged for it yet: dyadwatch watch backfill {watch.id}"
        )
        return "not_tagged_yet", detail, None
    alert = stored.alert
    if alert.state == "withdrawn":
        return "withdrawn", f"alert {alert.id} was withdrawn ({alert.withdrawal_reason})", alert.id
    first = alert.articles[0].id if alert.articles else article.id
    if first == article.id:
        return None, f"it raised alert {alert.id}", alert.id
    what = f"a copy of article {article.copy_of}" if article.copy_of else "another report of the same event"
    return "copy", f"it is {what}, and counts in alert {alert.id}, which article {first} raised", alert.id


def _answer(
    url: str, trail: _Trail, watches: tuple[WatchTrace, ...], text: _Text | None, *, live: bool
) -> Trace:
    article = text.article if text else None
    return Trace(
        url=url,
        answer=_sentence(trail, watches, live=live),
        live=live,
        stages=tuple(trail.stages),
        watches=watches,
        article=article.id if article else None,
        copy_of=article.copy_of if article else None,
    )


def _sentence(trail: _Trail, watches: tuple[WatchTrace, ...], *, live: bool) -> str:
    prefix = "No feed has named it. " if live else ""
    if trail.end is not None and not watches:
        return f"{prefix}{_first_upper(trail.end.detail)} ({trail.end.code})."
    if not watches:
        return f"{prefix}No watch is enabled (no_watch)."
    if carriers := [each for each in watches if each.relationship]:
        return prefix + " ".join(f"{each.watch}: {each.detail}." for each in carriers)
    return prefix + " ".join(f"{each.watch}: {each.detail} ({each.code})." for each in watches)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _turn(due_at: datetime) -> str:
    """When it is claimed. What goes before others is due at a time before it was known."""
    return f"its turn comes at {_time(due_at)}" if due_at > datetime.now(UTC) else "its turn comes next"


def _time(at: datetime | None) -> str:
    return "an unknown time" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
