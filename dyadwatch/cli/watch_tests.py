"""`dyadwatch watch test`: what a watch makes of example sentences."""

import sys
from collections.abc import Callable, Mapping, Sequence

import click

from dyadwatch.cli.output import print_items
from dyadwatch.tagging.sentence_tests import SentenceVerdict

_COLUMNS: Mapping[str, Callable[[SentenceVerdict], object]] = {
    "": lambda each: "WRONG" if each.is_wrong else "",
    "verdict": lambda each: "hit" if each.hit else "miss",
    "score": lambda each: f"{each.score:.2f}",
    "sentence": lambda each: each.sentence,
    "why": lambda each: each.why,
}


def print_verdicts(verdicts: Sequence[SentenceVerdict]) -> None:
    """Prints the verdicts and how many were wrong; ends the command with 1 where any was."""
    print_items(_COLUMNS, verdicts)
    expected = [each for each in verdicts if each.expected is not None]
    wrong = sum(each.is_wrong for each in expected)
    if expected:
        print(f"{len(expected) - wrong} of {len(expected)} as expected", file=sys.stderr)
    if wrong:
        click.get_current_context().exit(1)
