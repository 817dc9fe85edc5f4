"""Lists of alerts in the formats of others: tables for analysts, feeds for feed readers.

Pure: the documents of alerts in, bytes out. Which alerts these are, and who may see them, is the service's.
"""

from collections.abc import Callable, Mapping

from dyadwatch.exports import atom, json_feed, table
from dyadwatch.exports.page import Page

# A writer for each media type.
WRITERS: Mapping[str, Callable[[Page], bytes]] = {
    atom.MEDIA_TYPE: atom.write,
    json_feed.MEDIA_TYPE: json_feed.write,
    table.MEDIA_TYPE: table.write,
}

__all__ = ["WRITERS", "Page"]
