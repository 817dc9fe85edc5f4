"""One page in, one article out."""

import unicodedata
from urllib.parse import urlsplit

from lxml.etree import LxmlError

from dyadwatch.articles import (
    bodies,
    bylines,
    captions,
    dates,
    html_parsing,
    identity,
    metadata,
    origins,
    page_types,
    titles,
)
from dyadwatch.articles import extraction_rules as reading
from dyadwatch.errors import InvalidInput, NotArticle
from dyadwatch.model.articles import ExtractedArticle
from dyadwatch.model.extraction_rules import ReadingRules

# Goes into snapshots; raised whenever the same page could give another article.
EXTRACTOR_VERSION = "2"


def extract(
    html: bytes | str, *, url: str, content_type: str | None = None, rules: ReadingRules | None = None
) -> ExtractedArticle:
    """The article of a page that was found at `url` (may be "" where unknown); `content_type` is the HTTP header's value;
    `rules` say how this publisher's pages are read, where the general way errs.

    A page that holds no whole article comes back with `not_article`. Raises InvalidInput (url_invalid, bad_selector), and
    NotArticle for what cannot be read at all: page_no_text, and what `html_parsing.read` lists.
    """
    try:
        urlsplit(url)
    except ValueError as error:
        raise InvalidInput(f"{url!r} is not a URL: {error}", code="url_invalid") from error
    text = html_parsing.read(html, content_type=content_type)
    try:
        ruled = reading.apply(text, rules) if rules is not None else reading.Ruled(text)
        return _article(metadata.gather(html_parsing.tree_of(ruled.html), url), ruled)
    except (LxmlError, RecursionError) as error:
        raise NotArticle(
            f"the page defeats the extractor: {type(error).__name__}", code="page_error"
        ) from error


def _article(page: metadata.Statements, ruled: reading.Ruled) -> ExtractedArticle:
    """What the page says; everything that needs the whole tree is read before the body consumes it."""
    title = ruled.title or titles.headline(page)
    published = dates.read_date(ruled.date) or dates.published(page)
    modified = dates.modified(page)
    authors = ruled.authors or bylines.authors(page)
    canonical, original = identity.canonical(page)
    caption = captions.caption(page)
    note = bylines.note(page, authors)
    body = bodies.stated(ruled.body, authors) if ruled.body else bodies.body(page, title, authors)
    text = unicodedata.normalize("NFC", "\n\n".join(body.paragraphs))
    if not (title or text or published):
        raise NotArticle("the page has no headline, no text and no date", code="page_no_text")
    title = title or ""
    return ExtractedArticle(
        title=title,
        text=text,
        authors=authors,
        published=published,
        modified=modified,
        language=identity.language(page, text),
        canonical_url=canonical,
        dek=identity.dek(page, title),
        section=identity.section(page),
        author_note=body.author_note or note,
        origin=origins.linked(
            origins.origin(body.raw, authors, sites=_own_names(page), canonical=original), page
        ),
        image_caption=caption,
        not_article=page_types.reason(page, title, text),
    )


def _own_names(page: metadata.Statements) -> tuple[str, ...]:
    named = (page.meta("og:site_name"), page.meta("application-name"), urlsplit(page.url).hostname)
    return tuple(name for name in named if name)
