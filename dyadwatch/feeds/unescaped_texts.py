"""HTML that stands in a feed as it is, where it should be escaped.

A `<br>` without an end, or a `<p>` with one too few, is HTML and no XML: to a parser of XML all that follows
is within it, to the end of the feed.
"""

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    r"|<(?P<end>/?)(?P<name>title|description|summary|content|content:encoded)(?P<rest>\s[^<>]*)?>"
    r"|</?(?P<entry>item|entry)[\s>]",
    re.DOTALL,
)


def escape(text: str) -> str:
    """The document in `text`, its titles and texts without elements: their markup is part of the text."""
    return "".join(_parts(text))


def _parts(text: str) -> Iterator[str]:
    at, opened = 0, None
    for token in _TOKEN.finditer(text):
        if token["entry"]:
            opened = None
        elif token["name"] and not token["end"]:
            opened = None if _has_elements(token["rest"] or "") else token
        elif token["name"] and opened is not None and opened["name"] == token["name"]:
            inside = text[opened.end() : token.start()]
            if "<" in inside and "<![CDATA[" not in inside:
                yield text[at : opened.end()]
                yield inside.replace("<", "&#60;")
                at = token.start()
            opened = None
    yield text[at:]


def _has_elements(attributes: str) -> bool:
    """Whether an element has no text, or says that it holds markup."""
    return attributes.rstrip().endswith("/") or "xhtml" in attributes
