"""What receivers are sent: the document of an event, or what a subscription's template makes of it."""

import math
from collections.abc import Sequence

import orjson

from dyadwatch.errors import DyadwatchError, FieldError, InvalidInput, TooCostly
from dyadwatch.exports import WRITERS, Page
from dyadwatch.model.deliveries import DigestMember
from dyadwatch.model.hub_subscribers import PushedTopic
from dyadwatch.model.subscriptions import PayloadTemplate
from dyadwatch.sandbox import Sandbox
from dyadwatch.subscriptions import templates
from dyadwatch.subscriptions.digests import digest_document

_TEST = "subscription.test"


def make(
    sandbox: Sandbox,
    document: bytes,
    template: PayloadTemplate | None,
    *,
    members: Sequence[DigestMember] = (),
    webhook_id: str = templates.EXAMPLE_ID,
    until: float = math.inf,
) -> tuple[str, bytes]:
    """(media type, body) of what is sent of an event, or of a digest with these members, by `until`
    (`time.monotonic`). Raises InvalidInput (template_invalid), TooCostly."""
    if members:
        document = digest_document(document, members)
    if template is None:
        return templates.JSON, document
    source, content_type = templates.resolve(template)
    try:
        body = sandbox.call_until(until, templates.render, source, content_type, document, webhook_id)
    except TooCostly as error:
        raise TooCostly(
            "The template takes more time or memory than it may", code="template_too_costly"
        ) from error
    return content_type, body


def feed(document: bytes, topic: PushedTopic, hub: str | None) -> tuple[str, bytes]:
    """(media type, body) of what our `hub` pushes of an event: the feed, with what is new alone."""
    base = topic.url.partition("/v1/alerts?")[0]
    shown = Page([orjson.loads(document)["data"]], topic.url, None, base, hub=hub)
    return topic.media_type, WRITERS[topic.media_type](shown)


def check(sandbox: Sandbox, template: PayloadTemplate, event_types: Sequence[str]) -> None:
    """Tries a template on a made-up event of each type and a test. Raises InvalidInput with a FieldError at
    /template."""
    for event_type, document in templates.samples((*event_types, _TEST)).items():
        try:
            make(sandbox, document, template)
        except (InvalidInput, TooCostly) as error:
            raise _refusal(event_type, error) from error


def _refusal(event_type: str, error: DyadwatchError) -> InvalidInput:
    detail = f"{error.detail} (tried on {event_type})"
    return InvalidInput(f"{detail}.", errors=[FieldError("/template", detail, error.code)], code=error.code)
