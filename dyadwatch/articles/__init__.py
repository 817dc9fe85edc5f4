"""Articles: from the bytes of a page, and the entry of a feed, to title, text, authors, dates, language and
origin.

Here live decoding, parsing, extraction, the removal of boilerplate, and the choice between what page and feed
say. A page that holds no article is refused with NotArticle, whose code names why. Pure: no I/O, no settings,
nothing about watches or stories.
"""

from dyadwatch.articles.dates import modified_at, publication
from dyadwatch.articles.drift import drift, quality
from dyadwatch.articles.entry_content import fragment_text, from_entry, merge
from dyadwatch.articles.extraction import extract
from dyadwatch.articles.extraction_rules import check as check_rules
from dyadwatch.articles.html_parsing import MAX_BYTES, is_gzip_file
from dyadwatch.articles.other_articles import is_about
from dyadwatch.articles.rechecks import NO_ANSWER, SECOND_LOOK, keeps_paragraph, next_check, replaces
from dyadwatch.articles.redirects import leads_to_list, tells
from dyadwatch.articles.revisions import compare, count_words, diff, is_similar, lacks

__all__ = [
    "MAX_BYTES",
    "NO_ANSWER",
    "SECOND_LOOK",
    "check_rules",
    "compare",
    "count_words",
    "diff",
    "drift",
    "extract",
    "fragment_text",
    "from_entry",
    "is_about",
    "is_gzip_file",
    "is_similar",
    "keeps_paragraph",
    "lacks",
    "leads_to_list",
    "merge",
    "modified_at",
    "next_check",
    "publication",
    "quality",
    "replaces",
    "tells",
]
