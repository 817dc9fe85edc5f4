"""Pages that hold no article, by name: only what can be decided soundly from the page itself."""

import re
from urllib.parse import urlsplit

from dyadwatch.articles import jsonld
from dyadwatch.articles.statements import Statements
from dyadwatch.errors import NotArticle

_ERROR_TITLE = re.compile(
    r"^\W*(?:error\s*)?(?:404|403|410|500|502|503)\b|\b(?:page (?:not found|does(?:n['’]t| not) exist|no longer exists)|not found|access denied|403 forbidden|bad gateway"
    r"|service unavailable|internal server error|just a moment|attention required|are you a robot|verify (?:you are|that you are) human|checking your browser)\b"
    r"|seite nicht gefunden|page (?:non trouvée|introuvable)|página no encontrada|pagina non trovata|sayfa bulunamadı|страница не найдена|الصفحة غير موجودة|صفحه (?:مورد نظر )?(?:یافت|پیدا) نشد|הדף לא נמצא",
    re.IGNORECASE,
)
_ERROR_TEXT = 1_500
_LISTING_TYPES = frozenset({"collectionpage", "searchresultspage", "itemlist", "profilepage"})
_TEASER = 250
_SHORTEST = 25


def check(page: Statements, title: str | None, text: str) -> None:
    """Refuses what is no article, with NotArticle.

    page_error    the title says so, and there is little text
    page_listing  the address is a site's root, or the page calls itself a collection, a search or a profile; and it
                  states no article
    page_paywall  the publisher declares the article not free, and less than 250 characters are there
    page_no_text  no headline, or less than 25 characters of text
    """
    if title and len(text) < _ERROR_TEXT and _ERROR_TITLE.search(title):
        raise NotArticle(f"the page is an error page: {title[:120]}", code="page_error")
    if _is_listing(page):
        raise NotArticle("the page lists articles and is none", code="page_listing")
    if len(text) < _TEASER and _is_paid(page):
        raise NotArticle("the article is behind a paywall", code="page_paywall")
    if not title or len(text) < _SHORTEST:
        raise NotArticle("no article text was found on the page", code="page_no_text")


def _is_listing(page: Statements) -> bool:
    if (
        page.article_stated
        or (page.meta("og:type") or "").lower() == "article"
        or page.meta("article:published_time")
    ):
        return False
    parts = urlsplit(page.url)
    is_root = bool(parts.netloc) and parts.path in {"", "/"} and not parts.query
    return is_root or any(_LISTING_TYPES.intersection(jsonld.types_of(node)) for node in page.nodes)


def _is_paid(page: Statements) -> bool:
    free = page.article.get("isAccessibleForFree")
    tier = (page.meta("article:content_tier") or "").lower()
    return str(free).lower() == "false" or tier in {"locked", "metered"}
