"""When a feed is polled and why, and what is wrong with it, in the language of the page."""

from dyadwatch.model.failures import Failure
from service.ui import languages, reasons
from service.ui.languages import mark
from service.ui.sentences import Sentences

# A test finds each in the code.
TEMPLATES = (
    mark("the last %(number)s texts have %(length)s characters in the middle, %(before)s before"),
    mark("%(name)s has IPv6 addresses only, and from this machine there is no way to them"),
    mark("%(detail)s, past the hours or days that the feed asks to skip"),
    mark("the feed is not well-formed XML, and no entry could be read"),
    mark("%(detail)s, corrected by how often polls bring something new"),
    mark("%(detail)s, %(number)s times that after %(days)s quiet days"),
    mark("a hub pushes what is new; %(number)s times %(detail)s"),
    mark("the answer is neither XML nor JSON of a feed"),
    mark("%(number)s entries a day, by the last %(count)s"),
    mark("fresh for %(seconds)s s, the last answer says"),
    mark("the publisher says that the feed is gone (410)"),
    mark("the feed asks for %(seconds)s s between polls"),
    mark("%(number)s of the last %(pages)s pages gave no text"),
    mark("the list rule finds no article on the page"),
    mark("the answer is a page that lets browsers in and no programs, not the feed"),
    mark("the answer is a page that asks for consent, not the feed"),
    mark("the answer is a page to sign in at, not the feed"),
    mark("the answer is an HTML page, not a feed"),
    mark("%(number)s without Retry-After: an hour"),
    mark("the name %(name)s could not be looked up"),
    mark("fixed at %(seconds)s s by the operator"),
    mark("%(detail)s; errors in a row: %(number)s"),
    mark("%(number)s entries within %(minutes)s min"),
    mark("the request took longer than its deadline"),
    mark("not watched for long yet; %(detail)s"),
    mark("no connection to %(host)s port %(port)s"),
    mark("the JSON is not a JSON Feed"),
    mark("too few entries to tell a rhythm"),
    mark("the feed holds no XML element"),
    mark("the name %(host)s has no address"),
    mark("the receiver answered %(number)s"),
    mark("%(detail)s, at least %(seconds)s s"),
    mark("%(detail)s, at most %(seconds)s s"),
    mark("the server answered %(number)s: it lets browsers in and no programs"),
    mark("the server answered %(number)s"),
    mark("nothing was delivered since %(time)s UTC"),
    mark("Retry-After %(seconds)s s"),
    mark("the feed is empty"),
)
_SENTENCES = Sentences(TEMPLATES)


def translate(detail: str) -> str:
    """The sentence in the language of the page; as it is where it is not known."""
    return _SENTENCES.translate(detail)


def failure(error: Failure) -> str:
    """What has failed: in detail where that is known in the language of the page, or else by its code, and in
    English where neither is."""
    if languages.current() == languages.DEFAULT or _SENTENCES.knows(error.detail):
        return translate(error.detail)
    return reasons.why_stopped(error.code) or error.detail
