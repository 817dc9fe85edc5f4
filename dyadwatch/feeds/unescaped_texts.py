"""HTML that stands in a feed as it is, where it should be escaped.

A `<br>` without an end, or a `<p>` with one too few, is HTML and no XML: to a parser of XML all that follows
is within it, to the end of the feed. What follows a comment that does not end is, too, and what follows one
end of an entry too many is outside of the feed.
"""

import re
from collections.abc import Iterator

# A comment ends before the element in which it began. Reading is linear: no alternative looks beyond the
# beginning of the next one.
_TOKEN = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)"
    r"|<!--(?:(?!<!--|</(?:title|description|summary|content)\b).)*?-->"
    r"|<(?P<end>/?)(?P<name>title|description|summary|content|content:encoded)(?P<rest>\s[^<>]*)?>"
    r"|<(?P<entry_end>/?)(?P<entry>item|entry)(?:\s[^<>]*)?>",
    re.DOTALL,
)


def escape(text: str) -> str:
    """The document in `text`, its titles and texts without elements: their markup is part of the text. Ends
    of entries without a beginning are left out."""
    return "".join(_parts(text))


def _parts(text: str) -> Iterator[str]:
    at, opened, in_entry = 0, None, False
    for token in _TOKEN.finditer(text):
        if token["entry"]:
            if token["entry_end"] and not in_entry:
                yield text[at : token.start()]
                at = token.end()
            opened, in_entry = None, not token["entry_end"]
        elif token["name"]:
            if token["end"] and opened and token["name"] == opened["name"]:
                yield text[at : opened.end()]
                yield _escaped(text[opened.end() : token.start()])
                at = token.start()
            opened = token if _has_text(token) else None
    yield text[at:]


def _has_text(token: re.Match[str]) -> bool:
    """Whether a tag begins an element whose markup, if any, is to be escaped."""
    rest = token["rest"] or ""
    return not (token["end"] or rest.rstrip().endswith("/") or "xhtml" in rest)


def _escaped(text: str) -> str:
    return text if "<![CDATA[" in text else text.replace("<", "&#60;")
