"""Articles: as read from a page, and as shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.sources import SourceRef

NotArticleReason = Literal["paywall", "live_blog", "video", "listing", "error_page"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a text first came from, as far as the page says: wire credit, "originally published by", and a
    canonical link to another publisher."""

    agency: str | None = None
    publisher: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ExtractedArticle:
    """What a page says. `text` is the body in NFC, paragraphs separated by a blank line, without the headline;
    `published` and `modified` are ISO 8601, with a zone where the page gives one, or a bare day;
    `authors` are names only; `canonical_url` is absolute; `not_article` names why this is no whole article."""

    title: str
    text: str
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    canonical_url: str | None = None
    dek: str | None = None
    section: str | None = None
    author_note: str | None = None
    origin: Origin | None = None
    image_caption: str | None = None
    not_article: NotArticleReason | None = None


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as listed. `version` counts the texts seen under this URL; `story` groups the same event."""

    id: int
    url: str
    title: str
    authors: tuple[str, ...]
    published_at: datetime | None
    language: str | None
    source: SourceRef | None
    first_seen_at: datetime
    updated_at: datetime
    version: int
    story: int
    origin: Origin | None
    dek: str | None
    section: str | None
    modified_at: datetime | None
    not_article: NotArticleReason | None


@dataclass(frozen=True, slots=True)
class FullArticleView(ArticleView):
    """An article by id. Offsets of its mentions are Unicode code points into `text` (headline, blank line, body)."""

    text: str
    author_note: str | None
    image_caption: str | None


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """An article as named inside an alert; `source` is the publisher's name."""

    id: int
    url: str
    title: str
    source: str | None
    published_at: datetime | None
