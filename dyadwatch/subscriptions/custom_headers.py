"""Headers that a subscription has its webhooks sent with, such as the key of whoever receives them."""

import re
from collections.abc import Mapping

from dyadwatch.errors import FieldError, InvalidInput, json_pointer

MAX_HEADERS = 20
MAX_VALUE = 4_000  # characters
_MAX_NAME = 100
_MAX_ALL = 8_000  # characters of all together: servers refuse heads that are much longer
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # token, RFC 9110 5.6.2
_VALUE = re.compile(r"[\x21-\x7e]([\x20\x09\x21-\x7e]*[\x21-\x7e])?")  # field-value without obs-text, 5.5
# Of one connection (RFC 9110 7.6.1), or about the message that only its sender knows.
_REFUSED = frozenset({
    "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect", "host",
    "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
})  # fmt: skip
_REFUSED_PREFIXES = ("proxy-", "webhook-")
# CGI and WSGI (RFC 3875 4.1.18, PEP 3333) tell receivers of none of these from a hyphen.
_FOLDED = re.compile(r"[^a-z0-9]")


def check_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers by lower-case names. Raises InvalidInput with a FieldError below /headers for each that
    cannot be sent; no value is in it."""
    errors = [
        FieldError(json_pointer(("headers", name[:_MAX_NAME])), *problem)
        for name, value in headers.items()
        if (problem := _problem(name, value))
    ]
    names = [name.lower() for name in headers]
    errors += [
        FieldError(json_pointer(("headers", name)), "occurs more than once", "repeated")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if len(headers) > MAX_HEADERS or sum(map(len, (*headers, *headers.values()))) > _MAX_ALL:
        detail = f"has more than {MAX_HEADERS} headers or {_MAX_ALL} characters"
        errors.append(FieldError("/headers", detail, "too_long"))
    if errors:
        first = errors[0]
        raise InvalidInput(f"{first.pointer.lstrip('/')}: {first.detail}.", errors=errors)
    return {name.lower(): value for name, value in headers.items()}


def _problem(name: str, value: str) -> tuple[str, str] | None:
    folded = _FOLDED.sub("-", name.lower())
    if len(name) > _MAX_NAME or not _NAME.fullmatch(name):
        return "is not the name of a header", "malformed"
    if folded in _REFUSED or folded.startswith(_REFUSED_PREFIXES):
        return "is not for subscriptions to set", "not_allowed"
    if len(value) > MAX_VALUE or not _VALUE.fullmatch(value):
        return f"must be 1 to {MAX_VALUE} printable ASCII characters", "malformed"
    return None
