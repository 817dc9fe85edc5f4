"""Headlines as keys."""

from dyadwatch.text.words import words

SHORTEST = 4


def title_key(title: str) -> str:
    """The words of `title`, casefolded, single-spaced: equal for
    headlines that differ in case, marks or spacing.

    Empty for fewer than four words, so that "News in brief" or "Morning briefing" never joins two articles.
    """
    found = words(title)
    return " ".join(found) if len(found) >= SHORTEST else ""
