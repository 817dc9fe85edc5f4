"""Feeds of every dialect, made by chance: any elements with any attributes, in any order and depth."""

from collections.abc import Callable
from random import Random
from xml.sax.saxutils import escape, quoteattr

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "atom": "http://www.w3.org/2005/Atom",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "media": "http://search.yahoo.com/mrss/",
        "own": "urn:own",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rss": "http://purl.org/rss/1.0/",
        "thr": "http://purl.org/syndication/thread/1.0",
    }.items()
)
_DIALECTS = {
    "rss": '<rss version="2.0" {names}><channel>{head}{entries}</channel></rss>',
    "rss in a namespace": '<rss xmlns="http://backend.userland.com/rss2" {names}><channel>{head}{entries}</channel></rss>',
    "atom": '<feed xmlns="http://www.w3.org/2005/Atom" {names}>{head}{entries}</feed>',
    "rdf": '<rdf:RDF xmlns="http://purl.org/rss/1.0/" {names}><channel>{head}</channel>{entries}</rdf:RDF>',
}
_WORDS = [
    "",
    "x",
    " a  b ",
    "<p>a</p>",
    "<b>c",
    "A &amp; B",
    "A & B",
    "1 < 2",
    "é",
    "cafÃ©",
    "it\u0092s",
    "خبر",
    "x" * 40,
]
_ADDRESSES = [
    "", "https://n.example/1", "https://n.example/2?a=1&b=2&copy=3", "/rel", "//h.example/x", "7", "n.example/x", "urn:x",
    "http:///y", "tag:n,2:1", "mailto:a@b.example", "https://[::1]/", "[ ",
]  # fmt: skip
_LETTERS = "ab Zé1&<>\"'\u0092\u200cخبر;#x-.:/@[]()\n\t\u00a0"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "June", "Foo"]
_ZONES = ["", "Z", " GMT", " UT", " EST", " CET", "+02:00", "-0330", " +0430", "+99:00"]
_DATES = [
    "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}",
    "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.123{zone}",
    "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}{zone}",
    "{year:04}-{month:02}-{day:02}",
    "{year:04}-{month:02}",
    "{year:04}{month:02}{day:02}",
    "{weekday}, {day} {name} {year} {hour:02}:{minute:02}:{second:02}{zone}",
    "{day:02} {name} {year} {hour:02}:{minute:02}{zone}",
    "{weekday} {name} {day} {hour:02}:{minute:02}:{second:02} {year}",
]
_WRAPPINGS: list[Callable[[str], str]] = [
    escape,
    escape,
    lambda words: escape(escape(words)),
    lambda words: f" {escape(words)}\n",
    lambda words: f"{escape(words)}<!-- a comment -->",
    lambda words: f"<![CDATA[{words.replace(']]>', '')}]]>",
]
_PREFIXES = ["", "", "", "dc:", "media:", "atom:", "own:", "itunes:", "dcterms:", "content:", "rss:", "thr:"]
_NAMES = [
    "title",
    "link",
    "guid",
    "id",
    "description",
    "summary",
    "encoded",
    "content",
    "author",
    "creator",
    "name",
    "pubDate",
    "published",
    "issued",
    "updated",
    "modified",
    "date",
    "created",
    "source",
    "language",
    "image",
    "textinput",
    "category",
    "enclosure",
    "thumbnail",
    "group",
    "comments",
    "owner",
    "url",
    "width",
    "height",
    "contributor",
    "rights",
    "body",
    "postid",
    "subtitle",
    "info",
    "keywords",
    "lastBuildDate",
    "ttl",
    "docs",
    "generator",
    "origLink",
]
_ATTRIBUTES = [
    'type="html"',
    'type="text"',
    'type="text/html"',
    'type="xhtml"',
    'type="text/plain"',
    'mode="escaped"',
    'mode="base64"',
    'isPermaLink="false"',
    'isPermaLink="true"',
    'xml:lang="fr"',
    'lang="de"',
    'rel="self"',
    'rel="alternate"',
    'rel="enclosure"',
    'xml:base="https://b.example/"',
    'src="x"',
    'rdf:about="https://n.example/9"',
    'lastmod="2024-06-14"',
    'medium="image"',
]
# What feeds have most of the time; pure chance would hardly ever make a document that the fast path takes.
_USUAL = [
    (["title", "description", "dc:creator", "category", "content:encoded", "author"], "words"),
    (["link", "guid", "id"], "address"),
    (["pubDate", "updated", "dc:date"], "date"),
]
_HEADS = [
    "<title>T</title>",
    "<language>en</language>",
    "<dc:language>fr</dc:language>",
    "<link>https://n.example/</link>",
    "<image><url>u</url><title>I</title><link>l</link></image>",
    "<author><name>A</name></author>",
    '<atom:link rel="hub" href="https://h.example/"/>',
    "<skipHours><hour>1</hour></skipHours>",
]


