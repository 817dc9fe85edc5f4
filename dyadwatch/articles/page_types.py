"""Which pages hold no whole article: teasers behind a paywall, live blogs, videos, listings, error pages."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice

from dyadwatch import walls
from dyadwatch.articles import error_pages, jsonld, listings
from dyadwatch.articles.metadata import PageMetadata
from dyadwatch.model.articles import NotArticleReason
from dyadwatch.text.folding import UNSPACED
from dyadwatch.walls import Wall

_MIN_TEXT = 25  # characters, of what is no sentence
# A sentence, however short; of a script without blanks four letters
_FLASH = re.compile(rf"(?:\w\W+\w|[{UNSPACED}]{{4}}).*(?<!\.\.)[.!?؟۔।。！？]$")

_LIVE_URL = re.compile(
    r"/(?:live|liveblog|live-blog|live-updates|liveticker|en-direct|en-vivo|direto)(?:/|-\d|$)|(?:live-blog"
    r"|liveblog|liveticker|live-updates)",
    re.IGNORECASE,
)
_LIVE_TITLE = re.compile(
    r"\b(?:live ?blog|live ?ticker|live updates?|live coverage|as it happened|en direct|en vivo|ao vivo"
    r"|minuto a minuto)\b|\bLIVE\b\W|[:|–-] live$|^live:|بث مباشر|لحظة بلحظة|لحظه به لحظه|онлайн-трансляция|canlı anlatım"
    r"|עדכונים שוטפים",
    re.IGNORECASE,
)
_MANY_TIMES = 3

_WALL = re.compile(
    r"\b(?:subscribe (?:now )?to (?:continue|keep|read|unlock|access)|(?:sign|log) ?in to (?:continue"
    r"|keep) reading|(?:to|and) (?:continue|keep) reading[, ].{0,40}(?:subscribe|sign|log|register)"
    r"|this (?:article|story|content) is (?:for|only available to|exclusive to"
    r"|reserved for) (?:our )?(?:paying )?(?:subscribers|members)|already a subscriber|(?:unlock"
    r"|read) (?:this|the full) (?:article|story)"
    r"|subscriber[- ]only|for subscribers only|register (?:for free )?to (?:continue|read)"
    r"|you have reached (?:your (?:article )?limit|the limit of)"
    r"|jetzt weiterlesen|weiterlesen mit|nur für abonnenten|dieser (?:artikel|inhalt) ist (?:nur )?(?:für"
    r"|exklusiv)|réservée? aux abonnés|il (?:vous )?reste \d+ ?% de cet article|pour lire la suite"
    r"|contenido exclusivo para suscriptores|solo para suscriptores|suscríbete para (?:seguir|continuar)"
    r"|conteúdo exclusivo para assinantes|contenuto riservato agli abbonati|materiał dla subskrybentów"
    r"|материал доступен (?:только )?(?:по подписке|подписчикам)|abonelere özel|هذا المحتوى (?:حصري "
    r"|متاح )?للمشتركين|للمشتركين فقط|ویژه مشترکان|למנויים בלבד)",
    re.IGNORECASE,
)
_WALL_TEXT = 1_500  # characters below which a wall's words mean that the rest is missing
_MIN_WALL, _MAX_WALL = 10, 400  # characters of a wall's words
_TEASER = 250  # characters below which the text of a paid article is a teaser
_PAID_TEXT = 1_200  # and below which it is one if it is cut off
_WHOLE = 0.6  # share of the words or characters stated by the publisher that a whole text has at least
_CUT = re.compile(r"(?:\.{3}|…|\[…\]|\[\.{3}\])\W{0,3}$")

# A challenge is an error.
_WALLS: dict[Wall | None, NotArticleReason] = {"login": "login_page", "consent": "consent_page"}
_VIDEO_TYPES = frozenset({"videoobject"})
_VIDEO_URL = re.compile(r"/(?:videos?|watch|vod|فيديو)/", re.IGNORECASE)
_VIDEO_TEXT = 500  # characters below which a video is the content


def not_article_reason(page: PageMetadata, title: str, text: str, html: str) -> NotArticleReason | None:
    """Why the page is no whole article, None where it is one; `text` is the extracted body, `html` the whole
    page.

    login_page, consent_page  it states no article, and stands before what was asked for
    missing_page  the title says that what was asked for is not there, and there is little text
    error_page  it says that something else is wrong, or is a challenge; or there is no text at all
    live_blog   JSON-LD says so, or address and headline do, or one of them with many <time> elements (the
                address alone where no article is stated)
    listing     it states no article, and `listings` says so
    video       JSON-LD, og:type or the address name a video, and there is little text
    paywall     the publisher declares the article not free or shows a wall, and the text is short or cut
    """
    is_article = _states_article(page)
    wall = None if is_article else walls.of_page(html, page.url)
    if wall in _WALLS:
        return _WALLS[wall]
    error = error_pages.reason(page, title, text, states_article=is_article, wall=wall)
    return error or _by_content(page, title, text)


def _by_content(page: PageMetadata, title: str, text: str) -> NotArticleReason | None:
    if is_live(page, title):
        return "live_blog"
    if not _states_article(page) and listings.is_listing(page, title, text):
        return "listing"
    if len(text) < _VIDEO_TEXT and _is_video(page):
        return "video"
    if _is_walled(page, text):
        return "paywall"
    return "error_page" if _width(text) < _MIN_TEXT and not _FLASH.search(text) else None


def _width(text: str) -> int:
    """The length of a text, with the letters that say as much as two twice: the wide ones."""
    return len(text) + sum(unicodedata.east_asian_width(letter) == "W" for letter in text[:_MIN_TEXT])


def is_live(page: PageMetadata, title: str) -> bool:
    """Whether a page says that it is written as things happen."""
    if "liveblogposting" in jsonld.types_of(page.article):
        return True
    is_called_so = _LIVE_TITLE.search(title) is not None
    is_under = _LIVE_URL.search(page.url) is not None
    if is_called_so and is_under:
        return True
    may_be = is_called_so or (is_under and not page.article_stated)
    return may_be and _has_many(page.tree.iter("time"), _MANY_TIMES)


def _states_article(page: PageMetadata) -> bool:
    return bool(
        page.article_stated
        or (page.meta("og:type") or "").lower() == "article"
        or page.meta("article:published_time")
    )


def _is_video(page: PageMetadata) -> bool:
    kind = (page.meta("og:type") or "").lower()
    states = any(_VIDEO_TYPES.intersection(jsonld.types_of(node)) for node in page.nodes)
    return kind.startswith("video") or (
        (states or _has_many(page.tree.iter("video"), 1))
        and (not page.article_stated or _VIDEO_URL.search(page.url) is not None)
    )


def _is_walled(page: PageMetadata, text: str) -> bool:
    if len(text) < _WALL_TEXT and _shows_wall(page):
        return True
    if not _is_paid(page):
        return False
    return (
        len(text) < _TEASER
        or (len(text) < _PAID_TEXT and _CUT.search(text) is not None)
        or _is_part(page, text)
    )


def _has_many(items: Iterable[object], minimum: int) -> bool:
    return sum(1 for _ in islice(items, minimum)) == minimum


def _shows_wall(page: PageMetadata) -> bool:
    elements = page.tree.iter(
        "p", "div", "span", "h1", "h2", "h3", "h4", "a", "strong", "b", "label", "button", "section"
    )
    return any(
        _WALL.search(text) is not None
        for element in elements
        for text in (element.text, element.tail)
        if text and _MIN_WALL < len(text) < _MAX_WALL
    )


def _is_paid(page: PageMetadata) -> bool:
    parts = page.article.get("hasPart")
    elements = [node for node in page.nodes if "webpageelement" in jsonld.types_of(node)]
    nodes = [page.article, *(parts if isinstance(parts, list) else [parts]), *elements]
    tier = (page.meta("article:content_tier") or "").lower()
    return tier in {"locked", "metered"} or any(
        isinstance(node, dict) and _says_no(node.get("isAccessibleForFree")) for node in nodes
    )


def _says_no(value: object) -> bool:
    """Whether a value is false: as JSON has it, as text, or as schema.org's address."""
    return str(value).rsplit("/", 1)[-1].lower() in {"false", "no"}


def _is_part(page: PageMetadata, text: str) -> bool:
    """Whether the publisher states many more words, or a longer body, than the text has."""
    words = str(page.article.get("wordCount") or "")
    body = page.article.get("articleBody")
    return (words.isdigit() and len(text.split()) < _WHOLE * int(words)) or (
        isinstance(body, str) and len(text) < _WHOLE * len(body)
    )
