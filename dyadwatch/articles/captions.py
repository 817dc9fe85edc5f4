"""The caption of an article's first picture."""

from itertools import islice

from dyadwatch.articles import jsonld
from dyadwatch.articles.metadata import PageMetadata, element_text

_MAX_FIGURES = 10
_MAX_CAPTION = 600  # characters


def caption(page: PageMetadata) -> str | None:
    """The caption of the first captioned figure of the article, else the one in its JSON-LD, else None."""
    within = next(iter(page.tree.xpath("//article | //main")), page.tree)
    captions = map(element_text, islice(within.iter("figcaption"), _MAX_FIGURES))
    visible = next((text for text in captions if 0 < len(text) <= _MAX_CAPTION), None)
    image = page.article.get("image")
    image = image[0] if isinstance(image, list) and image else image
    return visible or (jsonld.text_of(image.get("caption")) if isinstance(image, dict) else None)
