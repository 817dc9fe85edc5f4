"""Mails: what people are sent of an event or a digest, as text and as HTML."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import orjson
from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.subscriptions import Handshake, PayloadTemplate
from dyadwatch.subscriptions.templates import TEXT, resolve

MAX_SUBJECT = 150  # characters
_TEMPLATES = ("mail.txt", "mail.html")
_HEADLINES = {
    "alert.created": "New alert",
    "alert.updated": "Alert updated",
    "alert.withdrawn": "Alert withdrawn",
    "article.gone": "Article gone",
    "article.returned": "Article there again",
    "article.corrected": "Article corrected",
    "article.retracted": "Article retracted",
    "subscription.test": "Test",
}


@dataclass(frozen=True, slots=True)
class MailText:
    """The subject, one line, and the bodies of a mail; `html` is None where there is text alone."""

    subject: str
    text: str
    html: str | None


def compose(document: bytes, *, site: str | None = None, unsubscribe: str | None = None) -> MailText:
    """The mail for the JSON `document` of an event or digest. `site`: the URL of the page, if people can
    reach it; `unsubscribe`: where the reader ends the subscription."""
    event = orjson.loads(document)
    data = event["data"]
    events = data.get("events", [event])
    items = [_item(each) for each in events if "evidence" in each["data"]]
    values = {
        "items": items,
        "event": event,
        "others": [each for each in events if "evidence" not in each["data"]],
        "headline": _subject(event, items),
        "site": site,
        "unsubscribe": unsubscribe,
    }
    text, html = (_environment().get_template(name).render(values) for name in _TEMPLATES)
    return MailText(values["headline"], text, html)


def check_fields(
    url: str,
    header_names: Collection[str],
    template: PayloadTemplate | None,
    handshake: Handshake | None = None,
) -> None:
    """Raises InvalidInput where a subscription to mail, by its URL, has what mail has no use for: headers of
    its own, a template of JSON, or a handshake."""
    if not url.lower().startswith("mailto:"):
        return
    errors = []
    if header_names:
        errors.append(FieldError("/headers", "are for http and https alone", "contradictory"))
    if handshake is not None:
        errors.append(FieldError("/handshake", "is for http and https alone", "contradictory"))
    if template is not None and resolve(template)[1] != TEXT:
        errors.append(FieldError("/template", "must render to text/plain for mail", "contradictory"))
    if errors:
        raise InvalidInput(f"{errors[0].pointer.lstrip('/')}: {errors[0].detail}.", errors=errors)


def ask(link: str) -> MailText:
    """The mail that asks the reader of an address whether mails are wanted, and says no more."""
    text = (
        "Somebody asked for alerts of the press to be sent to this address. If it was you, confirm it here"
        f" within two days:\n\n{link}\n\nOtherwise do nothing: no alerts are sent before.\n"
    )
    return MailText("Please confirm: alerts by mail", text, None)


def of_text(text: str) -> MailText:
    """The mail for what a template makes: its first line is the subject."""
    return MailText(_one_line(text.strip().partition("\n")[0]), text, None)


def _subject(event: Mapping[str, Any], items: list[dict[str, Any]]) -> str:
    if "events" in event["data"]:
        count = event["data"]["count"]
        return f"{count} alert{'' if count == 1 else 's'}" if count else "No alerts"
    if items:
        return _one_line(f"{items[0]['headline']}: {items[0]['title']}")
    return _one_line(_headline(event))


def _headline(event: Mapping[str, Any]) -> str:
    """What happened: of an event of articles the first change, which may be that one is there again."""
    kinds = [change["kind"] for change in event["data"].get("changes", ())]
    named = [kind for kind in kinds if event["type"].startswith("article.") and kind in _HEADLINES]
    kind: str = named[0] if named else event["type"]
    return _HEADLINES.get(kind, kind)


def _item(event: Mapping[str, Any]) -> dict[str, Any]:
    alert = event["data"]
    first = alert["articles"][0] if alert["articles"] else None
    return {
        "headline": _headline(event),
        "title": first["title"] if first else alert["watch"],
        "alert": alert,
        "quotes": [mention["evidence"]["quote"] for mention in alert["evidence"][:3]],
    }


def _one_line(text: str) -> str:
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= MAX_SUBJECT else line[: MAX_SUBJECT - 1] + "…"


@cache
def _environment() -> Environment:
    """Templates of ours: what is in HTML is escaped."""
    sources = {name: files(__package__).joinpath(name).read_text(encoding="utf-8") for name in _TEMPLATES}
    return Environment(
        loader=DictLoader(sources),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
