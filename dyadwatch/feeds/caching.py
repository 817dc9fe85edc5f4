"""What a response's headers say about when to come back (RFC 9111, RFC 9110 section 10.2.3)."""

from datetime import datetime

from dyadwatch import http_headers
from dyadwatch.model.web import Response

HOUR = 3_600.0
DAY = 86_400.0
MINUTE = 60.0


def retry_after(response: Response) -> float | None:
    """Seconds that Retry-After asks for, at most a day; a date counts from the server's own clock."""
    return http_headers.retry_after(response.headers.get("retry-after"), server_time(response), maximum=DAY)


def fresh_for(response: Response) -> float | None:
    """Seconds for which the answer stays fresh, None where it says nothing.

    Cache-Control's max-age less Age, void beside no-cache or no-store; else Expires less Date. Between a
    minute and a day.
    """
    directives = http_headers.cache_directives(response.headers.get("cache-control"))
    if "no-cache" in directives or "no-store" in directives:
        return None
    max_age = directives.get("max-age")
    if max_age is not None:
        seconds = max_age - min(_whole(response.headers.get("age")), max_age)
    elif expires := http_headers.parse_date(response.headers.get("expires")):
        seconds = (expires - server_time(response)).total_seconds()
    else:
        return None
    return clamp(seconds) if seconds > 0 else None


def states_freshness(response: Response) -> bool:
    """Whether the response has a header that `fresh_for` reads, which then replaces the remembered
    freshness."""
    return "cache-control" in response.headers or "expires" in response.headers


def clamp(seconds: float) -> float:
    """A publisher's hint within the bounds that we accept: a minute to a day."""
    return min(max(seconds, MINUTE), DAY)


def server_time(response: Response) -> datetime:
    """The Date of the answer, else when it was received."""
    return http_headers.parse_date(response.headers.get("date")) or response.received_at


def _whole(value: str | None) -> float:
    digits = (value or "").strip()[:12]
    return float(digits) if digits.isascii() and digits.isdigit() else 0.0
