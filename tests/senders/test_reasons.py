"""Why attempts fail, in classes."""

import pytest

from dyadwatch.model.deliveries import AttemptOutcome
from dyadwatch.senders import reason


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (AttemptOutcome(delivered=True, status=204), None),
        (AttemptOutcome(status=503), "status"),
        (AttemptOutcome(error="dns_failed"), "dns"),
        (AttemptOutcome(error="connect_failed"), "connect"),
        (AttemptOutcome(error="tls_chain_incomplete"), "tls"),
        (AttemptOutcome(error="deadline_exceeded"), "timeout"),
        (AttemptOutcome(error="blocked_address"), "blocked-address"),
        (AttemptOutcome(error="http2_required"), "protocol"),
        (AttemptOutcome(error="secret_unreadable"), "not-sent"),
    ],
)
def test_a_failure_has_a_class(outcome, expected):
    assert reason(outcome) == expected
