"""How much of a text is read, so that its length bounds the work."""

MAX_LENGTH = 100_000  # characters; the longest reports of newspapers have some 80,000


def tagged_to(text: str, length: int = MAX_LENGTH) -> int | None:
    """Where tagging ends in a text of more than `length` characters, between two words; None where all of it
    is read."""
    if len(text) <= length:
        return None
    space = max(text.rfind(" ", 0, length), text.rfind("\n", 0, length))
    return space if space > 0 else length
