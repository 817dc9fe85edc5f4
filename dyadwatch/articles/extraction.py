"""One page in, one article out."""

import unicodedata
from urllib.parse import urlsplit

from lxml.etree import LxmlError

from dyadwatch.articles import (
    bodies,
    bylines,
    dates,
    documents,
    identity,
    origins,
    refusals,
    statements,
    titles,
)
from dyadwatch.errors import InvalidInput, NotArticle
from dyadwatch.model.articles import ExtractedArticle

# Goes into snapshots; raised whenever the same page could give another article.
EXTRACTOR_VERSION = "1"


def extract(html: bytes | str, *, url: str, content_type: str | None = None) -> ExtractedArticle:
    """The article of a page that was found at `url` (may be "" where unknown); `content_type` is the HTTP header's value.

    Raises InvalidInput (url_invalid), and NotArticle for a page without an article; `documents.parse` and `refusals.check` list the codes.
    """
    try:
        urlsplit(url)
    except ValueError as error:
        raise InvalidInput(f"{url!r} is not a URL: {error}", code="url_invalid") from error
    tree = documents.parse(html, content_type=content_type)
    try:
        return _article(statements.gather(tree, url))
    except (LxmlError, RecursionError) as error:
        raise NotArticle(
            f"the page defeats the extractor: {type(error).__name__}", code="page_error"
        ) from error


def _article(page: statements.Statements) -> ExtractedArticle:
    """What the page says; everything that needs the whole tree is read before the body consumes it."""
    title = titles.headline(page)
    published, modified = dates.published(page), dates.modified(page)
    authors = bylines.authors(page)
    canonical, original = identity.canonical(page)
    body = bodies.body(page, title, authors)
    text = unicodedata.normalize("NFC", "\n\n".join(body.paragraphs))
    refusals.check(page, title, text)
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
        author_note=body.author_note,
        origin=origins.origin(body.raw, authors, sites=_own_names(page), canonical=original),
    )


def _own_names(page: statements.Statements) -> tuple[str, ...]:
    named = (page.meta("og:site_name"), page.meta("application-name"), urlsplit(page.url).hostname)
    return tuple(name for name in named if name)
