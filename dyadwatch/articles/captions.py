"""The caption of an article's first picture, and those of a gallery, which has no other text."""

from itertools import islice

from dyadwatch.articles import jsonld
from dyadwatch.articles.metadata import PageMetadata, element_text
from dyadwatch.articles.paths import path

_MAX_FIGURES = 10
_MAX_CAPTION = 600  # characters
_MIN_FIGURES, _MAX_GALLERY = 2, 200  # captions of a gallery
_CAPTIONS = path(
    "following::figcaption[not(.//a or ancestor::a or ancestor::aside or ancestor::nav or ancestor::footer)]"
)
_LINKED_HEADINGS = path(".//*[self::h2 or self::h3 or self::h4][.//a or ancestor::a]")
_HOLDERS = path("ancestor::article | ancestor::main")
_SENTENCE_ENDS = (".", "!", "?", "؟", "۔", "।", "。")


def caption(page: PageMetadata) -> str | None:
    """The caption of the first captioned figure of the article, else the one in its JSON-LD, else None."""
    within = next(page.tree.iter("article", "main"), page.tree)
    captions = map(element_text, islice(within.iter("figcaption"), _MAX_FIGURES))
    visible = next((text for text in captions if 0 < len(text) <= _MAX_CAPTION), None)
    image = page.article.get("image")
    image = image[0] if isinstance(image, list) and image else image
    return visible or (jsonld.text_of(image.get("caption")) if isinstance(image, dict) else None)


def gallery(page: PageMetadata) -> tuple[str, ...]:
    """The captions that are sentences, of the article or main element with the only h1; none where it leads
    to other stories, whose pictures these may be."""
    headlines = list(page.tree.iter("h1"))
    own = _HOLDERS(headlines[0]) if len(headlines) == 1 else []
    if not own or _LINKED_HEADINGS(own[-1]):
        return ()
    captions = islice(_CAPTIONS(headlines[0]), _MAX_GALLERY)
    texts = [element_text(one) for one in captions if own[-1] in one.iterancestors()]
    sentences = tuple(text for text in texts if text.endswith(_SENTENCE_ENDS) and len(text) <= _MAX_CAPTION)
    return sentences if len(sentences) >= _MIN_FIGURES else ()
