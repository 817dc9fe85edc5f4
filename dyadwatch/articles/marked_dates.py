"""The dates in the body of a page that can be its own article's: by what its markup says, or by their place
beside the headline. Those of cards, comments and the rest of the site are none."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from itertools import islice, takewhile

from lxml.html import HtmlElement

from dyadwatch import dates
from dyadwatch.articles import headings, standfirsts
from dyadwatch.articles.metadata import element_text
from dyadwatch.articles.plain_text import one_line
from dyadwatch.model.dates import StatedDate
from dyadwatch.text.words import word_key

Names = Sequence[str]
Parser = Callable[[str, bool], StatedDate | None]  # of a text, and whether other words may be in it

_STATED = (
    ".//*[contains(translate(@itemprop, 'DP', 'dp'), 'datepublished') or @pubdate"
    " or self::meta and contains(translate(concat(@name, ' ', @property), 'DP', 'dp'), 'datepublished')"
    " or contains(concat(' ', @class, ' '), ' dt-published ')"
    " or contains(concat(' ', @class, ' '), ' entry-date ')"
    " or (self::time or self::abbr) and contains(concat(' ', @class, ' '), ' published ')]"
)
_DATED_NAME = re.compile(
    r"date|time|publi|posted|byline|author|info|meta|tagline|stamp|fecha|datum|data|tarih|created",
    re.IGNORECASE,
)
_FOREIGN_NAME = re.compile(
    r"related|teaser|card|comments?(?![a-z])|sidebar|widget|recommend|promo|copyright|breadcrumb|ticker|latest"
    r"|popular|trending|most-read|caption|newsletter|current-date|today|(?:^|[\s_-])events?(?:$|[\s_-])|(?:^|[\s_-])nav(?:igation|bar)?(?:$|[\s_-])",
    re.IGNORECASE,
)
_FOREIGN_TAGS = frozenset(
    ("aside", "blockquote", "figcaption", "figure", "form", "header", "nav", "script", "style")
)
_ARTICLE_TYPE = re.compile(r"(?:article|posting|page)s?/?$", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3")
_MAX_SAME = 3  # elements with the headline
_MAX_HEADING = 500  # characters that are looked at
_MAX_TEXT = 160  # characters of a line that is dated
_MAX_BYLINE = 300  # characters of a block that names an author
_MAX_LINE = 15  # elements of such a line
_MAX_CARD = 30  # elements of a card
_MAX_LABEL = 5  # words of a link or a heading that is no headline
_BEFORE, _AFTER = 15, 45  # elements around the headline
_SAME_DAY = timedelta(hours=36)  # from the start of a day to its end in any time zone
_PARAGRAPHS = frozenset(("dd", "li", "p", "td"))
_MIN_SENTENCE = 9  # words, more than a line of date and byline that ends with a full stop has
_STANDFIRSTS = 1  # sentences between headline and date
_ENTRIES = frozenset(("dd", "dt", "h2", "h3", "h4", "h5", "h6", "li", "td", "th"))
_BLOCKS = _PARAGRAPHS | _ENTRIES | {"article", "blockquote", "div", "ol", "section", "table", "ul"}
_SENTENCE_ENDS = (".", "!", "?", "…", "”", "»", "؟", "۔", "।")
_SHARING = re.compile(r"share|submit|intent|mailto:|javascript:|whatsapp|//t\.me/|^#")
_AUTHOR = re.compile(
    r"auth?or|autor|writer|profile|contributor|people|staff|byline|journalist", re.IGNORECASE
)
_MAX_NAME = 3  # words of a link that names a person or a section
_MIN_ARTICLE = 600  # characters; what is shorter is a card
_PARTS = re.compile(r"[|•·]|\s[-–—/]\s")
_DIGITS = re.compile(r"\d\d")
_HOME = re.compile(r"(?:https?://[^/]+)?/(?:index\.\w+)?$")


def stated(tree: HtmlElement, headline: str | None) -> list[str]:
    """What the elements say that are marked as the date of publication."""
    elements = tree.xpath(_STATED)
    if not elements:
        return []
    own = _with_ancestors(_headings(tree, headline))
    return [
        _machine_readable(element) or element_text(element)
        for element in elements
        if not _is_foreign(element, own, is_marked=True)
    ]


def visible(tree: HtmlElement, headline: str | None, parse: Parser, authors: Names = ()) -> StatedDate | None:
    """The date in a short line near the headline, None where there is none. A line whose markup hints at a
    date, or which names an author, may say more than the date; one that says "updated" or "member since"
    tells of another."""
    shown = _headings(tree, headline)
    own = _with_ancestors(shown)
    around = list(_around(tree, shown))
    bylines = _bylines([element for element, _ in around], own, authors)
    of_another: set[HtmlElement] = set()
    for element, after_text in around:
        text = "" if element in own or element in of_another else _without(_line(element), authors)
        if not text or not _may_be_dated(element, own, bylines, parse, after_text=after_text):
            continue
        if _tells_of_another(element, text, own, authors):
            of_another.update(element.iter())
        elif date := _date_of(element, text, parse, among_words=element in bylines):
            return date
    return None


def _without(text: str, names: Names) -> str:
    """A line without the names of authors: "Born" and "May" are no words of dates in them."""
    for name in names:
        text = text.replace(name, " ") if name[:1].isupper() else text
    return text.strip()


def _tells_of_another(element: HtmlElement, text: str, own: set[HtmlElement], authors: Names) -> bool:
    """Whether the line of an element, or the line that it ends, is labelled as the date of anything else."""
    above = element.getparent()
    whole = _without(_line(above), authors) if above is not None and above not in own else ""
    return dates.tells_of_another(text) or (whole.endswith(text) and dates.tells_of_another(whole))


def _may_be_dated(
    element: HtmlElement, own: set[HtmlElement], bylines: set[HtmlElement], parse: Parser, *, after_text: bool
) -> bool:
    """Whether a date in an element can be the article's: none of which a text tells, and none of another."""
    if _is_in_sentence(element):
        return False
    is_named = _is_beside_byline(element, own, bylines)
    if _is_foreign(element, own, bylines if is_named else frozenset()):
        return False
    is_stated = is_named or (not after_text and _is_labelled(element, own, parse))
    if not is_stated and _is_of_text(element, own, after_text=after_text):
        return False
    return not _is_of_link(element, own) and (is_named or not _is_told(element, parse))


