"""Which groups of lines within the container of an article are of other pages: teasers under a headline,
boxes in the text, notes about authors. What labels introduce is found before, see `labelled_parts`.

One decision for each group, the sum of the weights of named features; `foreign_weights.json` has them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, islice
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from dyadwatch import urls
from dyadwatch.articles import closing_words, labelled_parts, page_lines, second_stories, text_lines
from dyadwatch.articles.canonical_urls import ARTICLE_PATH
from dyadwatch.articles.page_identity import PageIdentity
from dyadwatch.articles.page_lines import MIN_LINE, PageLines, telling
from dyadwatch.articles.text_lines import Group, Line
from dyadwatch.articles.weighing import Scores, read_weights, score
from dyadwatch.text import story_labels
from dyadwatch.text.words import word_key, words

_MAX_GROUPS = 120  # of a page
_MAX_SHARE, _MAX_SIZE = 0.25, 800  # of a text, or characters, of all groups that are taken for other pages'
_MAX_FORM, _MAX_KINDS = 8, 4  # lines under a lead that are looked at, and changes of their kind
_MAX_NOTE = 400  # characters of a note about a person
_CLOSING = 3  # lines that may follow one of the last
_MAX_LINKS = 20  # of a group
_BEGINNING = 80  # characters of an article's beginning
_NAMED = re.compile(
    r"related|recommend|read-?(?:more|next|also)|more-|also-|teaser|promo|sidebar|widget|popular|trending"
    r"|most-?read|latest|newsletter|signup|sign-up|subscri|outbrain|taboola|recirc|card\b|inline-?(?:link|article)"
    r"|bio\b|about-|author|infobox",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"/(?:tags?|topics?|themen?|thema|sujets?|temas?|categor\w+|section|wiki|location"
    r"|organi[sz]ations?|etiquetas?|hashtag|keywords?|subject)/",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"/(?:aut(?:h?or|eur|rice)(?:e?s|en|es)?|by|contributors?|experts?|journalists?|people|person|profiles?"
    r"|redaktion|reporters?|staff|team|writers?|yazar(?:lar)?)/",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:correspondent|reporter|editor|journalist|writer|columnist|author|professor|fellow|freelance\w*|analyst"
    r"|lecturer|researcher|historian|redakteur\w*|korrespondent\w*|autor\w*|journaliste?|correspondant\w*"
    r"|rédact\w+|periodista|redactor\w*|corresponsal|giornalista|dziennikarz\w*|gazeteci|muhabir\w*|yazar\w*)\b"
    r"|корреспондент|журналист|редактор|автор|кореспондент|журналіст|صحفي|كاتب|مراسل|محرر|خبرنگار|نویسنده|روزنامه‌نگار"
    r"|עיתונאי|כתב|记者|作者|編集|記者|기자",
    re.IGNORECASE,
)
_CASED = re.compile(r"[A-Za-zÀ-ɏͰ-ӿԱ-֏]")
_ITALIC, _MOST_LINKED = 0.8, 0.6  # shares of a line
_ENDS = (".", "!", "?", "…", "”", '"', "»", "“", "؟", "۔", "।", "。", ":")


def remove(
    tree: HtmlElement, headline: HtmlElement | None, identity: PageIdentity, authors: Sequence[str]
) -> Mapping[str, str]:
    """Takes the lines of other pages out of a tree that may hold an article. Labels of other stories whose
    stories stay are the answer, by the words of the line after each: whoever reads the text must see them."""
    page = page_lines.read(tree, headline, identity, authors)
    away, open_labels = labelled_parts.places(page)
    away.update(_closing_lines(page))
    second = second_stories.start(page, away)
    away.update(() if second is None else range(second, len(page.lines)))
    by_feature = weights()
    most = max(_MAX_SHARE * page.before(len(page.lines)), _MAX_SIZE)
    for group in candidates(page, away):
        size = sum(page.lines[one].size for one in range(group.start, group.end + 1) if one not in away)
        is_begun = page.before(group.start) >= _BEGINNING or page.lines[group.start].is_link
        if size <= (most if is_begun else 0) and score(features(page, group, away), by_feature) > 0:
            away.update(range(group.start, group.end + 1))
            most -= size
    introduced = _introduced(page, away, open_labels)
    for place in away:
        page.lines[place].remove()
    return introduced


def _closing_lines(page: PageLines) -> Iterator[int]:
    """The last lines of a text that ask something of its readers, or say who somebody is of whom the text
    does not tell."""
    for place in range(page.first, len(page.lines)):
        line = page.lines[place]
        is_closing = page.is_last(place + _CLOSING)
        may_ask = is_closing and line.lead in {"plain", "bold"} and page.before(place) >= _BEGINNING
        if may_ask and (closing_words.is_request(line.text) or _is_note(page, place)):
            yield place


def _is_note(page: PageLines, place: int) -> bool:
    """Whether a line is about a person who writes, is no author of the page and is not named before. Of 1,896
    last lines of annotated texts one is, and is such a note."""
    name = closing_words.person_of_note(page.lines[place].text)
    if not name or _is_about_author(page, page.lines[place]):
        return False
    before = chain.from_iterable(words(line.text) for line in page.lines[:place])
    return set(words(" ".join(name))).isdisjoint(before)


def _introduced(page: PageLines, away: set[int], open_labels: AbstractSet[int]) -> Mapping[str, str]:
    """The labels that stay, by the words of the line after each, and of the next where a heading may be lost;
    one whose stories are gone goes too."""
    kept: dict[str, str] = {}
    for place in range(page.first, len(page.lines)):
        if place in away or not page.lines[place].is_label:
            continue
        after = list(islice((one for one in range(place + 1, len(page.lines)) if one not in away), 2))
        if not after or (after[0] > place + 1 and place not in open_labels):
            away.add(place)
            continue
        count = 1 if page.lines[after[0]].lead == "plain" else 2
        kept.update((word_key(page.lines[one].text), page.lines[place].text) for one in after[:count])
    return kept


def candidates(page: PageLines, away: AbstractSet[int]) -> Iterator[Group]:
    """The groups of a page that show anything that may lead elsewhere: a link, a person. `away` may grow
    meanwhile."""
    for group in islice(text_lines.groups(page.lines, page.first, page.spans), _MAX_GROUPS):
        lead, *under = page.lines[group.start : group.end + 1]
        if lead.is_label or labelled_parts.is_labelled(lead):
            continue
        if under or lead.lead != "plain":
            is_link = not _link(page, lead, under).endswith(("here", "none"))
            is_candidate = is_link and not _goes_on(page, group, away)
        else:
            is_candidate = _may_be_note(page, lead)
        is_fact = not under and _is_about_author(page, lead)  # of the article
        if not is_fact and (is_candidate or (not under and _is_about(lead))):
            yield group


def _goes_on(page: PageLines, group: Group, away: AbstractSet[int]) -> bool:
    """Whether text follows a heading that is a link and what is under it, in no box: mostly that is the
    article's, and the link points elsewhere from between its paragraphs."""
    is_heading = page.lines[group.start].is_link and group.end > group.start
    return is_heading and group.box is None and not page.is_last(group.end, away)


