"""Words for what is known of sources and articles, and the names of languages and countries."""

from collections.abc import Mapping

from dyadwatch.subscriptions import AlertFilter
from service.ui import languages
from service.ui.languages import gettext as _
from service.ui.languages import mark

# Sides are words of an operator's own; these are of the publishers that are shipped.
_SIDES: Mapping[str, str] = {
    "arab": mark("arab"),
    "armenian": mark("armenian"),
    "azerbaijani": mark("azerbaijani"),
    "belarusian": mark("belarusian"),
    "brazilian": mark("brazilian"),
    "chinese": mark("chinese"),
    "indian": mark("indian"),
    "iranian": mark("iranian"),
    "iranian opposition": mark("iranian opposition"),
    "israeli": mark("israeli"),
    "japanese": mark("japanese"),
    "korean": mark("korean"),
    "kurdish": mark("kurdish"),
    "latin american": mark("latin american"),
    "north korean": mark("north korean"),
    "pakistani": mark("pakistani"),
    "russian": mark("russian"),
    "syrian": mark("syrian"),
    "think tank": mark("think tank"),
    "turkish": mark("turkish"),
    "ukrainian": mark("ukrainian"),
    "western": mark("western"),
}
_OWNERSHIP: Mapping[str, str] = {
    "cooperative": mark("cooperative"),
    "foundation": mark("foundation"),
    "nonprofit": mark("nonprofit"),
    "party": mark("party"),
    "private": mark("private"),
    "public": mark("public"),
    "state": mark("state"),
    "trust": mark("trust"),
}
_STATE_CONTROL: Mapping[str, str] = {
    "none": mark("none"),
    "funding": mark("by funding"),
    "editorial": mark("by what is published"),
}
_NOT_ARTICLE: Mapping[str, str] = {
    "paywall": mark("the rest is behind a paywall"),
    "live_blog": mark("a live blog"),
    "video": mark("a page of a video"),
    "listing": mark("a list of articles"),
    "error_page": mark("the page of an error"),
    "missing_page": mark("a page that says that it is not there"),
    "feed_only": mark("its page could not be read, and this is what its feed says"),
    "login_page": mark("a page to sign in at"),
    "consent_page": mark("a page that asks for consent"),
    "shared_page": mark("a page to which other stories lead too"),
}
_ANY = mark("any language")


def side(name: str) -> str:
    """A side; as it is where it is the operator's own word."""
    return _(_SIDES[name]) if name in _SIDES else name


def ownership(name: str) -> str:
    return _(_OWNERSHIP[name]) if name in _OWNERSHIP else name


def state_control(name: str) -> str:
    return _(_STATE_CONTROL[name]) if name in _STATE_CONTROL else name


def not_article(reason: str) -> str:
    """Why a page holds no whole article."""
    return _(_NOT_ARTICLE[reason])


def language_name(code: str) -> str:
    """A language by its code, `und` for any; the code where it has no name."""
    if code == "und":
        return _(_ANY)
    names = languages.locale().languages
    return names.get(code.replace("-", "_")) or names.get(code.partition("-")[0]) or code


def country_name(code: str) -> str:
    """A country by its two letters; the code where it has no name."""
    return languages.locale().territories.get(code.upper()) or code


def filter_title(name: str) -> str:
    """What a filter of alerts is called on its form."""
    return _(AlertFilter.model_fields[name].title or name)