def _bylines(elements: Iterable[HtmlElement], own: set[HtmlElement], authors: Names) -> set[HtmlElement]:
    """The small elements that name an author, and are no sentence."""
    keys = [word_key(name) for name in authors]
    return {
        element
        for element in elements
        if element not in own
        and keys
        and _size(element, _MAX_CARD) <= _MAX_CARD
        and len(text := element_text(element)) <= _MAX_BYLINE
        and not _is_sentence(text)
        and any(key in word_key(text) for key in keys)
    }


def _is_beside_byline(element: HtmlElement, own: set[HtmlElement], bylines: set[HtmlElement]) -> bool:
    """Whether an element stands in one that names an author, or all of a block beside one is a date."""
    blocks = list(takewhile(lambda one: one not in own, (element, *element.iterancestors())))
    if not bylines.isdisjoint(blocks):
        return True
    beside = (blocks[-1].getprevious(), blocks[-1].getnext()) if blocks else ()
    return not bylines.isdisjoint(beside) and dates.is_stamp(element_text(blocks[-1]))


def _is_labelled(element: HtmlElement, own: set[HtmlElement], parse: Parser) -> bool:
    """Whether an element of a list or a table has a date, and what labels it as that of publication, but
    nothing else."""
    blocks = takewhile(lambda one: one not in own, (element, *element.iterancestors()))
    entry = next((one for one in blocks if one.tag in _ENTRIES), None)
    if entry is None:
        return False
    row = entry.getparent() if entry.tag in {"td", "th"} else entry
    label = entry.getprevious() if entry.tag == "dd" else None
    text = element_text(row) if label is None else f"{element_text(label)} {element_text(row)}"
    return (
        len(text) <= _MAX_TEXT
        and dates.tells_of_publication(text)
        and parse(text.replace(" : ", ": "), False) is not None
    )


def _is_in_sentence(element: HtmlElement) -> bool:
    """Whether an element is a sentence of some length, or stands in one, as a day does of which it tells; one
    that goes on in the next paragraph too."""
    blocks = (one for one in (element, *element.iterancestors()) if one.tag in _PARAGRAPHS)
    block = next(blocks, element.find(".//p"))
    if block is None or any(map(_DATED_NAME.search, (block.get("class") or "", element.get("class") or ""))):
        return False
    following = block.getnext()
    goes_on = following is not None and following.tag == block.tag and element_text(following)[:1].islower()
    return goes_on or _is_sentence(element_text(block))