def _is_about(line: Line) -> bool:
    """Whether a line is in italics, or short and about a person's work: it begins with a name and no comma,
    where its script has capitals."""
    if _is_italic((line,)):
        return True
    is_short = line.size <= _MAX_NOTE and _ABOUT.search(line.text) is not None
    return is_short and (closing_words.begins_with_name(line.text) or not _CASED.search(line.text))


def _may_be_note(page: PageLines, line: Line) -> bool:
    """Whether a closing line may be a note about a person or an invitation."""
    return line.linked >= _MOST_LINKED * line.size or any(
        _target(page, link, line.text) == "person" for link in line.links[:_MAX_LINKS]
    )


def _is_italic(group: Sequence[Line]) -> bool:
    return sum(line.italic for line in group) >= _ITALIC * sum(line.size for line in group)


def _is_about_author(page: PageLines, line: Line) -> bool:
    return word_key(line.text[:80]).startswith(page.authors) if page.authors else False


def weights() -> Scores:
    """The weights of features in hundredths, fitted by benchmarks/train_foreign.py."""
    return read_weights("foreign_weights.json")


def features(page: PageLines, group: Group, away: AbstractSet[int]) -> list[str]:
    """The names of what speaks for or against a group's being of another page; `away` are the places of
    lines that are."""
    lead = page.lines[group.start]
    under = page.lines[group.start + 1 : group.end + 1]
    kind = lead.lead
    led = "alone" if not under else kind
    place = _place(page, group, away)
    link = _link(page, lead, under)
    label = _label(lead)
    count = _bucket(len([line for line in under if line.size > MIN_LINE]), 1, 2, 3, 5, 9)
    box = "box" if group.box is not None else "flat"
    likeness = _likeness(page, group)
    form = _under_form(under)
    then = _then(page, group, away)
    names = [
        "any",
        *(f"{one} {sign}" for one in (f"form {form}", f"then {then}") for sign in (led, place, box)),
        *(f"{one} {led}" for one in ("lead", box, place)),
        f"{place} {box}",
        *_told_by(f"link {link}", led, box, place, count),
        *_told_by(f"label {label}", led, box, place, count),
        f"{led} {box} {place} lines {count}",
        *_amounts(page, group),
        *_forms(page, group, lead, under),
        *likeness,
        *(f"{one} {box} {place}" for one in likeness),
        *(f"{one} {link}" for one in likeness[1:]),
    ]
    if _is_named(group, lead):
        names += ["named", f"named {place}", f"named {box}"]
    return names


