"""The lines of a page's text, with what their markup says of them, and the groups that these form: a heading
or its like with what stands under it, a box in a text, a closing paragraph."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Literal, NamedTuple

from lxml.html import HtmlElement

from dyadwatch.articles.paths import path
from dyadwatch.articles.plain_text import one_line
from dyadwatch.text import story_labels
from dyadwatch.text.story_labels import LABELS, STORIES

Lead = Literal["heading", "term", "bold", "label", "opening", "linked", "link", "plain"]

# fmt: off
_INLINE = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt",
    "u", "var", "wbr",
))
# fmt: on
_PIECES = path("//body//text()[normalize-space()] | //body//aside[not(node())]")
_AWAY = frozenset(("aside", "button", "figure", "footer", "form", "nav"))
_HEADINGS = {f"h{level}": level for level in range(2, 7)}
_UNBROKEN = frozenset(("h1", *_HEADINGS))
_BOLD, _ITALIC = frozenset(("b", "strong")), frozenset(("em", "i"))
_MAX_NODES, _MAX_DEPTH, _MAX_LINKS = 3_000, 60, 20
_MAX_LEAD, _MAX_OPENING = 120, 60  # characters of a line that is a lead, and of one within a line
_MOST = 0.9  # share of a line that is a link or bold
_MIN_LINK = 15  # characters of a link that may be a headline
_LOWEST = 7  # rank of what is a lead though no heading
_CLOSING = 3  # last lines that are groups of their own


class _Context(NamedTuple):
    """What the elements around a text say of it."""

    holder: HtmlElement
    link: HtmlElement | None = None
    is_bold: bool = False
    is_italic: bool = False
    is_away: bool = False


@dataclass(slots=True, eq=False)
class Line:
    """A line of text. `holder` is the block in which it stands, `nodes` are where its `pieces` are (an
    element, and whether the piece follows it). `linked`, `bold` and `italic` count characters, `opening` the
    bold ones with which it begins. `label` is the kind of label that it is, `label_size` counts those of the
    label of other stories with which it begins; `is_after_gap` says that something stands before it which is
    none of an article's, `before_link` counts the characters before its first link."""

    holder: HtmlElement
    nodes: list[tuple[HtmlElement, bool]] = field(default_factory=list)
    links: list[HtmlElement] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    size: int = 0
    linked: int = 0
    bold: int = 0
    italic: int = 0
    opening: int = 0
    begins_with_link: bool = False
    is_after_gap: bool = False
    text: str = ""
    lead: Lead = "plain"
    label: story_labels.Kind = "no"
    label_size: int = 0
    before_link: int = 0

    def complete(self) -> None:
        """Says what the line is, once all of its pieces are there."""
        self.text = one_line("".join(self.pieces))
        before = "".join(self.pieces)[: self.before_link] if self.links else ""
        is_label = story_labels.kind(before) in STORIES and story_labels.is_whole(before)
        self.label_size = len(before.strip()) if is_label else story_labels.opening(self.text)
        self.label = "no" if self.label_size else story_labels.kind(self.text)
        self.opening = self.label_size or self.opening
        self.lead = self.form()

    def form(self) -> Lead:
        """What a line is to what follows it."""
        if self.holder.tag in _HEADINGS or self.holder.tag == "dt":
            return "term" if self.holder.tag == "dt" else "heading"
        if self.is_link:
            return "linked"
        if not self.label_size and (self._is_bold or self.is_label):
            return "bold" if self._is_bold else "label"
        if 0 < self.opening <= _MAX_OPENING:
            return "opening"
        return "link" if self.begins_with_link and self.linked >= _MIN_LINK else "plain"

    @property
    def _is_bold(self) -> bool:
        return self.bold >= _MOST * self.size and self.size <= _MAX_LEAD

    @property
    def is_link(self) -> bool:
        """Whether hardly more of a line than its links is there."""
        return self.linked >= max(_MIN_LINK, _MOST * self.size)

    @property
    def is_label(self) -> bool:
        """Whether a line is a label of other stories or of comments as a whole, and no link to one."""
        return self.label in LABELS and (self.label == "list" or 2 * self.linked < self.size)

    @property
    def rank(self) -> int:
        return _HEADINGS.get(self.holder.tag, _LOWEST)

    @property
    def opening_text(self) -> str:
        """The bold words or the label with which a line begins."""
        text = "".join(self.pieces).lstrip()
        return text[: self.opening].strip()

    def above(self) -> tuple[HtmlElement, ...]:
        """The block of the line and the elements around it."""
        return (self.holder, *islice(self.holder.iterancestors(), _MAX_DEPTH))

    def remove(self) -> None:
        """Takes the line out of its page."""
        for element, is_tail in self.nodes:
            if is_tail:
                element.tail = None
            else:
                element.text = None


@dataclass(frozen=True, slots=True)
class Group:
    """The lines from `start` to `end`, both counted; `box` is the element that holds them and nothing else,
    None where they stand among others."""

    start: int
    end: int
    box: HtmlElement | None