def _is_told(element: HtmlElement, parse: Parser) -> bool:
    """Whether an element is, or stands in, a short sentence or a standfirst which tells of that day, and is
    no line of a date."""
    block = next((one for one in (element, *element.iterancestors()) if one.tag in _PARAGRAPHS), None)
    if block is None:
        return False
    names, text = block.get("class") or "", element_text(block)
    is_prose = standfirsts.has_name(names) or text.endswith(_SENTENCE_ENDS)
    if not is_prose or _DATED_NAME.search(names):
        return False
    if block is not element and text == element_text(element):
        return False
    return not any(parse(part, False) for part in (text, *_PARTS.split(text)))


def _is_of_link(element: HtmlElement, own: set[HtmlElement]) -> bool:
    """Whether a date stands beside a link to another story: in a block of its own, by no name that of a dated
    line, outside the article element that has the headline or with a link of some words."""
    around = list(takewhile(lambda one: one not in own, (element, *element.iterancestors())))
    lines = _lines(around)
    links = [link for one in lines[-1:] for link in one.iter("a") if _is_to_story(link)]
    if not links or _is_marked(lines):
        return False
    has_article = any(one.tag == "article" for one in own)
    is_outside = has_article and next(around[-1].iterancestors("article"), None) is None
    return is_outside or any(len(element_text(link).split()) > _MAX_NAME for link in links)


def _lines(around: list[HtmlElement]) -> list[HtmlElement]:
    """Those of an element and its ancestors, the nearest first, that are small enough for a line."""
    return list(takewhile(lambda one: _size(one, _MAX_LINE) <= _MAX_LINE, around))


def _is_marked(lines: list[HtmlElement]) -> bool:
    """Whether one of them has the name of a dated line."""
    return any(_DATED_NAME.search(f"{one.get('class') or ''} {one.get('id') or ''}") for one in lines)


def _is_to_story(link: HtmlElement) -> bool:
    """Whether a link can be that of a story: not to who wrote the article, nor to share it."""
    target = f"{link.get('href') or ''} {link.get('rel') or ''} {link.get('class') or ''}"
    return len(element_text(link).split()) > 1 and not (_SHARING.search(target) or _AUTHOR.search(target))


def _begins_text(element: HtmlElement) -> bool:
    """Whether an element is a paragraph of a text."""
    has_blocks = any(part.tag in _BLOCKS for part in element)
    return element.tag in _BLOCKS and not has_blocks and _is_sentence(element_text(element))


def _is_sentence(text: str) -> bool:
    return len(text.split()) >= _MIN_SENTENCE and text.endswith(_SENTENCE_ENDS)


def _is_of_text(element: HtmlElement, own: set[HtmlElement], *, after_text: bool) -> bool:
    """Whether an element stands where texts have dates of which they tell: in a list, a table, a heading, and
    once a text has begun in a paragraph too. A line that is marked as dated is none of it."""
    around = list(takewhile(lambda one: one not in own, (element, *element.iterancestors())))
    if _is_marked(_lines(around)):
        return False
    if element.tag == "time" and not after_text:
        return False
    tags = {one.tag for one in (*around, *islice(element.iterdescendants(), _MAX_LINE))}
    return not tags.isdisjoint(_ENTRIES) or (after_text and "p" in tags)


def _date_of(element: HtmlElement, text: str, parse: Parser, *, among_words: bool) -> StatedDate | None:
    """The date of a line: as its element has it for machines, where that agrees with what is shown."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    among_words = among_words or element.tag == "time" or _DATED_NAME.search(names) is not None
    parts = (parse(part, False) for part in (*_PARTS.split(text), *map(one_line, element.itertext())))
    shown = parse(text, among_words) or next(filter(None, parts), None)
    times = list(element.iter("time"))
    machine = parse(_machine_readable(times[0]), False) if len(times) == 1 else None
    if machine is None or (shown is not None and abs(shown.moment - machine.moment) > _SAME_DAY):
        return shown
    return machine


def _headings(tree: HtmlElement, headline: str | None) -> list[HtmlElement]:
    """The elements with the headline, as some pages have it twice; or with the headline and more; or the only
    h1."""
    key = word_key(headline or "")
    texts = [(element, word_key(element_text(element)[:_MAX_HEADING])) for element in tree.iter(*_HEADINGS)]
    same = [element for element, text in texts if text == key]
    longer = [element for element, text in texts if key and text.startswith(key)]
    first = list(tree.iter("h1"))
    other = islice(headings.unmarked(tree, headline), 1)
    return same[:_MAX_SAME] or longer[:1] or list(other) or first[: len(first) == 1]


def _with_ancestors(shown: list[HtmlElement]) -> set[HtmlElement]:
    return {element for heading in shown for element in (heading, *heading.iterancestors())}


def _around(tree: HtmlElement, shown: list[HtmlElement]) -> Iterator[tuple[HtmlElement, bool]]:
    """The elements after each headline up to its text, then those before it, the nearer first; each with
    whether a sentence stands between, as a standfirst may: from the second on it is the text."""
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    for heading in shown:
        place = elements.index(heading)
        texts: list[HtmlElement] = []
        for element in elements[place + 1 : place + 1 + _AFTER]:
            yield element, bool(texts)
            if _begins_text(element):
                texts.append(element)
            if len(texts) > _STANDFIRSTS:
                break
        before = elements[max(place - _BEFORE, 0) : place]
        head = max((number for number, one in enumerate(before) if _is_head(one, heading)), default=0)
        below = reversed(before[head:])
        yield from ((one, False) for one in below if not _is_of_site(one, heading, texts))


def _is_head(element: HtmlElement, heading: HtmlElement) -> bool:
    """Whether an element is of the head of a site, above which today's date may stand."""
    if element.tag == "a":
        return _HOME.match(element.get("href") or "") is not None
    return element.tag in {"header", "nav"} and element not in heading.iterancestors()


