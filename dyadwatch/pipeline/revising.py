"""Revising: whether an article that is read again has another text, or only other surroundings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dyadwatch import articles
from dyadwatch.model.articles import ExtractedArticle, NewestText
from dyadwatch.model.snapshots import ClaimedSnapshot
from dyadwatch.store import Connection, Store, article_versions


@dataclass(frozen=True, slots=True)
class Revised:
    """An article with the text to store: that of the version it `revises` where the page differs from it only
    in what changes by itself. `url` is the one that it is known by; `change` counts the words of a
    revision."""

    url: str
    extracted: ExtractedArticle
    text: str
    revises: int | None = None
    change: Mapping[str, int] | None = None


def revise(store: Store, url: str, snapshot: ClaimedSnapshot, extracted: ExtractedArticle) -> Revised:
    """What is to be stored of an article that was read from a page that states `url`."""
    text = "\n\n".join(part for part in (extracted.title, extracted.text) if part)
    return store.run(lambda db: _revise(db, url, snapshot.page, extracted, text))


def _revise(db: Connection, url: str, page: int, extracted: ExtractedArticle, text: str) -> Revised:
    newest = article_versions.newest(db, url, page)
    # A page may come to hold another article, as one that always shows the latest does.
    if newest is None or (newest.url != url and not articles.is_similar(newest.text, text)):
        return Revised(url, extracted, text)
    if newest.text == text:
        return Revised(newest.url, extracted, text, newest.version)
    if _is_revision(db, newest, text):
        change = articles.count_words(articles.diff(newest.text, text))
        return Revised(newest.url, extracted, text, newest.version, change)
    body = newest.text.removeprefix(newest.title).removeprefix("\n\n")
    kept = replace(extracted, title=newest.title, text=body)
    return Revised(newest.url, kept, newest.text, newest.version)


def _is_revision(db: Connection, newest: NewestText, text: str) -> bool:
    """Evidence that changes is always one; paragraphs that other articles of the source have too are none."""
    if articles.lacks(text, newest.quotes):
        return True
    revision = articles.compare(newest.text, text)
    if revision.is_reworded or not revision.paragraphs:
        return revision.is_reworded
    shared = article_versions.shared_paragraphs(db, newest.article, revision.paragraphs)
    return not shared.issuperset(revision.paragraphs)
