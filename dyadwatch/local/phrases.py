"""What `up` makes of a log record: the words that a user has for it, or nothing where it is usual work."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from rich.text import Text

from dyadwatch.local.terminal import clean, quantity

HEADLINES = {
    "alert.created": "new alert",
    "alert.updated": "alert updated",
    "alert.withdrawn": "alert withdrawn",
}


_READY = re.compile(r"\w+@\S+ ready\.")  # as Celery's workers say


class Phrase(NamedTuple):
    """One line: what it is about, and what happened. `text` is None for usual work, which is not printed."""

    subject: str
    text: Text | None


def phrase(record: Mapping[str, Any]) -> Phrase | None:
    """The words for a record of ours; None where it has none and is to be printed as it is."""
    if record.get("level") not in {None, "info"} or record.get("saved") is False:
        return None
    event = str(record.get("event"))
    if event.startswith("beat: ") or _READY.fullmatch(event):
        return Phrase("scheduler", None)
    read = _PHRASES.get(event)
    return read(record) if read else None


def _polled(record: Mapping[str, Any]) -> Phrase:
    new, url = record.get("new") or 0, str(record.get("url"))
    if new and not record.get("error"):
        return Phrase("feed", _line(quantity(new, "new entry", "new entries") + " in", url))
    return Phrase("feed", _failed("cannot be read", url, record))


def _fetched(record: Mapping[str, Any]) -> Phrase:
    return Phrase("page", _failed("cannot be fetched", str(record.get("url")), record))


def _not_tagged(record: Mapping[str, Any]) -> Phrase:
    return Phrase("page", _failed("holds no article that can be read", str(record.get("url")), record))


def _failed(what: str, url: str, record: Mapping[str, Any]) -> Text | None:
    """The line of a failure; None where there was none."""
    code = record.get("error")
    return _line(f"{what} ({code}):", url, "yellow") if code else None


def _tagged(record: Mapping[str, Any]) -> Phrase:
    """Each event reads "watch: type"."""
    events, words = record.get("events"), []
    for event in events if isinstance(events, list) else []:
        watch, _, kind = str(event).rpartition(": ")
        words.append(f"{HEADLINES.get(kind, kind)} of {watch}")
    text = _line(f"{', '.join(words)}:", str(record.get("url")), "bold green") if words else None
    return Phrase("alert", text)


def _delivered(_record: Mapping[str, Any]) -> Phrase:
    return Phrase("webhook", None)


def _not_delivered(record: Mapping[str, Any]) -> Phrase:
    reason = record.get("error") or f"status {record.get('status')}"
    return Phrase("webhook", _line(f"not delivered ({reason}):", str(record.get("webhook_id")), "yellow"))


def _compiled(record: Mapping[str, Any]) -> Phrase:
    count = quantity(int(record.get("watches") or 0), "watch", "watches")
    return Phrase("tagger", Text(f"ready for {count}"))


def _archived(words: str, record: Mapping[str, Any]) -> Phrase:
    """What became of stored texts, and of alerts once the run is done."""
    counts, count = record.get("counts"), int(record.get("articles") or 0)
    text = f"{quantity(count, 'stored text')} {words}"
    if record.get("done") and isinstance(counts, dict):
        alerts = ", ".join(f"{counts.get(f'alerts_{what}', 0)} {what}" for what in ("created", "withdrawn"))
        text += f"; archive run {record.get('archive_run')} is done: alerts {alerts}"
    return Phrase("archive", Text(clean(text)) if count or record.get("done") else None)


def _usual(_record: Mapping[str, Any]) -> Phrase:
    return Phrase("sweep", None)


def _request(record: Mapping[str, Any]) -> Phrase | None:
    status = record.get("status")
    return Phrase("page", None) if isinstance(status, int) and status < 400 else None


_PHRASES: Mapping[str, Callable[[Mapping[str, Any]], Phrase | None]] = {
    "polled": _polled,
    "fetched": _fetched,
    "not tagged": _not_tagged,
    "tagged": _tagged,
    "delivered": _delivered,
    "not delivered": _not_delivered,
    "tagger compiled": _compiled,
    "tagged again": partial(_archived, "tagged again"),
    "placed again": partial(_archived, "placed in stories again"),
    "announced": _usual,
    "rechecked": _usual,
    "retained": _usual,
    "request": _request,
}


def _line(words: str, url: str, style: str = "") -> Text:
    return Text.assemble((clean(words), style), " ", (clean(url), "dim"))