def _is_of_site(element: HtmlElement, heading: HtmlElement, texts: list[HtmlElement]) -> bool:
    """Whether an element before the headline stands above all that holds headline and text, and is not
    marked as a date: the bar of the site has that of today."""
    around = {one: place for place, one in enumerate((heading, *heading.iterancestors()))}
    branch = list(takewhile(lambda one: one not in around, (element, *element.iterancestors())))
    above = branch[-1].getparent() if branch else None
    if above is None or not texts or any(one.tag == "time" for one in branch):
        return False
    beside = {one for one, place in around.items() if place < around[above]}
    is_above_text = not beside.isdisjoint(texts[0].iterancestors())
    return is_above_text and (above.tag == "body" or not _is_marked(_lines(branch)))


def _line(element: HtmlElement) -> str:
    """The text of an element that is a short line with numbers; empty for others. What a
    time element shows may be relative, "two hours ago", or yet to be written by a script."""
    if _size(element, _MAX_LINE) > _MAX_LINE:
        return ""
    text = element_text(element)
    if element.tag == "time" and not _DIGITS.search(text):
        text = f"{text} {element.get('datetime') or ''}".strip()
    return text if len(text) <= _MAX_TEXT and _DIGITS.search(text) and "©" not in text else ""


def _size(element: HtmlElement, limit: int) -> int:
    """How many elements there are in `element`; more than `limit` are not counted."""
    return sum(1 for _ in islice(element.iter(), limit + 1))


def _machine_readable(element: HtmlElement) -> str:
    return (element.get("datetime") or element.get("content") or element.get("title") or "").strip()


def _is_foreign(
    element: HtmlElement,
    own: set[HtmlElement],
    bylines: AbstractSet[HtmlElement] = frozenset(),
    *,
    is_marked: bool = False,
) -> bool:
    """Whether an element stands in a block that is not of the article, whose headline and its ancestors are
    `own`; beside one of its `bylines` it may stand in a header, and in a footer where it is marked."""
    for block in (element, *element.iterancestors()):
        if block in own:
            return False
        if block.tag == "header" and bylines:
            continue
        if _is_foreign_block(block, bylines) or (_is_footer(block) and not is_marked):
            return True
        if block.tag == "article" and _is_another_article(block, own):
            return True
    return False


def _is_footer(block: HtmlElement) -> bool:
    return block.tag == "footer" or "footer" in f"{block.get('class')} {block.get('id')}".lower()


def _is_foreign_block(block: HtmlElement, bylines: AbstractSet[HtmlElement]) -> bool:
    kind = block.get("itemtype")
    names = f"{block.get('class') or ''} {block.get('id') or ''}"
    is_named = block.tag in _FOREIGN_TAGS or _FOREIGN_NAME.search(names)
    return bool(
        is_named or (kind and not _ARTICLE_TYPE.search(kind)) or _has_another_headline(block, bylines)
    )


def _is_another_article(block: HtmlElement, own: set[HtmlElement]) -> bool:
    """Some pages have the headline before their article; a short one is a card."""
    return len(block.text_content()) < _MIN_ARTICLE or any(element.tag == "article" for element in own)


def _has_another_headline(block: HtmlElement, bylines: AbstractSet[HtmlElement]) -> bool:
    """Whether a small block has a heading, or a link, as long as a headline and no byline."""
    return _size(block, _MAX_CARD) <= _MAX_CARD and any(
        len(element_text(element).split()) > _MAX_LABEL and not _SHARING.search(element.get("href") or "")
        for element in block.iter("a", "h2", "h3", "h4")
        if element.tag == "a" or element not in bylines
    )