def generated_feed(chance: Random) -> str:
    """A feed of any dialect with up to three entries."""
    dialect = chance.choice(sorted(_DIALECTS))
    name = "entry" if dialect == "atom" else "item"
    entries = [_entry(chance, name) for _ in range(chance.randrange(4))]
    head = [
        chance.choice(_HEADS) if chance.random() < 0.9 else _element(chance)
        for _ in range(chance.randrange(4))
    ]
    language = chance.choice(["", 'xml:lang="fr_FR"', 'lang="de"'])
    return _DIALECTS[dialect].format(
        names=f"{_NAMESPACES} {language}", head="".join(head), entries="".join(entries)
    )


def _entry(chance: Random, name: str) -> str:
    attributes = _attributes(chance) if chance.random() < 0.1 else ""
    parts = [
        _usual(chance) if chance.random() < 0.8 else _element(chance) for _ in range(chance.randrange(7))
    ]
    return f"<{name} {attributes}>{''.join(parts)}</{name}>"


def _usual(chance: Random) -> str:
    names, kind = chance.choice(_USUAL)
    name = chance.choice(names)
    return f"<{name}>{chance.choice(_WRAPPINGS)(_value(chance, kind))}</{name}>"


def _element(chance: Random, depth: int = 0) -> str:
    name = chance.choice(_PREFIXES) + chance.choice(_NAMES)
    if depth < 2 and chance.random() < 0.2:
        inner = "".join(_element(chance, depth + 1) for _ in range(chance.randrange(3)))
    else:
        inner = chance.choice(_WRAPPINGS)(_value(chance, chance.choice(["words", "address", "date"])))
    return f"<{name} {_attributes(chance)}>{inner}</{name}>"


def _attributes(chance: Random) -> str:
    attributes = [
        chance.choice(_ATTRIBUTES)
        if chance.random() < 0.6
        else f"{chance.choice(['href', 'url'])}={quoteattr(_value(chance, 'address'))}"
        for _ in range(chance.randrange(3))
    ]
    return " ".join({attribute.partition("=")[0]: attribute for attribute in attributes}.values())


def _value(chance: Random, kind: str) -> str:
    if kind == "date":
        return chance.choice(_DATES).format(
            year=chance.choice([24, 1969, 1994, 2023, 2024, 2024, 2031]),
            month=chance.choice([0, 1, 2, 6, 12, 13]),
            day=chance.choice([0, 1, 14, 28, 29, 30, 31, 32]),
            hour=chance.choice([0, 9, 23, 24]),
            minute=chance.choice([0, 7, 59, 60]),
            second=chance.choice([0, 7, 59, 60, 61]),
            name=chance.choice(_MONTHS),
            weekday=chance.choice(["Mon", "Fri", "Friday", "fri"]),
            zone=chance.choice(_ZONES),
        )
    if chance.random() < 0.2:
        return "".join(chance.choices(_LETTERS, k=chance.randrange(12)))
    return chance.choice(_WORDS if kind == "words" else _ADDRESSES)
