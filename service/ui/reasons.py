"""Why there is no alert, in words: by the codes of traces, of silences, and of what a rule refused."""

from collections.abc import Mapping

from service.ui import labels
from service.ui.languages import gettext as _
from service.ui.languages import mark

# By code, as a sentence. What is not here is said in the words of the product.
_WHY: Mapping[str, str] = {
    "unknown_language": mark("The tagger has no words in the language of the text."),
    "actors_not_named": mark("The text does not name both actors."),
    "refused": mark("Both are named, and a rule refused each passage."),
    "below_threshold": mark("The surest sentence is not sure enough for the watch."),
    "no_relation": mark("Both are named, and no sentence relates them."),
    "copy": mark("It counts in an alert that another article of the same story raised."),
    "not_tagged_yet": mark(
        "It relates the two, and was not tagged for this watch yet: tag the archive again."
    ),
    "withdrawn": mark("Its alert was withdrawn."),
    "not_stored": mark("It would raise an alert, but nothing of this page is stored."),
}
# Of stages before the text is tagged.
_WHY_STOPPED: Mapping[str, str] = {
    "not_in_feeds": mark("No feed that is polled has named it."),
    "no_watch": mark("No watch is enabled."),
    "url_invalid": mark("The address is not one of a page that can be read."),
    "blocked_address": mark("The address leads into a private network, which is never read."),
    "robots_disallowed": mark("robots.txt of the site forbids to read it."),
    "robots_unreachable": mark(
        "robots.txt of the site cannot be read, and until then the page is not either."
    ),
    "host_busy": mark("The site is asked as often as it may be: try again later."),
    "not_fetched_yet": mark("It is known, and waits for its turn to be fetched."),
    "not_tagged_yet": mark("It was fetched, and waits for its turn to be read."),
    "expunged": mark("It was removed on purpose, and is not read again."),
    "not_kept": mark("It was read, and nothing of it is kept any more."),
    "dns_failed": mark("The name of the site is not known."),
    "connect_failed": mark("The site does not answer."),
    "deadline_exceeded": mark("The site takes too long to answer."),
    "tls_expired": mark("The certificate of the site has expired."),
    "tls_chain_incomplete": mark("The certificate of the site leads to no known authority."),
    "tls_failed": mark("No secure connection to the site can be made."),
    "too_many_redirects": mark("The site leads in a circle."),
    "page_not_html": mark("It is no page of HTML."),
    "page_empty": mark("The page is empty."),
    "page_error": mark("It is the page of an error, or cannot be read as an article."),
    "page_missing": mark("The page says that the article is not there."),
    "page_login": mark("The site asks to sign in before it shows the article."),
    "page_consent": mark("The site asks for consent to cookies before it shows the article."),
    "page_shared": mark("The page is one to which other stories of its source lead too."),
    "page_no_text": mark("The page holds no headline, no text and no date."),
    "unknown_language": mark("The tagger has no words in the language of the text."),
}
# What is wrong with a source that used to report.
_SOURCE_PROBLEMS: Mapping[str, str] = {
    "removed": mark("it was removed"),
    "stopped": mark("none of its feeds is read"),
    "failing": mark("its feeds fail"),
    "not_read": mark("it was not read lately"),
    "extraction": mark("its pages give less text than before"),
    "nothing_new": mark("it publishes nothing new"),
}
_STAGES: Mapping[str, str] = {
    "address": mark("May be requested"),
    "feed": mark("Named by a feed"),
    "fetch": mark("Fetched"),
    "extract": mark("Extracted"),
    "language": mark("In a language that is read"),
    "tag": mark("Tagged"),
}
_STATES: Mapping[str, str] = {
    "passed": mark("yes"),
    "waiting": mark("not yet"),
    "stopped": mark("no"),
}


def why(code: str) -> str:
    """Why a watch raises no alert of its own; empty for a code without words."""
    return _(_WHY[code]) if code in _WHY else ""


def why_stopped(code: str) -> str:
    """Why the way to the tagger ended; empty for a code without words."""
    if code.startswith("http_"):
        return _("The site answers with the status %s.") % code.removeprefix("http_")
    return _(_WHY_STOPPED[code]) if code in _WHY_STOPPED else ""


def refusal(reason: str) -> str:
    """Why a candidate was refused."""
    return labels.suppression(reason)


def source_problem(problem: str) -> str:
    """What is wrong with a source that used to report the two."""
    return _(_SOURCE_PROBLEMS[problem])


def stage(name: str) -> str:
    """What a stage of the way to an alert is called."""
    return _(_STAGES[name])


def state(name: str) -> str:
    """Whether a stage was passed."""
    return _(_STATES[name])
