"""An alert as the page shows it: quotes split at the actors, with writing directions and words for codes."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from service.ui import labels, languages
from service.ui.event_modes import mode
from service.ui.languages import gettext as _
from service.ui.languages import mark

_PASSAGES = 3  # shown in a list
_ARTICLES = 8  # beside the first
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ku", "ckb", "ps", "yi"})
_DATE_SOURCES = {
    "rule": mark("by the source's rule"),
    "json_ld": mark("by its page"),
    "meta": mark("by its page"),
    "markup": mark("by its page"),
    "feed": mark("by its feed"),
    "url": mark("by its address"),
    "visible": mark("by a line near its headline"),
}

_CONTEXT = 32  # characters beside a quote, where the text has as many
_FIRST_PART, _LAST_PART = re.compile(r"\A\S*\s+"), re.compile(r"\s+\S*\Z")


def card(
    alert: Mapping[str, Any], actors: Mapping[str, str], *, passages_shown: int = _PASSAGES
) -> dict[str, Any]:
    """What the template shows of an alert document; `actors` are the names of "a" and "b". Passages beyond
    those shown, and articles beyond a few, are counted."""
    articles = [_article(article, alert["language"]) for article in alert.get("articles", ())]
    passages = [
        passage(mention, alert["language"], actors) for mention in _distinct(alert.get("evidence", ()))
    ]
    return {
        "id": alert["id"],
        "watch": alert["watch"],
        "story": alert.get("story"),
        "score": alert["score"],
        "level": alert["level"],
        "level_label": labels.of("level", alert["level"]),
        "withdrawn": alert["state"] == "withdrawn",
        "verdict": _verdict(alert),
        "withdrawal_reason": alert.get("withdrawal_reason"),
        "events": [(code, labels.event(code)) for code in alert["event_types"]],
        "modalities": [labels.of("modality", code) for code in _modalities(alert)],
        "created": _time(alert["created_at"]),
        "updated": _time(alert.get("updated_at")),
        "copies": alert.get("copies", len(articles)),
        "unlisted": alert.get("copies", 0) - len(articles[: _ARTICLES + 1]),
        "origins": list(alert.get("origins", ())),
        "origin_count": alert.get("origin_count", 0) or len(alert.get("origins", ())),
        "sides": alert.get("sides") or {"reporting": (), "silent": ()},
        "first": articles[0] if articles else None,
        "others": articles[1 : _ARTICLES + 1],
        "passages": passages[:passages_shown],
        "more": len(passages[passages_shown:]),
    }


def _modalities(alert: Mapping[str, Any]) -> list[str]:
    """How its evidence states it, where that is not simply as a fact."""
    stated = dict.fromkeys(mention["modality"] for mention in alert.get("evidence", ()))
    return [modality for modality in stated if modality != "asserted"]


def writing_attributes(text: str, language: str | None) -> dict[str, str]:
    """The dir and lang attributes of a text. Its direction is that of most of its letters; its language is
    left out where that is written in the other direction."""
    classes = Counter(unicodedata.bidirectional(char) for char in text)
    direction = "rtl" if classes["R"] + classes["AL"] > classes["L"] else "ltr"
    if language and (language.split("-")[0].lower() in _RIGHT_TO_LEFT) == (direction == "rtl"):
        return {"dir": direction, "lang": language}
    return {"dir": direction}


def marked(mention: Mapping[str, Any]) -> dict[str, Sequence[Mapping[str, Any]]]:
    """What of a mention is marked in its evidence: the surfaces of the actors "a" and "b", and the "trigger",
    which mentions of older releases lack."""
    trigger = mention.get("trigger")
    return {**mention["actors"], "trigger": [trigger] if trigger else []}


def split_quote(
    quote: str, start: int, surfaces: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[tuple[str, str]]:
    """The quote in pieces (text, "a", "b", "trigger" or ""), split at what of `marked` is inside it. `start`
    is the offset of the quote in the text that the surfaces' offsets count. Of two surfaces that overlap, the
    first is marked, and of two that begin together the longer one."""
    inside = sorted(
        (surface["start"] - start, -(surface["end"] - start), side)
        for side, of_actor in surfaces.items()
        for surface in of_actor
        if surface["start"] >= start and surface["end"] <= start + len(quote)
    )
    return [piece for piece in _pieces(quote, inside) if piece[0]]


def _pieces(quote: str, inside: list[tuple[int, int, str]]) -> Iterator[tuple[str, str]]:
    position = 0
    for begin, negative_end, side in inside:
        if begin >= position:
            yield quote[position:begin], ""
            yield quote[begin:-negative_end], side
            position = -negative_end
    yield quote[position:], ""


def passage(mention: Mapping[str, Any], language: str | None, actors: Mapping[str, str]) -> dict[str, Any]:
    """What the template shows of a mention."""
    evidence = mention["evidence"]
    first, second = ("a", actors.get("a", "a")), ("b", actors.get("b", "b"))
    arrows = {"a->b": (first, "→", second), "b->a": (second, "→", first), "mutual": (first, "↔", second)}
    left, arrow, right = arrows[mention["direction"]]
    attribution = mention["attribution"] or {}
    return {
        "pieces": split_quote(evidence["quote"], evidence["start"], marked(mention)),
        "prefix": _words_before(evidence.get("prefix", "")),
        "suffix": _words_after(evidence.get("suffix", "")),
        "writing": writing_attributes(evidence["quote"], language),
        "left": left,
        "arrow": arrow,
        "right": right,
        "modality": labels.of("modality", mention["modality"]) if mention["modality"] != "asserted" else None,
        "event": labels.event(mention["event_type"]),
        "mode": mode(mention["mode"]) if mention["mode"] else None,
        "speaker": attribution.get("speaker"),
        "agency": attribution.get("agency"),
        "confidence": mention["confidence"],
        "article": mention.get("article"),
    }


def _words_before(prefix: str) -> str:
    """What stands before a quote, from its first whole word on: it begins wherever its length has it."""
    return _FIRST_PART.sub("… ", prefix) if len(prefix) >= _CONTEXT else prefix


def _words_after(suffix: str) -> str:
    return _LAST_PART.sub(" …", suffix) if len(suffix) >= _CONTEXT else suffix


def _article(article: Mapping[str, Any], language: str | None) -> dict[str, Any]:
    url = article["url"]
    return {
        "id": article["id"],
        "title": article["title"],
        "status": article.get("status", "live"),
        "writing": writing_attributes(article["title"], language),
        "source": article["source"],
        "href": url if url.startswith(("https://", "http://")) else None,
        "published": _published(article),
    }


def _distinct(evidence: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first mention of each quote: copies of an article repeat it."""
    return list({mention["evidence"]["quote"]: mention for mention in reversed(evidence)}.values())[::-1]


def _published(article: Mapping[str, Any]) -> dict[str, str] | None:
    """When an article was published, no more exactly than it is known, and what says so."""
    stated = _time(article["published_at"])
    if stated is None:
        return None
    source = _DATE_SOURCES.get(article.get("published_source") or "", "")
    return stated | {
        "text": published(datetime.fromisoformat(stated["iso"]), article.get("published_precision")),
        "source": _(source) if source else "",
    }


def published(at: datetime, precision: str | None) -> str:
    """A date of publication, no more exactly than it is known."""
    if precision == "day":
        return languages.day(at.date())
    if precision == "local_time":
        return _("%s, in its own time zone") % languages.moment(at).removesuffix(" UTC")
    return languages.moment(at)


def _verdict(alert: Mapping[str, Any]) -> str | None:
    """What an analyst said of it, in words."""
    if alert.get("verdict", "none") == "none":
        return None
    reason = alert.get("reject_reason")
    verdict = labels.of("verdict", alert["verdict"]).text
    return f"{verdict}: {labels.reject_reason(reason)}" if reason else verdict


def _time(value: Any) -> dict[str, str] | None:
    if value is None:
        return None
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return {"iso": at.isoformat(), "text": languages.moment(at)}
