"""Subscriptions: which events a subscriber wants, what is sent
for them, in which form, and when a failed attempt is repeated.

Pure: values in, values out. Filters, payloads and the retry schedule live here; how a channel carries a
payload belongs to `senders`, and which rows are due to `store`.
"""

from dyadwatch.subscriptions.breaker import OPEN_AFTER, circuit, is_hopeless
from dyadwatch.subscriptions.custom_headers import check_headers
from dyadwatch.subscriptions.filters import (
    AlertFacts,
    AlertFilter,
    ArticleLanguage,
    as_list,
    describe_filter,
    filter_schema,
    matches,
    parse_filter,
)
from dyadwatch.subscriptions.payloads import envelope
from dyadwatch.subscriptions.retries import Verdict, after_attempt, count_tries

__all__ = [
    "OPEN_AFTER",
    "AlertFacts",
    "AlertFilter",
    "ArticleLanguage",
    "Verdict",
    "after_attempt",
    "as_list",
    "check_headers",
    "circuit",
    "count_tries",
    "describe_filter",
    "envelope",
    "filter_schema",
    "is_hopeless",
    "matches",
    "parse_filter",
]