def _told_by(sign: str, led: str, box: str, place: str, count: int) -> Iterator[str]:
    """A sign alone, and together with what the group is and where."""
    yield sign
    yield f"{sign} {led}"
    yield f"{sign} {box}"
    yield f"{sign} {place}"
    yield f"{sign} {box} {place}"
    yield f"{sign} {led} {box} {place}"
    yield f"{sign} {box} {place} lines {count}"


def _place(page: PageLines, group: Group, away: AbstractSet[int]) -> str:
    after = next(
        (
            one
            for one in range(group.end + 1, len(page.lines))
            if one not in away and page.lines[one].size > MIN_LINE
        ),
        None,
    )
    if after is None:
        return "last"
    return "first" if page.sizes[group.start] - page.sizes[page.first] < _BEGINNING else "middle"


def _link(page: PageLines, lead: Line, under: Sequence[Line]) -> str:
    """Where the lead's link leads, or else those of what is under it."""
    own = lead.links[0] if lead.links and lead.linked >= lead.size / 2 else None
    if own is not None:
        return _target(page, own, lead.text)
    if lead.links and (lead.lead in {"opening", "link"} or not under):
        return f"part {_target(page, lead.links[0], lead.text)}"
    for line in under:
        if line.links and line.linked >= line.size / 2:
            return f"under {_target(page, line.links[0], line.text)}"
    return "none"


def _target(page: PageLines, link: HtmlElement, text: str) -> str:
    reference = (link.get("href") or "").strip()
    if reference not in page.targets:
        page.targets[reference] = _kind_of(reference, page.identity)
    kind = page.targets[reference]
    return "article" if kind == "page" and _is_slug(reference, text) else kind


def _kind_of(reference: str, identity: PageIdentity) -> str:
    """What an address leads to: here, away, to a person, a topic, an article or another page."""
    if not reference or reference.startswith(("#", "javascript:")) or identity.is_address(reference):
        return "here"
    try:
        parts = urlsplit(reference)
    except ValueError:
        return "here"
    if _is_away(parts.hostname, urlsplit(identity.url).hostname):
        return "away"
    if _PERSON.search(parts.path):
        return "person"
    if _TOPIC.search(parts.path):
        return "topic"
    return "article" if ARTICLE_PATH.search(f"{parts.path}?{parts.query}") else "page"


def _is_away(host: str | None, own: str | None) -> bool:
    """Whether a host is another publisher's."""
    if not host or not own or host == own:
        return False
    return (urls.registrable_domain(host) or host) != (urls.registrable_domain(own) or own)


def _is_slug(reference: str, text: str) -> bool:
    """Whether an address has two of the words of a text."""
    spelt = set(words(unquote(reference).replace("_", " ")))
    return len(spelt & telling(text)) >= 2


def _label(lead: Line) -> str:
    """The kind of label that a lead is or begins with, "no" where it is none."""
    if lead.lead != "opening":
        return lead.label
    found = story_labels.kind(lead.opening_text)
    return "colon" if found == "no" and lead.opening_text.endswith(":") else found


def _bucket(value: float, *bounds: float) -> int:
    return sum(value >= bound for bound in bounds)


def _under_form(under: Sequence[Line]) -> str:
    """What stands under a lead, in order: links, leads and other lines."""
    form = ""
    for line in under[:_MAX_FORM]:
        sign = "l" if line.is_link else "p" if line.lead in {"plain", "opening", "link"} else "h"
        if not form.endswith(sign):
            form += sign
    return form[:_MAX_KINDS]


