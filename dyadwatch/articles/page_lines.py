"""The lines of a page with what its parts are judged by: where they stand, how large they are, and whose
words they use."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain, islice, pairwise

from lxml.html import HtmlElement

from dyadwatch.articles import text_lines
from dyadwatch.articles.page_identity import PageIdentity
from dyadwatch.articles.text_lines import Line
from dyadwatch.text.words import word_key, words

MIN_LINE = 40  # characters of a line that says something
_MAX_TEXT, _MAX_LINES = 2_000, 200  # characters of a line, and lines, whose words are compared
_MIN_WORD = 4  # characters of a word that tells what a text is about
_OPENING_LINES = 4  # of an article, with whose words a group's are compared


@dataclass
class PageLines:
    """The lines of a page, and what the features of its groups need of all of them."""

    lines: list[Line]
    first: int
    identity: PageIdentity
    authors: tuple[str, ...]
    sizes: list[int]
    spans: dict[HtmlElement, tuple[int, int]]
    targets: dict[str, str] = field(default_factory=dict)

    @cached_property
    def about(self) -> AbstractSet[str]:
        """The telling words of the headline and of the first lines."""
        own = self.lines[self.first :]
        opening = islice((line.text for line in own if line.lead == "plain"), _OPENING_LINES)
        title = self.lines[self.first - 1].text if self.first else ""
        return telling(" ".join((title, *opening)))

    @cached_property
    def spelt(self) -> Counter[str]:
        """How many lines have each telling word."""
        return Counter(word for line in self.lines[: self.first + _MAX_LINES] for word in telling(line.text))

    def known(self, places: Sequence[int], start: int, end: int) -> list[float]:
        """The share of the telling words of each of some lines that are in lines outside of those from
        `start` to `end`."""
        own = [telling(self.lines[one].text) for one in places]
        wanted = frozenset(chain.from_iterable(own))
        inside = Counter(
            word for one in self.lines[start : end + 1][:_MAX_LINES] for word in telling(one.text) & wanted
        )
        return [sum(self.spelt[word] > inside[word] for word in some) / max(len(some), 1) for some in own]

    def size(self, start: int, end: int) -> int:
        """The characters of the lines from `start` to `end`."""
        return self.sizes[end + 1] - self.sizes[start]

    def before(self, place: int) -> int:
        """The characters between the headline and a line."""
        return self.sizes[place] - self.sizes[self.first]

    def is_last(self, end: int, away: AbstractSet[int] = frozenset()) -> bool:
        """Whether no line that says something follows, of those that are not `away`."""
        after = range(bisect_right(self.sayings, end), len(self.sayings))
        return all(self.sayings[one] in away for one in after)

    @cached_property
    def sayings(self) -> list[int]:
        """The lines that say something, in order."""
        return [place for place, line in enumerate(self.lines) if line.size > MIN_LINE]

    @cached_property
    def runs(self) -> dict[tuple[str, str], int]:
        """The first line of each form."""
        places = range(len(self.lines) - 1, self.first - 1, -1)
        return {(self.lines[one].holder.tag, self.lines[one].lead): one for one in places}

    @cached_property
    def kinds(self) -> Counter[tuple[str, str]]:
        """How many lines are of each form."""
        return Counter((line.holder.tag, line.lead) for line in self.lines[self.first :])


def read(
    tree: HtmlElement, headline: HtmlElement | None, identity: PageIdentity, authors: Sequence[str]
) -> PageLines:
    """The lines of a tree, whose groups begin after `headline`."""
    page = text_lines.lines(tree)
    first = next((place + 1 for place, line in enumerate(page) if line.holder is headline), 0)
    sizes = list(accumulate((line.size for line in page), initial=0))
    names = tuple(filter(None, map(word_key, authors)))
    return PageLines(page, first, identity, names, sizes, text_lines.spans(page))


def telling(text: str) -> frozenset[str]:
    """The words of a text that tell what it is about; of scripts without spaces each two characters."""
    own = words(text[:_MAX_TEXT])
    pairs = (one + other for one, other in pairwise(own) if len(one) == len(other) == 1)
    return frozenset(chain((word for word in own if len(word) >= _MIN_WORD), pairs))
