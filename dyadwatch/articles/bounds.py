"""Bounds of what an article may hold, whatever its page or feed says."""

from dataclasses import replace

from dyadwatch.model.articles import ExtractedArticle, Origin

MAX_TEXT = 500_000  # characters
MAX_TITLE = 500
MAX_AUTHORS = 50
_MAX_NAME = 200
_MAX_NOTE = 2_000


def bound(article: ExtractedArticle) -> ExtractedArticle:
    """`article` with each of its values cut to its bound."""
    return replace(
        article,
        title=article.title[:MAX_TITLE],
        text=article.text[:MAX_TEXT],
        authors=tuple(author[:_MAX_NAME] for author in article.authors[:MAX_AUTHORS]),
        dek=_cut(article.dek, _MAX_NOTE),
        section=_cut(article.section, _MAX_NAME),
        author_note=_cut(article.author_note, _MAX_NOTE),
        origin=_bound_origin(article.origin),
        image_caption=_cut(article.image_caption, _MAX_NOTE),
    )


def _bound_origin(origin: Origin | None) -> Origin | None:
    """A link is whole or not there."""
    if origin is None:
        return None
    url = origin.url if origin.url and len(origin.url) <= _MAX_NOTE else None
    return Origin(_cut(origin.agency, _MAX_NAME), _cut(origin.publisher, _MAX_NAME), url)


def _cut(value: str | None, length: int) -> str | None:
    return value[:length] if value else value
