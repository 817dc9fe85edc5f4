"""From a document's raw entries to ParsedEntry: identity, plain titles, plausible dates, bounded texts."""

import html
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from lxml.html import defs

from dyadwatch import dates, urls
from dyadwatch.dates import Hints
from dyadwatch.errors import WebError
from dyadwatch.model.dates import StatedDate
from dyadwatch.model.entries import ParsedEntry

MAX_URL = 2_048
MAX_TITLE = 1_000
MAX_SUMMARY = 64 * 1024
MAX_CONTENT = 256 * 1024
MAX_KEY = 512
MAX_AUTHORS = 20

# What lxml leaves out is newer or long gone.
_ELEMENTS = defs.tags | {
    *("bdi", "data", "dialog", "main", "picture", "slot", "template"),
    *("blink", "frame", "nobr", "noframes", "plaintext", "xmp"),
}
_TAG = re.compile(r"<!--.*?-->|<![A-Za-z][^<>]*>|</?([A-Za-z][\w:-]*)([^<>]*)>", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
# A guid that is a relative address, not a number or word of a publisher who forgot to say that it is none.
_PAGE = re.compile(r"/|^\?|\.(?:x?html?|shtml|php\d?|aspx?|jsp)\b", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FEED_SCHEME = re.compile(r"\s*feed:(?=(?:https?:)?//)", re.IGNORECASE)
# An address in angle brackets, or behind the scheme of another one.
_WRAPPED = re.compile(r"(?:<|https?:/{0,2}(?=https?:))\s*(https?:[^<>]*?)>?", re.IGNORECASE)
_HOST = re.compile(r"[\w.-]+\.[^\W\d_]{2,}(?::\d+)?(?=[/?#]|\Z)")
_ADDRESS = re.compile(r"<?[^\s<>()]{1,200}@[^\s<>()]{1,200}>?")


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry as the document has it. `dates` are candidates for its publication date, best first.
    `link_is_guid`: no link was given, but a guid that is not said to be no address."""

    guid: str | None = None
    link: str | None = None
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    authors: tuple[str, ...] = ()
    dates: tuple[str | None, ...] = ()
    updated: str | None = None
    source_name: str | None = None
    source_url: str | None = None
    link_is_guid: bool = False


def finish(
    raws: Sequence[RawEntry], *, url: str, now: datetime, language: str | None = None
) -> tuple[ParsedEntry, ...]:
    """The entries of one document in its order; of two with the same identity, the first. `url` and
    `language` are the feed's."""
    texts = (text for raw in raws for text in raw.dates if text)
    hints = Hints(language, dates.day_first(texts, language), latest=now + dates.TOLERANCE)
    identified = [(raw, _identity(raw, url, hints)) for raw in raws]
    guids = Counter(identity.guid for _, identity in identified)
    variants: defaultdict[tuple[str, str | None], set[tuple[str, ...]]] = defaultdict(set)
    for _, identity in identified:
        variants[identity.guid, identity.url].add(identity.details)
    unique: dict[str, ParsedEntry] = {}
    for raw, identity in identified:
        repeated = guids[identity.guid] > 1
        varied = len(variants[identity.guid, identity.url]) > 1
        key = _key(identity, repeated=repeated, varied=varied, instead=raw.summary)
        if key not in unique:
            unique[key] = _entry(raw, key, identity, url, hints)
    return tuple(unique.values())


def plain(text: str | None, max_length: int = MAX_TITLE) -> str:
    """`text` as one line without markup: tags stripped, entities decoded up to twice, spaces collapsed,
    NFC."""
    if not text:
        return ""
    line = text[: 8 * max_length]
    for _ in range(2):
        if "<" in line:
            line = _TAG.sub(_text_of_tag, _CDATA.sub(r"\1", line))
        if "&" in line:
            line = html.unescape(line)
    line = unicodedata.normalize("NFC", _CONTROL.sub("", line))
    return " ".join(line.split())[:max_length]


def _text_of_tag(tag: re.Match[str]) -> str:
    """Nothing of markup, a blank for a line break; a headline's own word in angle brackets, as the name of a
    film, stays."""
    name, rest = (tag[1] or "!").lower(), tag[2] or ""
    if tag[0][1] != "/" and name.isalnum() and name not in _ELEMENTS and "=" not in rest:
        return tag[0]
    return " " if name == "br" else ""


def without_feed_scheme(address: str, scheme: str = "http") -> str:
    """`address` as it is meant where it has the pseudo-scheme of feed readers: feed:https://host/path, or
    feed://host/path, which stands for `scheme`."""
    match = _FEED_SCHEME.match(address)
    if match is None:
        return address
    meant = address[match.end() :]
    return f"{scheme}:{meant}" if meant.startswith("//") else meant


def link(address: str | None, base: str) -> str | None:
    """`address` normalised and absolute, None where it is none or longer than 2,048 characters."""
    bare = _bare(address)
    if not bare or len(bare) > MAX_URL:
        return None
    bare = match[1] if (match := _WRAPPED.fullmatch(bare)) else bare
    # Resolving an address that is absolute already would double the cost.
    is_absolute = bare.startswith(("https://", "http://"))
    try:
        if not is_absolute:
            bare = _with_scheme(without_feed_scheme(bare, urlsplit(base).scheme), base)
        normalised = urls.normalise(bare, None if is_absolute else base)
    except WebError:
        return None
    return normalised if len(normalised) <= MAX_URL else None


def _with_scheme(address: str, base: str) -> str:
    """`address` with the scheme that it lacks where it begins with the host of its feed, or of some www."""
    host = match[0].lower() if (match := _HOST.match(address)) else ""
    own = urlsplit(base).netloc.removeprefix("www.")
    is_host = host.startswith("www.") or (host and host == own)
    return f"{urlsplit(base).scheme}://{address}" if is_host else address


def entry_hash(entry: ParsedEntry) -> str:
    """SHA-256 (hex) of what makes an entry worth looking at again: title, summary, content, time of
    update."""
    updated = entry.updated_at.isoformat() if entry.updated_at else ""
    return _digest(entry.title, entry.summary or "", entry.content or "", updated)


@dataclass(frozen=True, slots=True)
class _Identity:
    """What distinguishes an entry from others; `fragment` is what its link has beyond `url`."""

    guid: str
    url: str | None
    title: str
    published: StatedDate | None
    fragment: str

    @property
    def moment(self) -> str:
        return self.published.utc.isoformat() if self.published else ""

    @property
    def details(self) -> tuple[str, ...]:
        """What tells entries of the same guid and URL apart. Without a guid, another title is an edit."""
        return (self.title, self.moment, self.fragment) if self.guid else (self.fragment,)


def _identity(raw: RawEntry, url: str, hints: Hints) -> _Identity:
    published = None
    for candidate in raw.dates:
        if candidate and (published := dates.parse(candidate, hints)) is not None:
            break
    address = None if raw.link_is_guid and not _PAGE.search(raw.link or "") else raw.link
    fragment = (address or "").partition("#")[2]
    return _Identity(_bare(raw.guid), link(address, url), plain(raw.title), published, fragment)


def _entry(raw: RawEntry, key: str, identity: _Identity, url: str, hints: Hints) -> ParsedEntry:
    published, updated = identity.published, dates.parse(raw.updated, hints)
    return ParsedEntry(
        key=key,
        url=identity.url,
        title=identity.title,
        summary=_truncate(raw.summary, MAX_SUMMARY),
        content=_truncate(raw.content, MAX_CONTENT),
        authors=_names(raw.authors),
        published_at=published.utc if published else None,
        published_precision=published.precision if published else None,
        updated_at=updated.utc if updated else None,
        source_name=plain(raw.source_name, 300) or None,
        source_url=link(raw.source_url, url),
    )


def _key(identity: _Identity, *, repeated: bool, varied: bool, instead: str | None) -> str:
    """Guid > link > hash of title (or of the text `instead` of one) and date; a guid that is `repeated`
    within the document is combined with the link, and both with the details where these are `varied`."""
    if identity.guid and not repeated:
        key = identity.guid
    elif identity.guid:
        key = f"{identity.guid} {identity.url or _digest(identity.title, identity.moment)}"
        key = f"{key} {_digest(*identity.details)}" if varied else key
    elif identity.url:
        key = f"{identity.url}#{identity.fragment}" if varied else identity.url
    else:
        key = _digest(identity.title or _truncate(instead, MAX_SUMMARY) or "", identity.moment)
    return key if len(key) <= MAX_KEY else _digest(key)


def _names(authors: Iterable[str]) -> tuple[str, ...]:
    without = (_ADDRESS.sub(" ", author[:1_000]) if "@" in author else author for author in authors)
    names = (plain(author, 200).strip(" ()<>,;") for author in without)
    return tuple(dict.fromkeys(name for name in names if name))[:MAX_AUTHORS]


def _truncate(text: str | None, max_length: int) -> str | None:
    return _CONTROL.sub("", text[:max_length]).strip() or None if text else None


def _bare(text: str | None) -> str:
    return _CONTROL.sub("", text or "").strip()


def _digest(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()
