"""Revising: whether an article that is read again has another text, or only other surroundings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dyadwatch import articles, urls
from dyadwatch.errors import NotArticle
from dyadwatch.model.articles import ExtractedArticle, NewestText
from dyadwatch.model.snapshots import ClaimedSnapshot
from dyadwatch.store import Connection, Store, article_versions
from dyadwatch.store import articles as article_rows
from dyadwatch.text.words import word_key


@dataclass(frozen=True, slots=True)
class RevisedArticle:
    """An article with the text to store: that of the version it `revises` where the page differs from it only
    in what changes by itself. `url` is the one that it is known by, `other_url` another that its page states;
    `change` counts the words of a revision."""

    url: str
    extracted: ExtractedArticle
    text: str
    revises: int | None = None
    change: Mapping[str, int] | None = None
    other_url: str | None = None


def revise(
    store: Store, stated: str, snapshot: ClaimedSnapshot, extracted: ExtractedArticle
) -> RevisedArticle:
    """What is to be stored of an article that was read from a page which states the URL `stated`. Raises
    NotArticle where the page is an error, or a wall, and the article was read from it before."""
    text = "\n\n".join(part for part in (extracted.title, extracted.text) if part)

    def decide(db: Connection) -> RevisedArticle:
        url, newest = _identify(db, stated, snapshot, extracted.title, text)
        if newest is not None:
            _check_replacement(newest, snapshot, extracted)
        # A page may come to hold another article, as one that always shows the latest does.
        if newest is None or (newest.url != url and not articles.is_similar(newest.text, text)):
            return RevisedArticle(url, extracted, text)
        revised = _revise(db, newest, extracted, text)
        return replace(revised, other_url=url if newest.url != url else None)

    return store.run(decide)


def _check_replacement(newest: NewestText, snapshot: ClaimedSnapshot, extracted: ExtractedArticle) -> None:
    """Refuses a page that is no article in place of one: the feed's summary, which is all that is left of it
    then, is less than what was read."""
    if (
        extracted.not_article in articles.NO_ANSWER
        and newest.not_article not in articles.NO_ANSWER
        and newest.snapshot not in {snapshot.id, None}
    ):
        reason = extracted.not_article.removesuffix("_page")
        raise NotArticle(
            f"The page holds no article any more: {reason}; what was read of it before stays",
            code=f"page_{reason}",
        )


def _identify(
    db: Connection, stated: str, snapshot: ClaimedSnapshot, title: str, text: str
) -> tuple[str, NewestText | None]:
    """The URL of an article, and its newest version. A publisher may state one URL for several articles by
    mistake: it is that of the page that has it, and the others are known by those of their own pages."""
    own = urls.normalise(snapshot.url)
    newest = article_versions.newest(db, stated, snapshot.page)
    if newest is None or not _is_anothers(newest, stated, snapshot.page, title, text):
        return stated, newest
    if own != stated:
        newest = article_versions.newest(db, own, snapshot.page)
    if newest is not None and _is_anothers(newest, own, snapshot.page, title, text):
        newest = None if article_rows.rename_to_page(db, newest.article) else newest
    return own, newest


def _is_anothers(newest: NewestText, url: str, page: int, title: str, text: str) -> bool:
    """Whether the article with a URL was read from another page, and has another headline and another text,
    or one that says nothing of this headline, as reports by one template do."""
    if newest.url != url or newest.page in {page, None} or word_key(newest.title) == word_key(title):
        return False
    return not (articles.is_similar(newest.text, text) and articles.is_about(newest.text, title))


def _revise(db: Connection, newest: NewestText, extracted: ExtractedArticle, text: str) -> RevisedArticle:
    if newest.text == text:
        return RevisedArticle(newest.url, extracted, text, newest.version)
    if _is_revision(db, newest, text):
        change = articles.count_words(articles.diff(newest.text, text))
        return RevisedArticle(newest.url, extracted, text, newest.version, change)
    body = newest.text.removeprefix(newest.title).removeprefix("\n\n")
    kept = replace(extracted, title=newest.title, text=body)
    return RevisedArticle(newest.url, kept, newest.text, newest.version)


def _is_revision(db: Connection, newest: NewestText, text: str) -> bool:
    """Evidence that changes is always one; paragraphs that other articles of the source have too are none."""
    if articles.lacks(text, newest.quotes):
        return True
    revision = articles.compare(newest.text, text)
    if revision.is_reworded or not revision.paragraphs:
        return revision.is_reworded
    shared = article_versions.shared_paragraphs(db, newest.article, revision.paragraphs)
    return not shared.issuperset(revision.paragraphs)
