"""An alert as the page shows it: quotes cut at the actors, directions of writing, words for codes."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

_PASSAGES = 3  # shown at once; the others unfold
LANGUAGES = {
    "ar": "العربية · Arabic",
    "de": "Deutsch · German",
    "en": "English",
    "fa": "فارسی · Persian",
    "fr": "Français · French",
    "he": "עברית · Hebrew",
    "ru": "Русский · Russian",
    "tr": "Türkçe · Turkish",
}
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ku", "ckb", "ps", "yi"})
_QUALIFIED = {
    "reported": "reported",
    "hypothetical": "hypothetical",
    "negated": "denied",
    "historical": "in the past",
}


def card(alert: Mapping[str, Any], actors: Mapping[str, str]) -> dict[str, Any]:
    """What the template shows of an alert; `actors` are the names of "a" and "b"."""
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
        "events": [event.replace("_", " ").capitalize() for event in alert["event_types"]],
        "created": _moment(alert["created_at"]),
        "copies": alert.get("copies", 1),
        "origins": list(alert.get("origins", ())),
        "first": articles[0] if articles else None,
        "others": articles[1:],
        "passages": passages[:_PASSAGES],
        "more": passages[_PASSAGES:],
    }


def writing(text: str, language: str | None) -> dict[str, str]:
    """The dir and lang attributes of a text: right to left where most of its letters are, and its language only
    where that is written in the same direction."""
    kinds = [unicodedata.bidirectional(char) for char in text]
    leftward = sum(kind in {"R", "AL"} for kind in kinds)
    direction = "rtl" if leftward > kinds.count("L") else "ltr"
    if language and (language.split("-")[0].lower() in _RIGHT_TO_LEFT) == (direction == "rtl"):
        return {"dir": direction, "lang": language}
    return {"dir": direction}


def cut(quote: str, start: int, surfaces: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[tuple[str, str]]:
    """The quote in pieces (text, "a", "b" or ""): surfaces that lie inside it, by offsets into the text at whose
    `start` it stands. Of two that overlap, the first and longer one is marked."""
    inside = sorted(
        (surface["start"] - start, -(surface["end"] - start), side)
        for side, found in surfaces.items()
        for surface in found
        if surface["start"] >= start and surface["end"] <= start + len(quote)
    )
    return [piece for piece in _pieces(quote, inside) if piece[0]]


def _pieces(quote: str, inside: list[tuple[int, int, str]]) -> Iterator[tuple[str, str]]:
    done = 0
    for begin, negative_end, side in inside:
        if begin >= done:
            yield quote[done:begin], ""
            yield quote[begin:-negative_end], side
            done = -negative_end
    yield quote[done:], ""


def _passage(mention: Mapping[str, Any], language: str | None, actors: Mapping[str, str]) -> dict[str, Any]:
    evidence = mention["evidence"]
    first, second = ("a", actors.get("a", "a")), ("b", actors.get("b", "b"))
    arrows = {"a->b": (first, "→", second), "b->a": (second, "→", first), "mutual": (first, "↔", second)}
    left, arrow, right = arrows[mention["direction"]]
    return {
        "pieces": cut(evidence["quote"], evidence["start"], mention["actors"]),
        "writing": writing(evidence["quote"], language),
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
        "writing": writing(article["title"], language),
        "source": article["source"],
        "href": url if url.startswith(("https://", "http://")) else None,
        "published": _moment(article["published_at"]),
    }


def _distinct(evidence: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """One of those that quote the same, as copies do."""
    return list({mention["evidence"]["quote"]: mention for mention in reversed(evidence)}.values())[::-1]


def _moment(value: Any) -> dict[str, str] | None:
    if value is None:
        return None
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return {"iso": at.isoformat(), "text": f"{at:%-d %b %Y, %H:%M} UTC"}
