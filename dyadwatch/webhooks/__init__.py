"""What a webhook is: its bytes, its signature, who wants it, and what an attempt means for the next one.

Pure: values in, values out. Here live Standard Webhooks (signing and checking), the envelope, subscription filters
and the retry schedule. Nothing here opens a socket, reads a clock or a row, or knows how alerts are made.
"""

from dyadwatch.webhooks.attempts import Verdict, after_attempt
from dyadwatch.webhooks.envelopes import envelope
from dyadwatch.webhooks.filters import matches, parse_filter
from dyadwatch.webhooks.signatures import headers, new_secret, sign, verify

__all__ = [
    "Verdict",
    "after_attempt",
    "envelope",
    "headers",
    "matches",
    "new_secret",
    "parse_filter",
    "sign",
    "verify",
]
