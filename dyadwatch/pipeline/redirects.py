"""What a page is that says nothing of the headline for which it was asked: the article, a front page, or one
at which other stories of its source end too."""

import hashlib
from dataclasses import replace

from dyadwatch import articles
from dyadwatch.errors import NotArticle
from dyadwatch.model.articles import ExtractedArticle
from dyadwatch.model.snapshots import ClaimedSnapshot
from dyadwatch.store import Store, redirects

# Pages that say themselves that they are none.
_KNOWN = frozenset({"consent_page", "error_page", "listing", "login_page", "missing_page"})


def judge(store: Store, snapshot: ClaimedSnapshot, page: ExtractedArticle) -> ExtractedArticle:
    """The page, with the reason where it is not the article that its feed names."""
    headline = snapshot.entry.title if snapshot.entry else ""
    if not headline or page.not_article in _KNOWN:
        return page
    moved = snapshot.url != snapshot.page_url
    if moved and articles.leads_to_list(
        page, asked=snapshot.page_url, answered=snapshot.url, headline=headline
    ):
        return replace(page, not_article="listing")
    # Most titles tell it, which costs a hundredth of reading the text for it.
    if articles.is_about(page.title, headline) or articles.tells(page, headline):
        return page
    shared = _is_shared(store, snapshot, page, headline)
    return replace(page, not_article="shared_page") if shared else page


def read_shared(
    store: Store, snapshot: ClaimedSnapshot, page: ExtractedArticle, entry: ExtractedArticle | None
) -> ExtractedArticle:
    """What the feed says of an article whose page other stories share. It takes the place of what was read
    there by mistake; anything else that was read of it stays. Raises NotArticle."""
    kept = store.run(lambda db: redirects.kept_article(db, snapshot, _text_hash(page)))
    if kept is not None and not kept.mistaken:
        detail = "Other stories lead to this page too; what was read of it before stays"
        raise NotArticle(detail, code="page_shared")
    if kept is not None and (entry is None or not entry.text):
        return replace(page, text="")
    return articles.merge(page, entry, asked_at=kept.url if kept else snapshot.page_url)


def _is_shared(store: Store, snapshot: ClaimedSnapshot, page: ExtractedArticle, headline: str) -> bool:
    text_hash = _text_hash(page)
    if text_hash is not None:  # others that are read at the moment see it at once
        store.run(lambda db: redirects.note(db, snapshot, text_hash))
    with store.begin() as db:
        shared = redirects.is_shared(db, snapshot, headline, text_hash)
        if shared:
            redirects.retag_others(db, snapshot, headline, text_hash)
    return shared


def _text_hash(page: ExtractedArticle) -> str | None:
    """Of what a page says; None where it says nothing."""
    return hashlib.sha256(f"{page.title}\n\n{page.text}".encode()).hexdigest() if page.text else None