def lines(tree: HtmlElement) -> list[Line]:
    """The lines of a page in order, outside of what holds none of an article's."""
    contexts: dict[HtmlElement, _Context] = {}
    result: list[Line] = []
    current: Line | None = None
    is_after_gap = False
    for piece in islice(_PIECES(tree), _MAX_NODES):
        if isinstance(piece, HtmlElement):
            current, is_after_gap = None, True
            continue
        element, is_tail = piece.getparent(), piece.is_tail
        around = element.getparent() if is_tail else element
        context = _context(around, contexts)
        if context.is_away:
            current, is_after_gap = None, True
            continue
        if current is None or current.holder is not context.holder or _breaks(element, is_tail, current):
            current = Line(context.holder, is_after_gap=is_after_gap)
            is_after_gap = False
            result.append(current)
        _add(current, piece, context)
        current.nodes.append((element, is_tail))
    for line in result:
        line.complete()
    return [line for line in result if line.text]


def _breaks(element: HtmlElement, is_tail: bool, line: Line) -> bool:
    """Whether a block or the end of a line precedes a piece of text in the block of `line`."""
    if line.holder.tag in _UNBROKEN:
        return False
    if is_tail and element.tag not in _INLINE:
        return True
    above = (element, *element.iterancestors())
    top = next((one for one in above if one is line.holder or one.getparent() is line.holder), line.holder)
    before = None if top is line.holder else top.getprevious()
    return before is not None and before.tag not in _INLINE and not (before.tail or "").strip()


def _add(line: Line, piece: str, context: _Context) -> None:
    size = len(piece.strip())
    if not line.pieces:
        line.begins_with_link = context.link is not None
    if context.is_bold and line.bold == line.size:
        line.opening += size
    line.pieces.append(str(piece))
    line.before_link += len(piece) if context.link is None and not line.links else 0
    line.size += size
    line.bold += size * context.is_bold
    line.italic += size * context.is_italic
    if context.link is not None:
        line.linked += size
        if len(line.links) < _MAX_LINKS and context.link not in line.links:
            line.links.append(context.link)


def _context(element: HtmlElement, known: dict[HtmlElement, _Context]) -> _Context:
    """The context of a text within `element`."""
    missing = []
    around: HtmlElement | None = element
    while around is not None and around not in known:
        missing.append(around)
        around = around.getparent()
    context = _Context(missing[-1]) if around is None else known[around]
    for one in reversed(missing):
        tag = one.tag
        holder, link, is_bold, is_italic, is_away = context
        if tag not in _INLINE:
            context = _Context(one, link, is_bold, is_italic, is_away or tag in _AWAY)
        elif tag == "a":
            context = _Context(holder, one, is_bold, is_italic, is_away)
        elif tag in _BOLD:
            context = _Context(holder, link, True, is_italic, is_away)
        elif tag in _ITALIC:
            context = _Context(holder, link, is_bold, True, is_away)
        known[one] = context
    return context


def groups(page: list[Line], first: int, spans: dict[HtmlElement, tuple[int, int]]) -> list[Group]:
    """The groups of lines from `first` on, the last first; of those that begin together the largest."""
    found = dict.fromkeys(
        chain.from_iterable(_groups_at(page, place, spans) for place in range(first, len(page)))
    )
    closing = (
        Group(place, place, None)
        for place in range(max(first + 1, len(page) - _CLOSING), len(page))
        if page[place].lead not in {"heading", "term"} and page[place].size > _MIN_LINK
    )
    return sorted({**found, **dict.fromkeys(closing)}, key=lambda one: (-one.start, -one.end))


def spans(page: list[Line]) -> dict[HtmlElement, tuple[int, int]]:
    """The first and last line of each element."""
    found: dict[HtmlElement, tuple[int, int]] = {}
    for place, line in enumerate(page):
        for element in line.above():
            found[element] = (found[element][0] if element in found else place, place)
    return found


def _groups_at(page: list[Line], place: int, spans: dict[HtmlElement, tuple[int, int]]) -> Iterator[Group]:
    """The groups that a line leads: the box that begins with it, and what stands under it. A linked paragraph
    leads nothing without a box: mostly it points elsewhere from between the paragraphs of a text."""
    line = page[place]
    if line.lead == "plain" or line.is_label or line.holder.tag == "h1":
        return
    above = line.above()
    box = box_of(above, place, spans)
    end = place if box is None else spans[box][1]
    if end > place:
        yield Group(place, end, box)
    last = _last_under(page, place, above, spans)
    if last is not None:
        yield Group(place, last, box if end == last else None)


def box_of(
    above: Sequence[HtmlElement], place: int, spans: dict[HtmlElement, tuple[int, int]]
) -> HtmlElement | None:
    """The largest of the elements `above` a line that begins with it."""
    own = [one for one in above if spans[one][0] == place]
    return own[-1] if own else None


def _last_under(
    page: list[Line], place: int, above: Sequence[HtmlElement], spans: dict[HtmlElement, tuple[int, int]]
) -> int | None:
    """The last line that stands under a lead, this itself where it leads the rest of its line; None where it
    leads nothing."""
    line = page[place]
    if line.lead in {"opening", "link"}:
        return place
    if line.lead == "linked":
        return None
    around = next((one for one in above if spans[one] != (place, place)), None)
    end = place if around is None else spans[around][1]
    stop = next((one for one in range(place + 1, end + 1) if _ends(line, page[one])), end + 1)
    return stop - 1 if stop > place + 1 else None


def _ends(lead: Line, line: Line) -> bool:
    """Whether a line leads what is no part of that which an earlier one leads."""
    kind = line.lead
    if kind in {"opening", "link", "plain"}:
        return False
    return line.rank < lead.rank or (line.rank == lead.rank and (kind == lead.lead or line.rank < _LOWEST))
