"""The language of an article: what its text says, weighed with what the page, the feed and the source
state."""

from collections.abc import Sequence

from dyadwatch.articles import jsonld
from dyadwatch.articles.metadata import PageMetadata
from dyadwatch.text import language


def article_language(page: PageMetadata, text: str, stated: Sequence[str | None] = ()) -> str | None:
    """The BCP 47 tag of `text`: with the region where the page states one for that language, else the primary
    code.

    `stated` are the languages that the feed and the source state.
    """
    html = page.tree.getroottree().getroot()
    by_page = (
        jsonld.text_of(page.article.get("inLanguage")),
        html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang") or html.get("xml:lang"),
        page.meta("content-language", "dc.language", "og:locale"),
    )
    code = language.identify(text, (*by_page, *stated))
    return next((tag for value in by_page if (tag := _agreeing(value, code))), code)


def _agreeing(value: str | None, code: str | None) -> str | None:
    tag = language.normal_tag(value)
    return tag if language.primary(tag) == code else None
