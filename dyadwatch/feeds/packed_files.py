"""Files that are compressed as such, whatever HTTP says of them: by their first bytes."""

import gzip
import io
import zlib

from dyadwatch.errors import FeedError

GZIP = b"\x1f\x8b"
_CHUNK = 64 * 1024


def unpack(body: bytes, limit: int) -> tuple[bytes, bool]:
    """What a gzip file holds, and whether that is all: of one that is cut off or damaged, what comes before.

    Raises FeedError feed_too_complex for more than `limit` bytes, feed_malformed where nothing can be read.
    """
    unpacked, whole = bytearray(), True
    try:
        with gzip.open(io.BytesIO(body)) as file:
            while len(unpacked) <= limit and (chunk := file.read1(_CHUNK)):
                unpacked += chunk
    except (OSError, EOFError, zlib.error):
        whole = False
    if len(unpacked) > limit:
        raise FeedError(f"the feed has more than {limit} bytes once unpacked", code="feed_too_complex")
    if not unpacked:
        raise FeedError("the feed is a compressed file that cannot be unpacked")
    return bytes(unpacked), whole
