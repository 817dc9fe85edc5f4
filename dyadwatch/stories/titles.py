"""Keys of headlines."""

from dyadwatch.text.words import words

_MIN_WORDS = 4


def title_key(title: str) -> str:
    """The words of `title`, casefolded, single-spaced: equal for
    headlines that differ in case, marks or spacing.

    Empty for fewer than four words, so that "News in brief" or "Morning briefing" never joins two articles.
    """
    tokens = words(title)
    return " ".join(tokens) if len(tokens) >= _MIN_WORDS else ""
