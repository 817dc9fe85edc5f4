"""How feedparser, the parser of record, understands the elements of RSS, RDF and Atom: data for
`fast_parser`.

Taken from feedparser 6.0, which names an element by the prefix that it knows for its namespace, else by the
publisher's own, and lower-cases the rest.
"""

from functools import lru_cache
from typing import Final

from lxml import etree

_NAMESPACES: Final = {
    "": "",
    "http://backend.userland.com/rss": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://search.yahoo.com/mrss": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://purl.org/rss/1.0/modules/slash/": "slash:",
    "http://purl.org/rss/1.0/modules/syndication/": "sy:",
    "http://purl.org/rss/1.0/modules/threading/": "thr:",
    "http://purl.org/syndication/thread/1.0": "thr:",
    "http://wellformedweb.org/commentapi/": "wfw:",
    "http://webns.net/mvcb/": "admin:",
    "http://backend.userland.com/creativecommonsrssmodule": "creativecommons:",
    "http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html": "creativecommons:",
    "http://creativecommons.org/ns#license": "cc:",
    "http://web.resource.org/cc/": "cc:",
    "http://www.georss.org/georss": "georss:",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
}
_ROLES: Final = {
    "title": "title",
    "media:title": "other title",
    "media:description": "caption",
    "dc:title": "other title",
    "link": "link",
    "guid": "id",
    "id": "id",
    "description": "summary",
    "summary": "summary",
    "content": "content",
    "content:encoded": "content",
    "author": "author",
    "managingeditor": "author",
    "dc:creator": "author",
    "dc:author": "author",
    "itunes:author": "author",
    "itunes:summary": "other summary",
    "pubdate": "published",
    "published": "published",
    "issued": "published",
    "dcterms:issued": "published",
    "updated": "updated",
    "modified": "updated",
    "lastbuilddate": "updated",
    "dc:date": "updated",
    "dcterms:modified": "updated",
    "created": "created",
    "dcterms:created": "created",
    "source": "source",
    "language": "language",
    "dc:language": "language",
    "image": "image",
    "textinput": "image",
    "item": "entry",
    "entry": "entry",
    "channel": "channel",
    "feedburner:origlink": "second link",
}
# fmt: off
# Elements that feedparser files under names that nothing here reads.
_NEUTRAL: Final = frozenset({
    "category", "comments", "enclosure", "contributor", "rights", "copyright", "keywords", "generator", "ttl",
    "docs", "cloud", "webmaster", "rating", "skiphours", "skipdays", "hour", "day",
    "subtitle", "tagline", "logo", "icon", "thumbnail", "name", "uri", "email", "url", "width", "height",
    "expirationdate", "dc:subject", "dc:publisher", "dc:rights", "dc:identifier", "dc:type", "dc:format",
    "dc:contributor", "dc:source", "dc:relation", "dc:coverage", "media:content", "media:thumbnail",
    "media:credit", "media:group", "media:keywords", "media:text", "media:copyright", "media:category",
    "media:player", "media:rating", "media:statistics", "media:community", "media:starrating",
    "media:restriction", "media:license", "media:hash", "media:adult", "media:tags", "media:price",
    "media:embed", "media:param", "itunes:image", "itunes:subtitle", "itunes:duration", "itunes:explicit",
    "itunes:episode", "itunes:episodetype", "itunes:season", "itunes:title", "itunes:type", "itunes:category",
    "itunes:owner", "itunes:name", "itunes:email", "itunes:keywords", "itunes:block",
    "itunes:new-feed-url", "itunes:complete", "feedburner:info",
    "feedburner:feedflare", "feedburner:emailserviceid", "feedburner:feedburnerhostname",
    "feedburner:awareness", "slash:comments", "slash:hit_parade", "slash:section", "slash:department",
    "wfw:commentrss", "wfw:comment", "thr:total", "thr:in-reply-to", "sy:updateperiod", "sy:updatefrequency",
    "sy:updatebase", "admin:generatoragent", "admin:errorreportsto", "georss:point", "georss:box",
    "georss:featurename", "geo:lat", "geo:long", "geo:point", "rdf:seq", "rdf:li", "items",
    "creativecommons:license", "cc:license",
})
# Other names without a namespace that feedparser reads; anything else is a publisher's own element.
_READ: Final = frozenset({
    "abstract", "body", "xhtml_body", "info", "tags", "fullitem", "newlocation", "psc_chapters", "where",
    "georssgeom", "homepage", "feed", "rss", "rdf", "links", "authors", "author_detail", "date",
    "date_parsed", "published_parsed", "updated_parsed", "created_parsed", "title_detail", "summary_detail",
    "content_detail", "href", "feedburner_origlink", "source_detail", "entries", "items",
})
# Prefixes that mean something to feedparser even where a publisher binds them to another namespace.
_PREFIXES: Final = frozenset({
    "admin", "ag", "annotate", "audio", "blogchannel", "cc", "co", "content", "cp", "creativecommons", "dc",
    "dcterms", "email", "ev", "feedburner", "fm", "foaf", "geo", "georss", "gml", "icbm", "image", "itunes",
    "l", "media", "pingback", "prism", "psc", "rdf", "rdfs", "ref", "reqv", "search", "slash", "soap", "ss",
    "str", "sub", "sy", "szf", "taxo", "thr", "ti", "trackback", "wfw", "wiki", "xhtml", "xlink", "xml",
})
# fmt: on
_SVG_MATH: Final = frozenset({"svg", "math", "div"})


def role(node: etree._Element) -> str:
    """The role of an element: a name of the table above, "neutral" for what no field comes from, "unusual"
    for what only feedparser can tell."""
    tag = node.tag
    by_namespace = _role_by_namespace(tag)
    return by_namespace if by_namespace is not None else _role_by_prefix(tag, node.prefix)


@lru_cache(maxsize=4096)
def _role_by_namespace(tag: str) -> str | None:
    """Of a tag in a namespace that feedparser knows, in Clark's notation; None in another."""
    namespace, _, name = tag.rpartition("}")
    prefix = _NAMESPACES.get(namespace[1:].lower())
    if prefix is None:
        return None
    full = prefix + name.lower()
    if full in _ROLES:
        return _ROLES[full]
    if full in _NEUTRAL:
        return "neutral"
    # Unknown names of RSS become fields of their own, as long as no handler takes them.
    return "neutral" if not prefix and "atom" not in namespace.lower() and _is_own_name(full) else "unusual"


@lru_cache(maxsize=4096)
def _role_by_prefix(tag: str, prefix: str | None) -> str:
    """Of a tag in an unknown namespace: the prefix decides, and without one it counts as a name of RSS
    itself."""
    name = tag.rpartition("}")[2].lower()
    if prefix is not None:
        own = prefix.lower() not in _PREFIXES and name not in _SVG_MATH
    else:
        own = name not in _ROLES and name not in _NEUTRAL and _is_own_name(name)
    return "neutral" if own else "unusual"


def _is_own_name(name: str) -> bool:
    return name not in _READ and name not in _SVG_MATH and ":" not in name
