"""Articles: from the bytes of a page to title, text, authors, dates, language and origin.

Here live decoding, parsing, extraction and the rules that clear a text of what is not the article's. A page that holds
no article is refused with NotArticle, whose code names why. No I/O, no settings, nothing about feeds, watches or stories:
values in, values out.
"""

from dyadwatch.articles.drift import drift, quality
from dyadwatch.articles.extraction import EXTRACTOR_VERSION, extract
from dyadwatch.articles.extraction_rules import check as check_rules
from dyadwatch.articles.feed_content import from_entry, fuller
from dyadwatch.articles.html_parsing import MAX_BYTES

__all__ = [
    "EXTRACTOR_VERSION",
    "MAX_BYTES",
    "check_rules",
    "drift",
    "extract",
    "from_entry",
    "fuller",
    "quality",
]
