"""An alert as the page shows it: quotes split at the actors, with writing directions and words for codes."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

_PASSAGES = 3  # shown at once; the others are folded
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ku", "ckb", "ps", "yi"})
_DATE_SOURCES = {
    "rule": "by the source's rule",
    "json_ld": "by its page",
    "meta": "by its page",
    "markup": "by its page",
    "feed": "by its feed",
    "url": "by its address",
    "visible": "by a line near its headline",
}
_QUALIFIED = {
    "reported": "reported",
    "hypothetical": "hypothetical",
    "negated": "denied",
    "historical": "in the past",
}


def card(alert: Mapping[str, Any], actors: Mapping[str, str]) -> dict[str, Any]:
    """What the template shows of an alert document; `actors` are the names of "a" and "b"."""
    articles = [_article(article, alert["language"]) for article in alert.get("articles", ())]
    passages = [
        _passage(mention, alert["language"], actors) for mention in _distinct(alert.get("evidence", ()))
    ]
    return {
        "id": alert["id"],
        "watch": alert["watch"],
        "score": alert["score"],
        "percent": round(alert["score"] * 100),
        "level": alert["level"],
        "withdrawn": alert["state"] == "withdrawn",
        "verdict": _verdict(alert),
        "events": [event.replace("_", " ").capitalize() for event in alert["event_types"]],
        "created": _time(alert["created_at"]),
        "copies": alert.get("copies", len(articles)),
        "unlisted": alert.get("copies", 0) - len(articles),
        "origins": list(alert.get("origins", ())),
        "first": articles[0] if articles else None,
        "others": articles[1:],
        "passages": passages[:_PASSAGES],
        "more": passages[_PASSAGES:],
    }


def writing_attributes(text: str, language: str | None) -> dict[str, str]:
    """The dir and lang attributes of a text. Its direction is that of most of its letters; its language is
    left out where that is written in the other direction."""
    classes = Counter(unicodedata.bidirectional(char) for char in text)
    direction = "rtl" if classes["R"] + classes["AL"] > classes["L"] else "ltr"
    if language and (language.split("-")[0].lower() in _RIGHT_TO_LEFT) == (direction == "rtl"):
        return {"dir": direction, "lang": language}
    return {"dir": direction}


def split_quote(
    quote: str, start: int, surfaces: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[tuple[str, str]]:
    """The quote in pieces (text, "a", "b" or ""), split at the surfaces of the actors inside it. `start` is
    the offset of the quote in the text that the surfaces' offsets count. Of two surfaces that overlap, the
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


def _passage(mention: Mapping[str, Any], language: str | None, actors: Mapping[str, str]) -> dict[str, Any]:
    evidence = mention["evidence"]
    first, second = ("a", actors.get("a", "a")), ("b", actors.get("b", "b"))
    arrows = {"a->b": (first, "→", second), "b->a": (second, "→", first), "mutual": (first, "↔", second)}
    left, arrow, right = arrows[mention["direction"]]
    return {
        "pieces": split_quote(evidence["quote"], evidence["start"], mention["actors"]),
        "writing": writing_attributes(evidence["quote"], language),
        "left": left,
        "arrow": arrow,
        "right": right,
        "modality": _QUALIFIED.get(mention["modality"]),
        "event": (mention["event_type"] or "tie").replace("_", " ").lower(),
        "mode": mention["mode"],
        "speaker": (mention["attribution"] or {}).get("speaker"),
    }


def _article(article: Mapping[str, Any], language: str | None) -> dict[str, Any]:
    url = article["url"]
    return {
        "title": article["title"],
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
    at = datetime.fromisoformat(stated["iso"])
    exact = {"day": f"{at:%-d %b %Y}", "local_time": f"{at:%-d %b %Y, %H:%M}, in its own time zone"}
    text = exact.get(article.get("published_precision") or "", stated["text"])
    return stated | {"text": text, "source": _DATE_SOURCES.get(article.get("published_source") or "", "")}


def _verdict(alert: Mapping[str, Any]) -> str | None:
    """What an analyst said of it, in words."""
    if alert.get("verdict", "none") == "none":
        return None
    reason = alert.get("reject_reason")
    return f"{alert['verdict']}: {reason.replace('_', ' ')}" if reason else str(alert["verdict"])


def _time(value: Any) -> dict[str, str] | None:
    if value is None:
        return None
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return {"iso": at.isoformat(), "text": f"{at:%-d %b %Y, %H:%M} UTC"}
