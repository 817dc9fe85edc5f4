"""What labels of other stories and of comments introduce. The words of a label are a certain sign; where
the part that it leads ends is told by boxes and links, and elsewhere by whether lines use the words of the
article.

On 648 pages of news eight of eleven labels over a paragraph without a link, in no box, introduced other
stories; two that stood in a box alone, whose stories a script had left out, did not.
"""

from collections.abc import Iterator, Mapping
from itertools import takewhile

from dyadwatch.articles import text_lines
from dyadwatch.articles.page_lines import MIN_LINE, PageLines
from dyadwatch.articles.text_lines import Line
from dyadwatch.text.story_labels import STORIES, is_whole, kind
from dyadwatch.text.words import word_key

_MAX_SHARE, _MAX_SIZE = 0.25, 800  # of a text, or characters, of a part that the article goes on after
_MIN_OWN = 25  # characters of an article before what closes it
_LONG = 1_500  # characters of an article that uses many words
# Share of a line's words that a short or long article before it uses, from which the line is the article's
_KNOWN = (0.12, 0.2)


def places(page: PageLines) -> set[int]:
    """The lines of such parts, with their labels."""
    found: set[int] = set()
    for place in range(len(page.lines) - 1, page.first - 1, -1):
        line = page.lines[place]
        if line.is_label:
            end = _end(page, place, found)
            found.update(range(place, end + 1))
        elif is_labelled(line):
            found.add(place)
    return found


def is_labelled(line: Line) -> bool:
    """Whether a line begins with a label and goes on as a new sentence."""
    if line.lead != "opening" or kind(line.opening_text) not in STORIES:
        return False
    rest = "".join(line.pieces).lstrip()[line.opening :].lstrip(" :：-–—|»\n\t\xa0")
    return not rest[:1].islower()


def _end(page: PageLines, place: int, found: set[int]) -> int:
    """The last line of the part that a label leads; the one before the label where that is unknown."""
    above = page.lines[place].above()
    box = text_lines.box_of(above, place, page.spans)
    end = place if box is None else page.spans[box][1]
    is_part = page.lines[place].label != "comments" or _begins_with_name(page, place)
    if end > place and is_part and _fits(page, place, end, found):
        return end
    if place + 1 == len(page.lines) or page.lines[place + 1].is_after_gap or place + 1 in found:
        return place
    around = next((one for one in above if page.spans[one] != (place, place)), None)
    last = place if around is None else page.spans[around][1]
    is_apart = box not in {None, page.lines[place].holder}
    return _end_beside(page, place, last, found, is_apart=is_apart)


def _end_beside(page: PageLines, place: int, last: int, found: set[int], *, is_apart: bool) -> int:
    """The same for a label whose part no box holds, up to the `last` line around it."""
    line = page.lines[place]
    if line.label == "comments":
        is_part = _begins_with_name(page, place) and _fits(page, place, last, found)
        return last if is_part else place - 1
    if page.lines[place + 1].lead == "linked":
        links = takewhile(lambda one: page.lines[one].is_link, range(place + 1, last + 1))
        return max(links, default=place)
    if not is_whole(line.text):
        return place if line.label == "pointer" else place - 1  # "Read more about ..." is a story itself
    return place - 1 if is_apart else _last_story(page, place, last, found)


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


def _last_story(page: PageLines, place: int, last: int, found: set[int]) -> int:
    """The last line of the stories after a label that no box holds: of the first story; after a label of a
    list up to the `last` line around it where these are no more than the article before, and use other
    words."""
    has_title = page.lines[place + 1].lead in {"heading", "bold", "term"} and place + 2 <= last
    first = place + 2 if has_title else place + 1
    least = _KNOWN[page.before(place) >= _LONG]
    rest = [one for one in range(first + 1, last + 1) if page.lines[one].size > MIN_LINE and one not in found]
    is_short = page.size(place, last) <= page.before(place) and _fits(page, place, last, found)
    is_list = page.lines[place].label == "list" and is_short
    is_known = any(page.known(one, place, last) >= least for one in rest)
    return last if is_list and not is_known else first


def with_labels(paragraphs: list[str], introduced: Mapping[str, str]) -> Iterator[str]:
    """The paragraphs of a text, those that a label introduces after it: where the part of a label is not
    known, whoever reads the text must see it. `introduced` has labels by the words of the line after each."""
    before = ""
    for text in paragraphs:
        label = introduced.get(word_key(text)) if introduced else None
        if label and word_key(before) != word_key(label):
            yield label
        yield text
        before = text
