"""Sentences of a text as given, as spans; datelines, bullets, clock times and speaker labels stay outside."""

import re

# A stop with closing quotes before a space, or the end of a line.
_END = re.compile(r"""[.!?…؟۔]+[\])"'”’»„“]*(?=\s)|[\n\r\u2028\u2029\x85]+""")
_AFTER = re.compile(r"\s+(\S)")
_ABBREVIATION = re.compile(
    r"""(?:^|[\s(\["'“«])(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Brig|Sgt|Capt|Adm|Sen|Rep|Gov|St|Jr|Sr|No|vs|Rev|Hon|Pres|
    approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|bzw|ca|Nr|Hr|Fr|evtl|usw|z\.B|d\.h|u\.a|M|MM|Mme|Sra|г|гг|т\.е|
    т\.д|им|см|руб|[^\W\d_]|[^\W\d_]\.[^\W\d_]|\d{1,2})\.$""",
    re.VERBOSE,
)
_MARKS = re.compile(r"[\s\-–—•*·▪►●>|]+")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?:\s?[AaPp]\.?[Mm]\.?|\s?(?:GMT|UTC))?\s+(?:[-–—]\s*)?")
_DATELINE = re.compile(
    r"""[^\W\d_][^\W\d_]?[\w.,'’ \-]{0,40}(?:\([\w. /]{2,30}\))?\s*\s[–—-]{1,2}\s+(?=["“«'\w])"""
)
_DASH = re.compile(r"\s[–—-]{1,2}\s")
_LABEL = re.compile(r"([^\W\d_][\w.\-' ]{2,30}):\s+")
_DATELINE_WORDS = 6
_LONGEST = 4_000


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences in order. One longer than 4,000 characters is cut there, so that work stays linear."""
    spans = []
    start = 0
    for match in _END.finditer(text):
        if _goes_on(text, start, match):
            continue
        spans += _trimmed(text, start, match.end())
        start = match.end()
    return spans + _trimmed(text, start, len(text))


def _goes_on(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a stop ends an abbreviation, or a small letter or comma follows it."""
    if match.group()[0] not in ".!?…":
        return False
    after = _AFTER.match(text, match.end())
    if after and "\n" not in after.group() and (after.group(1).islower() or after.group(1) in ",;،"):
        return True
    if text[match.start()] != ".":
        return False
    return _ABBREVIATION.search(text[max(start, match.start() - 12) : match.start() + 1]) is not None


def _trimmed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    for low in range(start, end, _LONGEST):
        high = min(end, low + _LONGEST)
        last = low + len(text[low:high].rstrip())
        first = low + _lead(text, low, last) if last > low else last
        if first < last:
            spans.append((first, last))
    return spans


def _lead(text: str, start: int, end: int) -> int:
    """The length of what stands before the sentence proper, which is never all of it."""
    offset = start
    for _ in range(4):
        match = _opening(text, offset, end)
        if match is None or match.end() >= end:
            break
        offset = match.end()
    return offset - start


def _opening(text: str, offset: int, end: int) -> re.Match[str] | None:
    """A mark, clock time, dateline or label at `offset`; each is looked for only where its sign stands."""
    first = text[offset]
    if not first.isalnum():
        return _MARKS.match(text, offset, end)
    if first.isdigit():
        return _CLOCK.match(text, offset, end)
    match = None
    if _DASH.search(text, offset, min(end, offset + 120)):
        match = _dateline(_DATELINE.match(text, offset, min(end, offset + 120)))
    if match is None and text.find(":", offset, min(end, offset + 60)) >= 0:
        match = _label(_LABEL.match(text, offset, min(end, offset + 60)))
    return match


def _dateline(match: re.Match[str] | None) -> re.Match[str] | None:
    """A place before a dash: short, and not written small."""
    if match is None or match.group()[0].islower() or len(match.group().split()) > _DATELINE_WORDS:
        return None
    return match


def _label(match: re.Match[str] | None) -> re.Match[str] | None:
    """A speaker or place in capitals before a colon."""
    return match if match is not None and match.group(1).isupper() else None
