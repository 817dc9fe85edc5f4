"""Articles: as extracted from a page, as stored, and as the API returns them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dyadwatch.model.dates import DatePrecision, DateSource
from dyadwatch.model.entries import EntrySource
from dyadwatch.model.sources import SourceRef

ArticleStatus = Literal["live", "gone", "corrected", "retracted"]
NoticeKind = Literal["corrected", "retracted"]
NotArticleReason = Literal[
    "paywall",
    "live_blog",
    "video",
    "listing",
    "error_page",
    "missing_page",
    "login_page",
    "consent_page",
    "shared_page",
    "feed_only",
]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a text first appeared, as far as its page says: a wire credit, "originally published by", and a
    canonical link to another publisher."""

    agency: str | None = None
    publisher: str | None = None
    url: str | None = None


OriginBasis = Literal["credit", "agency", "named", "entry", "canonical", "source"]


@dataclass(frozen=True, slots=True)
class OriginClaim:
    """Whose text an article is by its own account: `key` identifies the origin, `name` is shown of it,
    `basis` is what says so, and one that is not `known` never counts as independent of others: nor does what
    a publisher says of whom nothing is known (`carrier_known`), since anybody can write a credit."""

    key: str
    name: str
    basis: OriginBasis
    known: bool
    carrier_known: bool = True


@dataclass(frozen=True, slots=True)
class StoredClaim:
    """What a stored article is known by as to whose text it is, and the `claim` that was made of that, None
    in articles of older releases; `root` is the first article of its text."""

    article: int
    url: str
    root: int
    story: int
    source: SourceRef | None
    origin: Origin | None
    entry_source: EntrySource | None
    claim: OriginClaim | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What a page says of corrections to its article, or of its retraction."""

    kind: NoticeKind
    text: str


@dataclass(frozen=True, slots=True)
class Publication:
    """When an article was published, in UTC, how exactly that is known, and what says so."""

    at: datetime
    source: DateSource
    precision: DatePrecision


@dataclass(frozen=True, slots=True)
class ExtractedArticle:
    """What a page says. `text` is the body in NFC, paragraphs separated by a blank
    line, without the headline; `published` and `modified` are ISO 8601, with a zone
    where the page gives one, or a bare day; `authors` are names only;
    `canonical_url` is absolute; `not_article` names why this is no whole article."""

    title: str
    text: str
    authors: tuple[str, ...] = ()
    published: str | None = None
    published_source: DateSource | None = None
    modified: str | None = None
    language: str | None = None
    canonical_url: str | None = None
    dek: str | None = None
    section: str | None = None
    author_note: str | None = None
    origin: Origin | None = None
    image_caption: str | None = None
    not_article: NotArticleReason | None = None
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article as read from a snapshot, ready to be placed in a story and
    stored. `url` is its identity, normalised; `text` is headline, blank line and
    body; `title_key`, `signature`, `shingles` and `claim` are made by
    `dyadwatch.stories`. `revises` is the version that it was compared with, None where there was none, and
    `change` counts the words `added` to and `removed` from that one where it is another text. `other_url` is
    the identity that the page states, where the article is known under another one."""

    url: str
    extracted: ExtractedArticle
    text: str
    publication: Publication | None
    modified_at: datetime | None
    language: str | None
    title_key: str
    signature: bytes
    shingles: tuple[int, ...]
    claim: OriginClaim
    revises: int | None = None
    change: Mapping[str, int] | None = None
    other_url: str | None = None

    @property
    def text_hash(self) -> str:
        """SHA-256 of the text, in hexadecimal digits: another hash makes another version."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class JoinedBy:
    """Why an article is in its story: because of its `words` (a copy, the same headline, a link to the
    origin), of the `event` that it reports, or of an analyst's `verdict`. Of an event: the `article` of the
    story that is closest, and the `terms` of the `score`, in log-odds; of a verdict: its number."""

    kind: Literal["words", "event", "verdict"]
    article: int | None = None
    score: float | None = None
    terms: Mapping[str, float] = field(default_factory=dict)
    verdict: int | None = None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as it is stored; `version` and `text_hash` are those of its current text, `notice`
    what was last said of corrections to it."""

    id: int
    story: int
    version: int
    text_hash: str
    not_article: NotArticleReason | None = None
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class DiffPart:
    """Words that were kept, removed or added between two texts."""

    op: Literal["kept", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class NewestText:
    """The current version of an article, with the `quotes` of what was tagged in it; `text` is headline,
    blank line and body, `page` that from which the article was read first, None where it is gone, `snapshot`
    that from which this version was."""

    article: int
    url: str
    page: int | None
    version: int
    title: str
    text: str
    quotes: tuple[str, ...]
    snapshot: int | None
    not_article: NotArticleReason | None


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version of an article's text, by its `number`; `created_at` is when it was read. `change` counts the
    words `added` to and `removed` from the version before, null for the first and for those of older
    releases."""

    number: int
    title: str
    created_at: datetime
    change: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class FullVersionView(VersionView):
    """A version with its text (headline, blank line, body)."""

    text: str


@dataclass(frozen=True, slots=True)
class VersionDiff:
    """What differs between two versions of an article, word by word: the parts kept and added make the text
    of `to_version`, those kept and removed that of `from_version`, which is null where the first version is
    compared with nothing."""

    from_version: int | None
    to_version: int
    added: int
    removed: int
    parts: tuple[DiffPart, ...]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article without its text. `version` counts the versions of the text seen at this URL; articles with
    the same `story` are about the same event, and `copy_of` is the first that had its text, null for a text
    of its own; `joined_by` is why it is in its story, null for the first article of one. `published_source`
    says where the date of publication was stated, `published_precision` how exactly: a day counts as its
    midnight, a time in an unknown zone as one in UTC; both are null for articles stored before they were
    known. `status` says whether its page is gone, or carries the `notice` of a correction or retraction,
    since `status_at`."""

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
    copy_of: int | None
    dek: str | None
    section: str | None
    modified_at: datetime | None
    not_article: NotArticleReason | None
    published_source: DateSource | None
    published_precision: DatePrecision | None
    joined_by: JoinedBy | None
    status: ArticleStatus
    status_at: datetime | None
    notice: Notice | None


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A part of a text, by its offsets in Unicode code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of an article's text, in one line, that has words which were searched for, and where in it they
    are."""

    text: str
    words: tuple[TextSpan, ...]


@dataclass(frozen=True, slots=True)
class ArticleHit(ArticleView):
    """An article of a list; `snippet` shows the words of a search in its text, null where it has none of
    them near its beginning."""

    snippet: Snippet | None = None


@dataclass(frozen=True, slots=True)
class FullArticleView(ArticleView):
    """An article with its text (headline, blank line, body). The offsets of its mentions count Unicode code
    points of `text`; one that is too long is tagged up to `tagged_to`, None where all of it is.
    `copy_features` are what speaks for and against its being a copy, as log-odds."""

    text: str
    copy_features: Mapping[str, float] | None
    author_note: str | None
    image_caption: str | None
    tagged_to: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """An article of an alert; `source` is the name of its publisher."""

    id: int
    url: str
    title: str
    source: str | None
    published_at: datetime | None
    published_source: DateSource | None = None
    published_precision: DatePrecision | None = None
    status: ArticleStatus = "live"
