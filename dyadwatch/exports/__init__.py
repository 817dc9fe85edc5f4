"""Lists of alerts in the formats of others: tables for analysts, feeds for feed readers.

Pure: the documents of alerts in, bytes out. Which alerts these are, and who may see them, is the service's.
"""

from collections.abc import Callable, Mapping

from dyadwatch.exports import atom, json_feed, misp, parquet, polecat, rss, stix, table
from dyadwatch.exports.page import Page

# A writer for each media type.
WRITERS: Mapping[str, Callable[[Page], bytes]] = {
    atom.MEDIA_TYPE: atom.write,
    rss.MEDIA_TYPE: rss.write,
    json_feed.MEDIA_TYPE: json_feed.write,
    table.MEDIA_TYPE: table.write,
    polecat.MEDIA_TYPE: polecat.write,
    parquet.MEDIA_TYPE: parquet.write,
    stix.MEDIA_TYPE: stix.write,
    stix.ANY_VERSION: stix.write,
    misp.MEDIA_TYPE: misp.write,
}
# The media type of each format, by its short name.
FORMATS: Mapping[str, str] = {
    "atom": atom.MEDIA_TYPE,
    "rss": rss.MEDIA_TYPE,
    "json_feed": json_feed.MEDIA_TYPE,
    "csv": table.MEDIA_TYPE,
    "polecat": polecat.MEDIA_TYPE,
    "parquet": parquet.MEDIA_TYPE,
    "stix": stix.MEDIA_TYPE,
    "misp": misp.MEDIA_TYPE,
}
# Those that a single alert, or the alerts of a story, can be sent as.
EXCHANGE: Mapping[str, Callable[[Page], bytes]] = {
    stix.MEDIA_TYPE: stix.write,
    stix.ANY_VERSION: stix.write,
    misp.MEDIA_TYPE: misp.write,
}
# Those that name the actors of the watches.
ACTORS_NAMED = frozenset({polecat.MEDIA_TYPE, parquet.MEDIA_TYPE, stix.MEDIA_TYPE, stix.ANY_VERSION})

__all__ = ["ACTORS_NAMED", "EXCHANGE", "FORMATS", "WRITERS", "Page"]
