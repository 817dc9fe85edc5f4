"""What a feed's entry says about an article, and whether it says more than the page."""

from collections.abc import Sequence
from dataclasses import replace

from lxml import html as lxml_html
from lxml.etree import LxmlError

from dyadwatch.articles.bounds import bound
from dyadwatch.articles.plain_text import clean, one_line, shorten_tags
from dyadwatch.errors import NotArticle
from dyadwatch.model.articles import ExtractedArticle
from dyadwatch.model.entries import EntryContent
from dyadwatch.text import language
from dyadwatch.text.words import word_key

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_TEXTLESS_TAGS = ("script", "style", "iframe", "form", "figcaption", "noscript")
# The entry's text replaces the page's where that is shorter than this share of it.
_MIN_PAGE_SHARE = 0.8
_MIN_FULL_TEXT = 400  # characters below which an entry's text is a summary
_WALLS = {
    "login": "it asks to sign in",
    "consent": "it asks for consent to cookies",
    "shared": "other stories of its source lead to it too",
}
# Pages of these kinds hold nothing of an article; the others may hold a part.
_NO_ARTICLE = frozenset(
    {"listing", "error_page", "missing_page", "login_page", "consent_page", "shared_page"}
)


def from_entry(entry: EntryContent, *, languages: Sequence[str | None] = ()) -> ExtractedArticle:
    """The article as a feed's entry gives it; its text is empty where the entry is a headline alone.
    `languages` are those that the feed and the source state."""
    title, text = one_line(entry.title), fragment_text(entry.html)
    article = ExtractedArticle(
        title=title,
        text=text,
        authors=tuple(entry.authors),
        language=language.identify(f"{title}\n\n{text}", languages),
    )
    return bound(article)


def merge(
    page: ExtractedArticle, entry: ExtractedArticle | None, *, asked_at: str | None = None
) -> ExtractedArticle:
    """The article of a page, with the text of the feed's entry where the page gives none or less of it.
    `asked_at` is the address that the feed names: it stays the article's where redirects ended at a page that
    many may end at, as one to sign in at, or the site's front page.

    Raises NotArticle (page_ with the reason: listing, error, video, ...) where neither has any text.
    """
    is_other = page.not_article in _NO_ARTICLE
    has_text = bool(page.text) and not is_other
    if entry is not None and entry.text and not (has_text and _is_whole(page.text, entry.text)):
        return replace(
            page,
            title=entry.title or page.title,
            text=entry.text,
            language=entry.language,
            # What a page without an article calls its own address is not this article's.
            canonical_url=page.canonical_url if has_text else asked_at if is_other else None,
        )
    if not has_text:
        reason = (page.not_article or "no_text").removesuffix("_page")
        words = _WALLS.get(reason, reason.replace("_", " "))
        raise NotArticle(f"The page holds no article: {words}", code=f"page_{reason}")
    return _with_shown_title(page, entry) if entry is not None else page


def _with_shown_title(page: ExtractedArticle, entry: ExtractedArticle) -> ExtractedArticle:
    """The article of a page whose text begins with the feed's headline with that as its title: as where its
    headings are the site's, and its headline is none."""
    first, _, rest = page.text.partition("\n\n")
    key = word_key(entry.title)
    is_shown = rest and key and word_key(first) == key != word_key(page.title)
    return replace(page, title=first, text=rest) if is_shown else page


def _is_whole(page_text: str, entry_text: str) -> bool:
    """Whether a page gives as much of the article as the entry, of which a short text is only a summary."""
    return len(entry_text) < _MIN_FULL_TEXT or len(page_text) >= _MIN_PAGE_SHARE * len(entry_text)


def fragment_text(html: str) -> str:
    """The text of an HTML fragment in NFC, paragraphs separated by a blank line."""
    if "<" not in html and "&" not in html:
        return _paragraphs(clean(html))
    try:
        tree = lxml_html.fragment_fromstring(shorten_tags(clean(html)), create_parent="div")
    except (LxmlError, ValueError):
        return ""
    for element in tree.xpath("|".join(f".//{name}" for name in _TEXTLESS_TAGS)):
        element.drop_tree()
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag in _BLOCKS:
            element.text = f"\n{element.text or ''}"
            element.tail = f"\n{element.tail or ''}"
    return _paragraphs(clean(tree.text_content()))


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