def _then(page: PageLines, group: Group, away: AbstractSet[int]) -> str:
    """What follows a group, and whether it stands beside the lead."""
    after = next((one for one in range(group.end + 1, len(page.lines)) if one not in away), None)
    if after is None:
        return "nothing"
    line = page.lines[after]
    if line.is_after_gap:
        return "gap"
    beside = "beside" if line.holder.getparent() is page.lines[group.start].holder.getparent() else "apart"
    kind = "link" if line.is_link else "short" if line.size <= MIN_LINE else line.lead
    return f"{kind} {beside}"


def _amounts(page: PageLines, group: Group) -> list[str]:
    start, end, own = page.sizes[group.start], page.sizes[group.end + 1], page.sizes[page.first]
    whole = max(page.sizes[-1] - own, 1)
    size = end - start - page.lines[group.start].size
    lead = page.lines[group.start]
    alike = page.kinds[lead.holder.tag, lead.lead]
    run = (page.sizes[page.runs[lead.holder.tag, lead.lead]] - own) / whole
    return [
        f"under {_bucket(size, 1, 80, 200, 400, 800, 1_600)}",
        f"lead size {_bucket(page.lines[group.start].size, 12, 25, 50, 90, 150, 300)}",
        f"before {_bucket((start - own) / whole, 0.1, 0.3, 0.6, 0.8, 0.95)}",
        f"share {_bucket((end - start) / whole, 0.03, 0.1, 0.25, 0.5)}",
        f"alike {_bucket(alike, 2, 3, 5, 9)}",
        f"run {_bucket(alike, 2, 3, 5, 9)} from {_bucket(run, 0.1, 0.3, 0.6, 0.8)}",
        f"numbered {lead.text[:1].isdecimal()} {_bucket(alike, 3, 5)}",
        f"before text {_bucket(start - own, 80, 300, 900)}",
    ]


def _forms(page: PageLines, group: Group, lead: Line, under: Sequence[Line]) -> list[str]:
    whole = (lead, *under)
    size = sum(line.size for line in whole)
    linked = sum(line.linked for line in whole) / max(size, 1)
    last = whole[-1].text
    names = [
        f"linked {_bucket(linked, 0.01, 0.1, 0.3, 0.6, 0.9)}",
        f"ends {'sentence' if last.endswith(_ENDS) else 'open'}",
        f"cut {last.endswith(('...', '…'))}",
        f"italic {_is_italic(whole)}",
        f"holder {lead.holder.tag}",
    ]
    if not under and size <= 800 and _ABOUT.search(lead.text):
        names += ["about", f"about {_place(page, group, frozenset())}"]
    if lead.lead in {"opening", "link"}:
        names += [f"goes on {_rest_case(lead)}", f"goes on {_rest_case(lead)} {lead.lead}"]
    if lead.text.startswith(("“", '"', "„", "«")):
        names.append("quote")
    return names


def _rest_case(lead: Line) -> str:
    """How a line goes on after the bold words or the link with which it begins: as a new sentence or in the
    same."""
    text = "".join(lead.pieces).lstrip()
    start = lead.opening if lead.lead == "opening" else len((lead.links[0].text_content() or "").strip())
    rest = text[start:].lstrip()[:1]
    return "upper" if rest.isupper() else "lower" if rest.islower() else "sign" if rest in ",.;:" else "other"


def _likeness(page: PageLines, group: Group) -> list[str]:
    """How much of the words of a group are those of the article's beginning, and of its lead those of the
    rest."""
    lead, *under = page.lines[group.start : group.end + 1]
    own = telling(lead.text)
    rest = telling(" ".join(line.text for line in under[:6]))
    whole = own | rest
    shared = len(whole & page.about) / max(len(whole), 1)
    names = [f"shared {_bucket(shared, 0.001, 0.05, 0.1, 0.2, 0.35)}"]
    if under and own:
        names.append(f"fit {_bucket(len(own & rest) / len(own), 0.001, 0.2, 0.4, 0.7)}")
    return names


def _is_named(group: Group, lead: Line) -> bool:
    """Whether the elements around a group, or its lead, are named for what is of other pages."""
    elements = (
        [lead.holder] if group.box is None else [group.box, *islice(group.box.iter("div", "section"), 3)]
    )
    return any(_NAMED.search(f"{one.get('class') or ''} {one.get('id') or ''}") for one in elements)
