"""CORS: which web pages of other origins may call the API, none unless the settings name them.

Keys are sent in a header that a page must set itself, so no cookie is ever allowed for.
"""

from collections.abc import Collection

from flask import Response, request

from service.compression import add_vary

_PATHS = ("/v1/", "/openapi.json")
_SENT = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id"
_READ = "ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
_SECONDS = "600"  # for which a browser remembers what is allowed


def allow(response: Response, origins: Collection[str]) -> None:
    """Tells a browser whether a page may read the response, and to a preflight what it may send."""
    if not origins or not request.path.startswith(_PATHS):
        return
    add_vary(response, "Origin")
    origin = request.headers.get("Origin", "")
    if origin not in origins and "*" not in origins:
        return
    response.headers["Access-Control-Allow-Origin"] = "*" if "*" in origins else origin
    response.headers["Access-Control-Expose-Headers"] = _READ
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
        response.headers["Access-Control-Allow-Headers"] = _SENT
        response.headers["Access-Control-Max-Age"] = _SECONDS
