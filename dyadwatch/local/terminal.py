"""Text for a terminal: made safe, and counted."""

import re

# Control characters could move the cursor, and directional
# overrides turn a line around: news comes from outside.
_UNSAFE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """The text without characters that could steer a terminal or turn the line around."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def quantity(number: int, noun: str, plural: str | None = None) -> str:
    """The number and its noun, such as "2 feeds"; give the plural where it is not noun + s."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
