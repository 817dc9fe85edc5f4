"""English of ours on a page in another language."""

import re

# Of two letters or more, and no digit: the others are measures and hashes.
_LATIN = re.compile(r"(?<![0-9A-Za-z])[A-Za-z](?![A-Za-z]*[0-9])[A-Za-z'’-]+")
_ADDRESS = re.compile(r"https?://\S+")
# What is a name, code or a quotation, and what is for one language alone.
_ELSEWHERE = (
    "code, pre, kbd, samp, bdi, q, blockquote, del, ins, mark, textarea, script, style, time,"
    " .technical[lang=en], .permalink, .said, article.text, nav a[hreflang]"
)
_READ_ALOUD = ("title", "aria-label", "placeholder", "alt")
_WORD = re.compile(r"\S+")
# Names of products, formats and measures, which are the same everywhere.
_NAMES = """
    dyadwatch UTC SHA- HTML JSON XML CSV RSS Atom Feed OPML BibTeX CSL PLOVER PostgreSQL OPTIONS Jinja CloudEvents Slack
    Microsoft Teams Workflows Discord Telegram Matrix Hookshot ntfy Webhook Zapier Catch Hook Retry-After IPv
    robots txt application json text plain YAML PUT OpenID
"""
# What to type into a field, as it is.
_EXAMPLES = """
    https mailto Asia Tehran X-Token abc ar en ru SY syrian western state private public Russian president type
    timestamp data id alerts paper example
"""
_KNOWN = frozenset(_WORD.findall(_NAMES + _EXAMPLES))


def foreign_words(soup, names=()):
    """The Latin words of a page that are neither names nor code, with the elements that they are in; `names`
    are those of the data."""
    for element in soup.select(_ELSEWHERE):
        element.decompose()
    texts = [(text.parent.name, str(text)) for text in soup.body.find_all(string=_LATIN)]
    texts += [
        (tag.name, tag[name]) for tag in soup.body.find_all(True) for name in _READ_ALOUD if name in tag.attrs
    ]
    for tag, text in texts:
        if words := latin_words(text, names):
            yield tag, " ".join(text.split()), words


def latin_words(text, names=()):
    """Those of a text that are none of these names, and in no address."""
    rest = _ADDRESS.sub("", text)
    for name in names:
        rest = rest.replace(name, "")
    return [word for word in _LATIN.findall(rest) if word not in _KNOWN]
