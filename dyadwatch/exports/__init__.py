"""Lists of alerts in the formats of others: tables for analysts, feeds for feed readers.

Pure: the documents of alerts in, bytes out. Which alerts these are, and who may see them, is the service's.
"""

from collections.abc import Callable, Mapping

from dyadwatch.exports import atom, json_feed, rss, table
from dyadwatch.exports.page import Page

# A writer for each media type.
WRITERS: Mapping[str, Callable[[Page], bytes]] = {
    atom.MEDIA_TYPE: atom.write,
    rss.MEDIA_TYPE: rss.write,
    json_feed.MEDIA_TYPE: json_feed.write,
    table.MEDIA_TYPE: table.write,
}
# The media type of each format, by its short name.
FORMATS: Mapping[str, str] = {
    "atom": atom.MEDIA_TYPE,
    "rss": rss.MEDIA_TYPE,
    "json_feed": json_feed.MEDIA_TYPE,
    "csv": table.MEDIA_TYPE,
}

__all__ = ["FORMATS", "WRITERS", "Page"]
