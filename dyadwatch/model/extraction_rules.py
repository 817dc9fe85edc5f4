"""How the pages of a publisher are read, as data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExtractionRules:
    """How to extract articles from the pages of one publisher where general extraction errs: CSS selectors,
    of which the first that matches wins; what `drop` matches is left out of the text."""

    title: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
