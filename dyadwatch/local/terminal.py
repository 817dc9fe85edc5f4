"""Text from outside, made fit for a terminal."""

import re

# Control characters could move the cursor, and directional overrides could turn a line around: news is from outside.
_UNSAFE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """The text without characters that could steer a terminal or turn the line around."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)
