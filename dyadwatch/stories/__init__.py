"""Which articles tell the same story, which of them are copies of one text, and whose text that is.

Pure: `find_copy` and `same_story` compare an article with candidates, which the store looks up by shingles,
title keys and addresses; `join` compares its events with those of reports in any language; `claim_origin`
tells whom a text is from; `compare_accounts` sets side by side what each side says of a story. No rule of a
language belongs here.
"""

from dyadwatch.stories.accounts import compare_accounts
from dyadwatch.stories.copies import Copy, CopyCandidate, CopyFacts, find_copy
from dyadwatch.stories.joining import NEAR, Join, Report, differs, join, main_events, news_day
from dyadwatch.stories.matching import ArticleFacts, same_story
from dyadwatch.stories.origins import claim_origin
from dyadwatch.stories.shingles import shingle_keys
from dyadwatch.stories.signatures import PERMUTATIONS, signature, similarity
from dyadwatch.stories.titles import title_key

__all__ = [
    "NEAR",
    "PERMUTATIONS",
    "ArticleFacts",
    "Copy",
    "CopyCandidate",
    "CopyFacts",
    "Join",
    "Report",
    "claim_origin",
    "compare_accounts",
    "differs",
    "find_copy",
    "join",
    "main_events",
    "news_day",
    "same_story",
    "shingle_keys",
    "signature",
    "similarity",
    "title_key",
]
