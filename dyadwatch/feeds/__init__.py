"""Feeds: what publishers' feeds say, and when to poll them again.

Bytes in, ParsedFeed out: RSS, RDF, Atom, JSON Feed, news sitemaps, HTML pages that list articles, in any
charset, from well-meaning and hostile publishers. Responses in, FeedDecision out: `cadence`. Pure: no
connection, clock or row; the only package that imports feedparser.
"""

from dyadwatch.feeds import cadence, opml
from dyadwatch.feeds.cadence import request_headers
from dyadwatch.feeds.discovery import choose, discover, guesses
from dyadwatch.feeds.entries import entry_hash, without_feed_scheme
from dyadwatch.feeds.entry_changes import compare as compare_entries
from dyadwatch.feeds.formats import parse
from dyadwatch.feeds.list_pages import check as check_list_rule
from dyadwatch.feeds.sitemap import read_past as read_past_sitemap
from dyadwatch.feeds.starter import starter_packs, starter_sources

__all__ = [
    "cadence",
    "check_list_rule",
    "choose",
    "compare_entries",
    "discover",
    "entry_hash",
    "guesses",
    "opml",
    "parse",
    "read_past_sitemap",
    "request_headers",
    "starter_packs",
    "starter_sources",
    "without_feed_scheme",
]
