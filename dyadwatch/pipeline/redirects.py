"""What a page is that was answered at another address than it was asked for at: the article, a front page, or
one at which other stories of its source end too."""

from dataclasses import replace

from dyadwatch import articles
from dyadwatch.model.articles import ExtractedArticle, NotArticleReason
from dyadwatch.model.snapshots import ClaimedSnapshot
from dyadwatch.store import Store, redirects

# Pages that say themselves that they are none.
_KNOWN = frozenset({"consent_page", "error_page", "listing", "login_page", "missing_page"})


def judge(store: Store, snapshot: ClaimedSnapshot, page: ExtractedArticle) -> ExtractedArticle:
    """The page, with the reason where it is not the article that its feed names."""
    headline = snapshot.entry.title if snapshot.entry else ""
    if snapshot.url == snapshot.page_url or not headline or page.not_article in _KNOWN:
        return page
    reason = _reason(store, snapshot, page, headline)
    return page if reason is None else replace(page, not_article=reason)


def known_url(store: Store, snapshot: ClaimedSnapshot, page: ExtractedArticle) -> str:
    """The address of what a feed says of an article whose page leads elsewhere: the one that the feed names,
    or where the article was read there by mistake, that."""
    if page.not_article == "shared_page" and store.run(lambda db: redirects.has_article(db, snapshot)):
        return snapshot.url
    return snapshot.page_url


def _reason(
    store: Store, snapshot: ClaimedSnapshot, page: ExtractedArticle, headline: str
) -> NotArticleReason | None:
    if articles.leads_to_list(page, asked=snapshot.page_url, answered=snapshot.url, headline=headline):
        return "listing"
    if articles.tells(page, headline) or not store.run(
        lambda db: redirects.is_shared(db, snapshot, headline)
    ):
        return None
    with store.begin() as db:
        redirects.retag_others(db, snapshot, headline)
    return "shared_page"
