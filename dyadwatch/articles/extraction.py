"""One page in, one article out."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from lxml.etree import LxmlError

from dyadwatch.articles import (
    article_language,
    bodies,
    bylines,
    canonical_urls,
    captions,
    dates,
    extraction_rules,
    html_parsing,
    mending,
    metadata,
    notices,
    origins,
    page_types,
    script_values,
    standfirsts,
    titles,
)
from dyadwatch.articles.bodies import Body
from dyadwatch.articles.bounds import bound
from dyadwatch.articles.dates import PageDate
from dyadwatch.articles.extraction_rules import RuleResult
from dyadwatch.articles.metadata import PageMetadata
from dyadwatch.articles.state_facts import StateFacts
from dyadwatch.dates import Hints
from dyadwatch.errors import InvalidInput, NotArticle
from dyadwatch.model.articles import ExtractedArticle
from dyadwatch.model.extraction_rules import ExtractionRules


def extract(
    html: bytes | str,
    *,
    url: str,
    content_type: str | None = None,
    rules: ExtractionRules | None = None,
    stated_languages: Sequence[str | None] = (),
    fetched_at: datetime | None = None,
) -> ExtractedArticle:
    """The article of a page that was found at `url` ("" where unknown).

    `content_type` is the HTTP header's value; `rules` are this publisher's, applied before the general way;
    `stated_languages` are those that the feed and the source state (BCP 47); what is dated later than
    `fetched_at` has no date. A page that holds no whole
    article comes back with `not_article`. Raises InvalidInput (url_invalid, bad_selector), and NotArticle for
    what cannot be read at all: page_no_text, page_error, and what `html_parsing.read` lists.
    """
    try:
        urlsplit(url)
    except ValueError as error:
        raise InvalidInput(f"{url!r} is not a URL: {error}", code="url_invalid") from error
    text = html_parsing.read(html, content_type=content_type)
    try:
        by_rules = extraction_rules.apply(text, rules) if rules is not None else RuleResult(text)
        page = metadata.collect(html_parsing.parse(by_rules.html), url)
        return _article(page, by_rules, tuple(stated_languages), fetched_at)
    except (LxmlError, RecursionError) as error:
        raise NotArticle(
            f"the page defeats the extractor: {type(error).__name__}", code="page_error"
        ) from error


def _article(
    page: PageMetadata,
    by_rules: RuleResult,
    stated_languages: tuple[str | None, ...],
    fetched_at: datetime | None,
) -> ExtractedArticle:
    """First what needs the whole tree; then the body, for which it is pruned; then what is judged by the body
    and by what else is left: a link to the original, the type of the page."""
    title = by_rules.title or titles.headline(page)
    hints = dates.hints(page, stated_languages, fetched_at)
    authors, published = _authors_and_date(page, by_rules, title, hints)
    modified = dates.modified(page, hints)
    canonical, original = canonical_urls.canonical_url(page, title)
    caption, pictured = captions.caption(page), captions.gallery(page)
    note = bylines.author_note(page, authors)
    body = _body(page, by_rules, title, authors)
    text = unicodedata.normalize("NFC", "\n\n".join(body.paragraphs or pictured))
    if not (title or text or published):
        raise NotArticle("the page has no headline, no text and no date", code="page_no_text")
    title = title or ""
    credited = origins.credited_origin(body.raw, authors, sites=_own_names(page), canonical=original)
    return bound(
        ExtractedArticle(
            title=title,
            text=text,
            authors=authors,
            published=published.date.iso if published else None,
            published_source=published.source if published else None,
            modified=modified.iso if modified else None,
            language=article_language.article_language(page, f"{title}\n\n{text}", stated_languages),
            canonical_url=canonical,
            dek=standfirsts.dek(page, title),
            section=_section(page),
            author_note=body.author_note or note,
            origin=origins.with_link(credited, page),
            image_caption=caption,
            not_article=page_types.not_article_reason(page, title, text, by_rules.html),
            notice=notices.find(title, body.raw),
        )
    )


def _authors_and_date(
    page: PageMetadata, by_rules: RuleResult, title: str | None, hints: Hints
) -> tuple[tuple[str, ...], PageDate | None]:
    """Who wrote the article, and when it was published: a date may stand beside their names."""
    state = StateFacts(page, title)
    authors = by_rules.authors or bylines.authors(page, title, state)
    return authors, dates.published(page, title, hints, by_rules.date, authors=authors, state=state)


def _body(page: PageMetadata, by_rules: RuleResult, title: str | None, authors: tuple[str, ...]) -> Body:
    """The body. The tree is pruned where a rule selects it too: what follows is judged by one tree."""
    headlines = [text for text in (title, page.meta("og:title"), *page.headings) if text]
    standfirst = standfirsts.visible_standfirst(page, title)
    scripts = script_values.scripts(page.tree)
    mending.prune(page.tree)
    if by_rules.body:
        return bodies.body_of_rule(by_rules.body, authors)
    return bodies.extract_body(page, authors, headlines=headlines, standfirst=standfirst, scripts=scripts)


def _section(page: PageMetadata) -> str | None:
    """The section under which the page files the article."""
    section = page.node_text("articleSection") or page.meta("article:section", "section", "parsely-section")
    return section[:100] if section else None


def _own_names(page: PageMetadata) -> tuple[str, ...]:
    names = (page.meta("og:site_name"), page.meta("application-name"), urlsplit(page.url).hostname)
    return tuple(name for name in names if name)
