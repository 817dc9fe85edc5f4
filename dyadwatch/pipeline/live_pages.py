"""Live pages, of whose posts a feed makes entries of their own: a page often shows but the last ones."""

from dataclasses import replace

from dyadwatch import articles
from dyadwatch.model.articles import ExtractedArticle
from dyadwatch.model.entries import EntryContent
from dyadwatch.model.snapshots import ClaimedSnapshot
from dyadwatch.pipeline.context import StepContext
from dyadwatch.store import entries
from dyadwatch.text import bounds
from dyadwatch.text.words import word_key


def with_posts(
    context: StepContext, snapshot: ClaimedSnapshot, article: ExtractedArticle
) -> ExtractedArticle:
    """A live page with the posts behind its text that its feed has and it does not show; any other article as
    it is."""
    if article.not_article != "live_blog":
        return article
    posts = context.store.run(lambda db: entries.posts(db, snapshot.page))
    text, shown = article.text, word_key(f"{article.title}\n\n{article.text}")
    for post in posts:
        missing = [part for part in _paragraphs(context, post) if word_key(part.rstrip(" .…")) not in shown]
        if missing and sum(map(len, missing)) + len(text) < bounds.MAX_LENGTH:
            text = "\n\n".join((text, *missing))
    return replace(article, text=text)


def _paragraphs(context: StepContext, post: EntryContent) -> list[str]:
    """The headline of a post and its text."""
    text = context.sandbox.call_until(context.until, articles.fragment_text, post.html)
    return [part for part in (post.title, *text.split("\n\n")) if part]
