"""What labels of other stories and of comments introduce. The words of a label are a certain sign; where
the part that it leads ends is told by boxes and links, and elsewhere by whether lines use the words of the
article.

On 648 pages of news eight of eleven labels over a paragraph without a link, in no box, introduced other
stories; two that stood in a box alone, whose stories a script had left out, did not.
"""

from collections.abc import Container, Mapping
from itertools import islice, takewhile
from math import inf
from statistics import mean
from typing import NamedTuple

from lxml.html import HtmlElement

from dyadwatch.articles import headings, text_lines
from dyadwatch.articles.page_lines import MIN_LINE, PageLines
from dyadwatch.articles.text_lines import Line
from dyadwatch.text.story_labels import STORIES, is_whole, kind
from dyadwatch.text.words import word_key

_MAX_SHARE, _MAX_SIZE = 0.25, 800  # of a text, or characters, of a part that the article goes on after
_MIN_OWN = 25  # characters of an article before what closes it
_MAX_LIST = 500  # characters of a list that a shorter article may have after it
# Mean share of the words of lines that an article of less than so many characters before them uses, from
# which the lines are the article's
_KNOWN = ((500, 0.07), (1_500, 0.12), (inf, 0.17))
_SURELY = 2  # times that share, of a line that is the article's whatever stands around it
# The same for one paragraph, by the characters before it: of 630 texts .8 of the paragraphs reach them, and
# one in twenty of another text's
_KNOWN_ALONE = ((250, 0.1), (1_000, 0.1), (2_000, 0.17), (4_000, 0.24), (inf, 0.34))
_MIN_TEXT, _MAX_KNOWN = 15, 12  # characters of lines, and lines, whose words are compared
_LOOKS = frozenset(("class", "style"))  # attributes that say nothing of what an element is for
_MAX_PIECES = 100  # of text that an element without any has
_LISTS = frozenset(("dl", "ol", "ul"))
_BOXES = _LISTS | {"div", "li", "section", "td"}
_WIDGETS = _LISTS | {"a", "aside", "div", "form", "ins", "section"}  # which a script fills


class _Part(NamedTuple):
    """The last line of the part that a label leads, and whether more of it may follow."""

    end: int
    is_open: bool = False


def places(page: PageLines) -> tuple[set[int], set[int]]:
    """The lines of such parts, with their labels; and the labels that stay, since their parts may go on after
    the first story."""
    found: set[int] = set()
    open_labels: set[int] = set()
    for place in range(len(page.lines) - 1, page.first - 1, -1):
        line = page.lines[place]
        if line.is_label:
            part = _part(page, place, found)
            found.update(range(place + part.is_open, part.end + 1))
            if part.is_open:
                open_labels.add(place)
        elif is_labelled(line):
            found.add(place)
    return found, open_labels


def is_labelled(line: Line) -> bool:
    """Whether a line begins with a label and goes on as a new sentence."""
    is_opening = line.lead == "opening" and kind(line.opening_text) in STORIES
    if not (is_opening or line.label_size):
        return False
    rest = "".join(line.pieces).lstrip()[line.opening :].lstrip(" :：-–—|»\n\t\xa0")
    return not rest[:1].islower()


def _part(page: PageLines, place: int, found: set[int]) -> _Part:
    """The part that a label leads, which ends before the label where nothing is known of it."""
    above = page.lines[place].above()
    box = text_lines.box_of(above, place, page.spans)
    end = place if box is None else page.spans[box][1]
    if end > place and _holds_part(page, place, end) and _fits(page, place, end, found):
        return _Part(end)
    if place + 1 == len(page.lines) or page.lines[place + 1].is_after_gap or place + 1 in found:
        return _Part(place)
    around = next((one for one in above if page.spans[one] != (place, place)), None)
    last = place if around is None else page.spans[around][1]
    is_apart = box not in {None, page.lines[place].holder}
    return _part_beside(page, place, last, found, is_apart=is_apart)


def _holds_part(page: PageLines, place: int, end: int) -> bool:
    """Whether a box up to the line `end` is what the label with which it begins says."""
    label = page.lines[place].label
    if label == "comments":
        return _begins_with_name(page, place)
    return label != "aside" or page.size(place, end) <= _MAX_SIZE


def _part_beside(page: PageLines, place: int, last: int, found: set[int], *, is_apart: bool) -> _Part:
    """The same for a label whose part no box holds, up to the `last` line around it."""
    line = page.lines[place]
    if line.label not in STORIES:
        is_comments = line.label == "comments"
        is_part = (_are_comments if is_comments else _closes)(page, place, last, found)
        is_heading = is_comments and not any(letter.isdigit() for letter in line.text)
        return _Part(last if is_part else place - is_heading)
    if page.lines[place + 1].lead == "linked":
        links = takewhile(lambda one: page.lines[one].is_link, range(place + 1, last + 1))
        return _Part(max(place, *links, _box_end(page, place, last)))
    if not is_whole(line.text):  # "Read more about ..." is a story itself
        return _Part(place if line.label == "pointer" else place - 1)
    return _part_below(page, place, last, found, is_apart=is_apart)


