"""Why attempts fail, in a few classes: who has to mend what."""

from collections.abc import Mapping

from dyadwatch.model.deliveries import AttemptOutcome, Reason

_REASONS: Mapping[str, Reason] = {
    "dns_failed": "dns",
    "connect_failed": "connect",
    "ipv6_unreachable": "connect",
    "tls_failed": "tls",
    "tls_chain_incomplete": "tls",
    "tls_expired": "tls",
    "deadline_exceeded": "timeout",
    "blocked_address": "blocked-address",
    "protocol_error": "protocol",
    "encoding_invalid": "protocol",
    "body_too_large": "protocol",
    "http2_required": "protocol",
}


def reason(outcome: AttemptOutcome) -> Reason | None:
    """Why an attempt failed, None where it delivered. What has no class of its own never left us."""
    if outcome.delivered:
        return None
    return "status" if outcome.error is None else _REASONS.get(outcome.error, "not-sent")
