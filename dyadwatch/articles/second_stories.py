"""Where within the container of an article another begins, under a headline of its own that nothing marks as
one: all that follows is of other pages.

One decision for each heading, the sum of the weights of named features; `second_story_weights.json` has them.
Headings of the article itself are far more common, so most speaks against.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, islice
from statistics import mean

from dyadwatch import dates
from dyadwatch.articles import headings
from dyadwatch.articles.page_lines import MIN_LINE, PageLines, telling
from dyadwatch.articles.text_lines import Line
from dyadwatch.articles.weighing import Scores, read_weights, score
from dyadwatch.text.words import words

_MAX_HEADINGS = 40  # of a page
_MIN_OWN, _MIN_SHARE = 80, 0.1  # characters before another article, and their share of all
_MIN_STORY, _MAX_HEAD = 60, 3  # characters of a line of its text, and lines among which one is
_SERIES = 2  # lines of one form
_MAX_COMPARED = 6  # lines after a heading whose words are compared with those before it
_MAX_STAMP, _MAX_BYLINE = 60, 50  # characters of a line that dates, and of one that names
_SEPARATOR = re.compile(r"^[\W_]{1,12}$")
_DATELINE = re.compile(
    r"^[^\W\d_][^.:!?]{1,50}?(?:\([^()]{2,30}\)\s*)?\s?[–—-]{1,2}\s|^[^.:!?]{0,50}\([^()\d]{2,30}\)\s*[–—-]"
)
# A word with a capital within a sentence
_CAPITAL = re.compile(r"(?<=[\w,;] )[A-ZÀ-ÞА-ЯЁІЇЄΑ-Ω][\w’'-]{2,}")
_LONG = re.compile(r"[^\W\d_]{7,}")  # a word that says what a text is about
_LATE = 3  # last lines of a page
_SIGNED = re.compile(r"[(\[（][^()\[\]（）]{2,30}[)\]）]\W?$")


def start(page: PageLines, away: AbstractSet[int]) -> int | None:
    """The line with which another article begins, None where none does."""
    by_feature = weights()
    places = islice(candidates(page, away), _MAX_HEADINGS)
    return next((one for one in places if score(features(page, one, away), by_feature) > 0), None)


def candidates(page: PageLines, away: AbstractSet[int]) -> Iterator[int]:
    """The headings with some of the article before them and some text after."""
    least = max(_MIN_OWN, _MIN_SHARE * page.before(len(page.lines)))
    for place in range(max(page.first, 1), len(page.lines) - 1):
        is_there = place not in away and page.before(place) >= least and _is_heading(page, place)
        if (
            is_there
            and _leads_text(page, place)
            and not _is_in_series(page, place)
            and not _goes_on(page, place)
        ):
            yield place


def _is_heading(page: PageLines, place: int) -> bool:
    line = page.lines[place]
    return (line.holder.tag == "h1" or line.lead == "heading") and not line.is_label


def _goes_on(page: PageLines, place: int) -> bool:
    """Whether text follows the box in which a line stands: what is in that is a part of the article."""
    around = page.lines[place].holder.getparent()
    return around in page.spans and not page.is_last(page.spans[around][1])


def _has_rule(page: PageLines, place: int) -> bool:
    """Whether a rule, a gap or a line of marks sets a line off from what precedes it."""
    line = page.lines[place]
    top = next((one for one in line.above() if one.getprevious() is not None), None)
    has_rule = top is not None and top.getprevious().tag == "hr"
    return has_rule or line.is_after_gap or _SEPARATOR.match(page.lines[place - 1].text) is not None


def _leads_text(page: PageLines, place: int) -> bool:
    """Whether a line is as long as a headline, and text follows it at once or after date and byline."""
    after = page.lines[place + 1 : place + 1 + _MAX_HEAD]
    return not headings.is_label(page.lines[place].text) and any(line.size >= _MIN_STORY for line in after)


def _is_in_series(page: PageLines, place: int) -> bool:
    """Whether several lines before one have its form: so have the headings of an article."""
    form = _form(page.lines[place])
    return sum(_form(one) == form for one in page.lines[page.first : place]) >= _SERIES


def weights() -> Scores:
    """The weights of features in hundredths, fitted by benchmarks/train_second_stories.py."""
    return read_weights("second_story_weights.json")


def features(page: PageLines, place: int, away: AbstractSet[int]) -> list[str]:
    """The names of what speaks for or against a heading's being the headline of another article."""
    lead = page.lines[place]
    form, length = _form(lead), f"words {_bucket(len(words(lead.text)), 3, 5, 7, 10, 14)}"
    before, after = _alike(page, place, away)
    alone = f"alike {min(before, 2)} before {min(after, 2)} after"
    edges = list(_edges(page, place))
    after_it = list(_texts_after(page, place, away))
    shares = [list(_shared(page, place, kind, after_it)) for kind in ("names", "long")]
    sharp = [share for share, *_ in shares]
    signs = (form, length, alone, *(edges or ["no edge"]))
    return [
        *("any", f"form {form}", length, alone, f"alike {min(before + after, 3)}", f"edges {len(edges)}"),
        *(edges or ["no edge"]),
        *_amounts(page, place),
        *_likeness(page, place, after_it),
        *chain.from_iterable(shares),
        *(f"{one} {sign}" for one in sharp for sign in signs),
        *(f"{alone} {sign}" for sign in signs if sign != alone),
        *(f"{form} {length}", " ".join(sharp)),
    ]


