"""How the pages of a publisher are read, as data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExtractionRules:
    """How the pages of one publisher are read, where the general way errs: CSS selectors, the first that
    finds something wins; what `drop` finds is left out of the text."""

    title: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
