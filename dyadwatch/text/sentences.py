"""Sentences of a text as spans, without leading datelines, bullets, clock times and speaker labels."""

import re

# A stop with closing quotes before a space, or one of Chinese, which no space follows (1), or the end of a
# line, which may follow a stop (2); and the space after it. It begins with a character set, for a fast
# search.
_END = re.compile(
    r"""([.!?…؟۔。！？\n\r\u2028\u2029\x85](?:(?<=\s)|(?<=[。！？])[。！？…]*[”’」』）》]*"""
    r"""|[.!?…؟۔]*[\])"'”’»«„“]*(?:[ \u00a0\u202f]»)?(?=\s)))"""  # French sets its marks apart
    r"""[^\S\n\r\u2028\u2029\x85]*([\n\r\u2028\u2029\x85]\s*)?"""
)
_TAG = re.compile(r"</?(?:br|p|li|h[1-6]|div|tr)\b[^<>]{0,80}>", re.IGNORECASE)  # ends a line
_TITLES_AND_MONTHS = """
Mr Mrs Ms Dr Prof Gen Lt Col Maj Brig Sgt Capt Adm Sen Rep Gov St Jr Sr No vs Rev Hon Pres approx Jan Feb
Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec bzw ca Nr Hr Fr evtl usw MM Mme Sra гг им см руб
"""
_ABBREVIATIONS = frozenset(_TITLES_AND_MONTHS.split())
# One of these, a letter, or two with a stop between ("z.B."), or a day of the month.
_ABBREVIATION = re.compile(
    rf"""(?:^|[\s(\["'“«])(?:{"|".join(sorted(_ABBREVIATIONS))}|[^\W\d_]|[^\W\d_]\.[^\W\d_]|\d{{1,2}})\.$"""
)
_MARKS = re.compile(r"[\s\-–—•*·▪►●>|]+")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?:\s?[AaPp]\.?[Mm]\.?|\s?(?:GMT|UTC))?\s+(?:[-–—]\s*)?")
_DATELINE = re.compile(
    r"""[^\W\d_][^\W\d_]?[\w.,'’ \-]{0,40}(?:\([\w. /]{2,30}\))?\s*\s[–—-]{1,2}\s+(?=["“«'\w])"""
)
_DATELINE_OR_LABEL_SIGN = re.compile(r"[–—:-](?:(?<=:)|(?<=\s[–—-])[–—-]?)\s")
_LABEL = re.compile(r"([^\W\d_][\w.\-' ]{2,30}):\s+")
_DATELINE_WORDS = 6
_MAX_DATELINE = 120  # characters
_MAX_LABEL = 60  # characters
_MAX_ABBREVIATION = 7  # characters
_MAX_OPENINGS = 4  # of a sentence
_MAX_SENTENCE = 4_000  # characters; a longer one is cut
_STOPS = frozenset(".!?…")
_COMMAS = frozenset(",;،")
_MAX_HEADLINE = 300  # characters


def first_line(text: str) -> str:
    """The headline of a stored text (headline, blank line, body); empty where it has none."""
    head, gap, _ = text[:_MAX_HEADLINE].partition("\n\n")
    return head if gap else ""


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences in order; tags of markup that end lines are none of them. One longer than 4,000
    characters is cut there, so that work stays linear."""
    if "<" in text:
        text = _TAG.sub(lambda tag: "\n" * len(tag.group()), text)
    spans: list[tuple[int, int]] = []
    length = len(text)
    start = length - len(text.lstrip())
    for match in _END.finditer(text):
        stop, end = match.span(1)
        following = match.end()
        if match.lastindex == 1 and following < length and _goes_on(text, start, stop, following):
            continue
        _add(spans, text, start, end)
        start = following
    _add(spans, text, start, length)
    return spans


def _goes_on(text: str, start: int, stop: int, following: int) -> bool:
    """Whether a stop ends an abbreviation, or a small letter or comma follows it."""
    sign, letter = text[stop], text[following]
    if sign == "." and _ends_abbreviation(text, start, stop):
        return True
    return sign in _STOPS and (letter.islower() or letter in _COMMAS)


def _ends_abbreviation(text: str, start: int, stop: int) -> bool:
    low = stop - _MAX_ABBREVIATION
    if low <= start:
        low = start
    elif (low := text.rfind(" ", low, stop) + 1) == 0:
        return False
    word = text[low:stop]
    if word.isalpha() and len(word) > 1:
        return word in _ABBREVIATIONS
    return _ABBREVIATION.search(text[low : stop + 1]) is not None


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while end - start > _MAX_SENTENCE:
        _add(spans, text, start, start + _MAX_SENTENCE)
        start = end - len(text[start + _MAX_SENTENCE : end].lstrip())
    if start < end and text[end - 1].isspace():
        end = start + len(text[start:end].rstrip())
    openings = 0
    while start < end and openings < _MAX_OPENINGS and (match := _opening(text, start, end)):
        if match.end() >= end:
            break
        start = match.end()
        openings += 1
    if start < end:
        spans.append((start, end))


def _opening(text: str, offset: int, end: int) -> re.Match[str] | None:
    """A mark, clock time, dateline or label at `offset`. Each is tried only where its sign occurs; places and
    speakers begin with a capital."""
    first = text[offset]
    if first.islower():
        return None
    if not first.isalnum():
        return _MARKS.match(text, offset, end)
    if first.isdigit():
        return _CLOCK.match(text, offset, end)
    limit = end if end - offset < _MAX_DATELINE else offset + _MAX_DATELINE
    near = text[offset:limit]
    if ":" not in near and "-" not in near and "–" not in near and "—" not in near:
        return None  # as most, and soon seen
    if _DATELINE_OR_LABEL_SIGN.search(text, offset, limit) is None:
        return None
    match = _dateline(_DATELINE.match(text, offset, limit))
    return match or _label(_LABEL.match(text, offset, min(end, offset + _MAX_LABEL)))


def _dateline(match: re.Match[str] | None) -> re.Match[str] | None:
    """A place before a dash: short."""
    if match is None or len(match.group().split()) > _DATELINE_WORDS:
        return None
    return match


def _label(match: re.Match[str] | None) -> re.Match[str] | None:
    """A speaker or place in capitals before a colon."""
    return match if match is not None and match.group(1).isupper() else None
