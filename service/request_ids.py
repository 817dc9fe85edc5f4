"""Request ids: what a client calls its request, or else a new one, in the response and in the log."""

import os
import re

HEADER = "X-Request-Id"
REQUEST_ID = "dyadwatch.request_id"  # where in the environment of a request its id is
_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}", re.ASCII)


def request_id(given: str | None) -> str:
    """The id that a client gave, if it can be written anywhere."""
    return given if given is not None and _ID.fullmatch(given) else os.urandom(16).hex()