def _are_comments(page: PageLines, place: int, last: int, found: set[int]) -> bool:
    return _begins_with_name(page, place) and _fits(page, place, last, found)


def _closes(page: PageLines, place: int, last: int, found: set[int]) -> bool:
    """Whether the lines after a label close a text and are about something else."""
    is_short = page.size(place, last) <= min(_MAX_SIZE, page.before(place))
    return is_short and page.is_last(last, found) and not _is_own(page, place, last)


def _part_below(page: PageLines, place: int, last: int, found: set[int], *, is_apart: bool) -> _Part:
    """The same for a label over lines without links, or over a box without text."""
    widget = _widget_after(page.lines[place])
    if widget is None and not is_apart:
        return _stories(page, place, last, found)
    is_filled = widget is not None and (is_apart or not _is_bare(widget))
    is_alone = is_filled or _is_own(page, place, _first_story(page, place, last))
    return _Part(place if is_alone else place - 1)


def _widget_after(line: Line) -> HtmlElement | None:
    """The next box after a label, where that has no text: a script fills it, or has not."""
    for beside in headings.following(line.holder):
        if any(text.strip() for text in islice(beside.itertext(), _MAX_PIECES)):
            return None
        if beside.tag in _WIDGETS or "-" in beside.tag:
            return beside
    return None


def _is_bare(widget: HtmlElement) -> bool:
    """Whether a box may only keep a distance."""
    return widget.tag == "div" and not len(widget) and _LOOKS.issuperset(widget.keys())


def _is_own(page: PageLines, place: int, end: int) -> bool:
    """Whether the lines after a label use as many words of what precedes it as paragraphs of one article
    do."""
    lines = [one for one in range(place + 1, end + 1) if page.lines[one].size >= _MIN_TEXT]
    least = next(share for most, share in _KNOWN_ALONE if page.before(place) < most)
    return bool(lines) and mean(page.known(lines[:_MAX_KNOWN], place, len(page.lines))) >= least


def _begins_with_name(page: PageLines, place: int) -> bool:
    """Whether a short line follows a label: comments begin with who wrote them, a text under a count of
    comments does not."""
    return place + 1 < len(page.lines) and page.lines[place + 1].size <= MIN_LINE


def _fits(page: PageLines, start: int, end: int, found: set[int]) -> bool:
    """Whether a part is no more than the article may have beside it: some of its text, or all after its
    beginning."""
    size = page.size(start, end)
    is_closing = page.before(start) >= _MIN_OWN and page.is_last(end, found)
    return is_closing or size <= max(_MAX_SHARE * page.before(len(page.lines)), _MAX_SIZE)


def _stories(page: PageLines, place: int, last: int, found: set[int]) -> _Part:
    """The stories after a label that no box holds: the first where the lines up to the `last` around it use
    the words of the article; else all, of a label of a list at the end of a text, or an unknown number."""
    first = _first_story(page, place, last)
    rest = [
        one for one in range(first + 1, last + 1) if page.lines[one].size >= _MIN_TEXT and one not in found
    ]
    if not rest:
        return _Part(first)
    known = page.known(rest[:_MAX_KNOWN], place, last)
    least = next(share for size, share in _KNOWN if page.before(place) < size)
    if mean(known) >= least:
        return _Part(first)
    is_list = page.lines[place].label == "list" and max(known) < _SURELY * least
    is_short = page.size(place, last) <= max(page.before(place), _MAX_LIST)
    return _Part(last) if is_list and is_short and _fits(page, place, last, found) else _Part(first, True)


def _first_story(page: PageLines, place: int, last: int) -> int:
    """The last line of the first story after a label, or of the list that begins there."""
    end = _box_end(page, place, last, _LISTS)
    if end > place:
        return end
    has_title = page.lines[place + 1].lead in {"heading", "bold", "term"} and place + 2 <= last
    return place + 2 if has_title else place + 1


def _box_end(page: PageLines, place: int, last: int, tags: Container[str] = _BOXES) -> int:
    """The last line of the box or list that begins after a label, up to the `last` line; the label's own
    where none does, or one of much text."""
    spans = (page.spans[one] for one in page.lines[place + 1].above() if one.tag in tags)
    ends = (end for start, end in spans if start == place + 1 and end <= last)
    return max((end for end in ends if page.size(place, end) <= _MAX_LIST), default=place)


def with_labels(paragraphs: list[str], introduced: Mapping[str, str]) -> list[str]:
    """The paragraphs of a text, those that a label introduces after it: where the part of a label is not
    known, whoever reads the text must see it. `introduced` has labels by the words of lines after them."""
    lines: list[str] = []
    for text in paragraphs:
        label = introduced.get(word_key(text)) if introduced else None
        if label and word_key(label) not in map(word_key, lines[-2:]):
            lines.append(label)
        lines.append(text)
    return lines
