"""Revising: whether an article that is read again has another text, or only other surroundings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dyadwatch import articles
from dyadwatch.model.articles import ExtractedArticle, NewestText
from dyadwatch.store import Connection, Store, article_versions


@dataclass(frozen=True, slots=True)
class Revised:
    """An article with the text to store: that of the version it `revises` where the page differs from it only
    in what changes by itself. `change` counts the words of a revision."""

    extracted: ExtractedArticle
    text: str
    revises: int | None = None
    change: Mapping[str, int] | None = None


def revise(store: Store, url: str, extracted: ExtractedArticle) -> Revised:
    """What is to be stored of an article that was read."""
    text = "\n\n".join(part for part in (extracted.title, extracted.text) if part)
    return store.run(lambda db: _revise(db, url, extracted, text))


def _revise(db: Connection, url: str, extracted: ExtractedArticle, text: str) -> Revised:
    newest = article_versions.newest(db, url)
    if newest is None:
        return Revised(extracted, text)
    if newest.text == text:
        return Revised(extracted, text, newest.version)
    if _is_revision(db, newest, text):
        change = articles.count_words(articles.diff(newest.text, text))
        return Revised(extracted, text, newest.version, change)
    body = newest.text.removeprefix(newest.title).removeprefix("\n\n")
    return Revised(replace(extracted, title=newest.title, text=body), newest.text, newest.version)


def _is_revision(db: Connection, newest: NewestText, text: str) -> bool:
    """Evidence that changes is always one; paragraphs that other articles of the source have too are none."""
    if articles.lacks(text, newest.quotes):
        return True
    revision = articles.compare(newest.text, text)
    if revision.is_reworded or not revision.paragraphs:
        return revision.is_reworded
    shared = article_versions.shared_paragraphs(db, newest.article, revision.paragraphs)
    return not shared.issuperset(revision.paragraphs)
