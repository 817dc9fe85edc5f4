"""How much one API key may request: counted for each key, and said in the headers of every response.

The headers are those of draft-ietf-httpapi-ratelimit-headers, RateLimit-Policy and RateLimit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from flask import g

from dyadwatch.bootstrap import Product
from dyadwatch.broker import Quota
from service.addresses import network
from service.rest.problems import ProblemError

_BYTES_PER_UNIT = 4_096  # of a body: long ones are more work
_WRONG_KEYS = Quota(120, batch=4)  # of one address
_BATCHES = 100  # in which a process takes the quota of a key from the broker


@dataclass(frozen=True, slots=True)
class RequestAllowance:
    """Whether a request is allowed, what the headers of its response say of it, in how many seconds it may be
    tried again where it is not."""

    allowed: bool
    headers: Mapping[str, str]
    retry_after: int = 0


_UNLIMITED = RequestAllowance(allowed=True, headers={})


def count(product: Product, key_id: int, body_bytes: int = 0) -> RequestAllowance:
    """Counts a request of a key. What is not allowed is not counted."""
    limit = product.settings.rate_limit
    if limit == 0:
        return _UNLIMITED
    quota, policy = _of_limit(limit)
    allowance = product.throttle.spend(f"key:{key_id}", quota, 1 + body_bytes // _BYTES_PER_UNIT)
    # The draft wants Retry-After to be no earlier than what `t` says.
    until = allowance.reset if allowance.allowed else allowance.retry_after
    headers = {"RateLimit-Policy": policy, "RateLimit": f'"key";r={allowance.remaining};t={until}'}
    return RequestAllowance(allowance.allowed, headers, allowance.retry_after)


@cache
def _of_limit(limit: int) -> tuple[Quota, str]:
    """The quota of a key, and how a header describes it."""
    quota = Quota(limit, batch=max(1, limit // _BATCHES))
    return quota, f'"key";q={quota.limit};w={quota.window}'


def spend(product: Product, key_id: int, body_bytes: int = 0) -> None:
    """Counts a request of a key. Raises ProblemError 429 `rate_limited` where it had too many."""
    allowance = count(product, key_id, body_bytes)
    g.quota = allowance.headers
    if not allowance.allowed:
        limit, window = product.settings.rate_limit, Quota(1).window
        detail = f"This API key may make {limit} requests in {window} s: wait."
        headers = {"Retry-After": str(allowance.retry_after)}
        raise ProblemError(429, "rate_limited", detail, headers=headers, quotas=["key"])


def spend_wrong_key(product: Product, address: str | None) -> None:
    """Counts a request with a wrong key. Raises ProblemError 429 `too_many_wrong_keys` where an address sent
    too many; a right one is never asked."""
    allowance = product.throttle.spend(f"wrong-key:{network(address)}", _WRONG_KEYS)
    if not allowance.allowed:
        detail = f"Your address sent more than {_WRONG_KEYS.limit} wrong API keys in {_WRONG_KEYS.window} s."
        headers = {"Retry-After": str(allowance.retry_after)}
        raise ProblemError(429, "too_many_wrong_keys", detail, headers=headers)