def _alike(page: PageLines, place: int, away: AbstractSet[int]) -> tuple[int, int]:
    """How many lines before and after one have its form."""
    form = _form(page.lines[place])
    places = (one for one in range(page.first, len(page.lines)) if one not in away and one != place)
    alike = [one for one in places if _form(page.lines[one]) == form]
    return sum(one < place for one in alike), sum(one > place for one in alike)


def _amounts(page: PageLines, place: int) -> Iterator[str]:
    lead, before = page.lines[place], page.before(place)
    end = lead.text[-1:]
    yield f"as headline {page.first > 0 and page.lines[page.first - 1].holder.tag == lead.holder.tag}"
    yield f"ends {'word' if end.isalnum() else end}"
    yield f"linked {lead.linked > 0}"
    yield f"before {_bucket(before, 200, 500, 1_000, 2_000, 4_000)}"
    yield f"share {_bucket(before / max(page.before(len(page.lines)), 1), 0.1, 0.3, 0.5, 0.7, 0.9)}"
    yield f"box {lead.holder.getparent() is not page.lines[place + 1].holder.getparent()}"


def _edges(page: PageLines, place: int) -> Iterator[str]:
    """What ends an article before a heading, and what begins one after it."""
    last, first = page.lines[place - 1], page.lines[place + 1]
    if _has_rule(page, place):
        yield "rule"
    if last.size <= _MAX_BYLINE and not last.text.endswith((":", "?")):
        yield "short line before"
    if _SIGNED.search(last.text):
        yield "signed before"
    if first.size <= _MAX_STAMP and dates.is_stamp(first.text):
        yield "dated"
    elif first.size <= _MAX_BYLINE and first.lead == "plain":
        yield "short line after"
    if _DATELINE.match(first.text):
        yield "dateline"


def _texts_after(page: PageLines, place: int, away: AbstractSet[int]) -> Iterator[int]:
    """The lines after a heading that say something."""
    return (
        one
        for one in range(place + 1, len(page.lines))
        if one not in away and page.lines[one].size > MIN_LINE
    )


def _likeness(page: PageLines, place: int, after: Sequence[int]) -> Iterator[str]:
    """How much of the words after a heading, and of its own, stand before it, and the other way round."""
    own, end = telling(page.lines[place].text), len(page.lines)
    known = page.known(after[:_MAX_COMPARED], place, end) or [1.0]
    late = page.known(after[-_LATE:], place, end) or [1.0]
    about = telling(" ".join(page.lines[one].text for one in after[:_MAX_COMPARED]))
    shared = len(about & page.about) / max(len(page.about), 1)
    heading = page.known([place], place, end)[0]
    size = _size(page, place)
    for name in (
        f"known {_bucket(mean(known), 0.03, 0.07, 0.11, 0.15, 0.2, 0.26, 0.34)}",
        f"first {_bucket(known[0], 0.01, 0.06, 0.12, 0.2, 0.3)}",
    ):
        yield name
        yield f"{name} of {size}"
    yield f"late {_bucket(mean(late), 0.01, 0.07, 0.13, 0.2, 0.3)}"
    yield f"heading {_bucket(heading, 0.01, 0.2, 0.4, 0.6)}"
    yield f"about {_bucket(shared, 0.01, 0.05, 0.1, 0.15, 0.25)}"
    yield f"about {_bucket(shared, 0.01, 0.05, 0.1, 0.15, 0.25)} heading {_bucket(heading, 0.01, 0.4)}"
    yield f"fit {_bucket(len(own & about) / max(len(own), 1), 0.01, 0.3, 0.6)}"
    yield f"lines {_bucket(min(len(after), _MAX_COMPARED), 1, 2, 4, 6)}"


def _shared(page: PageLines, place: int, kind: str, after: Sequence[int]) -> Iterator[str]:
    """How many of the names, or of the long words, of the lines after a heading stand before it."""
    texts = [page.lines[one].text for one in after[:_MAX_COMPARED]]
    find = _CAPITAL.findall if kind == "names" else _LONG.findall
    some = {word.lower() for text in texts for word in find(text)}
    if not some:
        yield f"{kind} none"
        return
    before = {word for line in page.lines[max(page.first - 1, 0) : place] for word in words(line.text)}
    share = f"{kind} {_bucket(len(some & before) / len(some), 0.01, 0.08, 0.15, 0.25, 0.4, 0.6)}"
    yield share
    yield f"{share} of {_size(page, place)}"
    yield f"{share} from {_bucket(len(some), 3, 6, 12, 25)}"


def _size(page: PageLines, place: int) -> int:
    return _bucket(page.before(place), 500, 1_500, 4_000)


def _form(line: Line) -> str:
    return line.holder.tag if line.lead != "bold" else "bold"


def _bucket(value: float, *bounds: float) -> int:
    return sum(value >= bound for bound in bounds)
