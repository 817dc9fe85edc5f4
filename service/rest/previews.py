"""What a subscription would be sent, and the payload templates that there are."""

from dyadwatch.model.pagination import ListPage
from dyadwatch.model.subscriptions import PayloadPreset, SubscriptionPreview
from dyadwatch.store import filter_values, subscriptions
from dyadwatch.subscriptions import parse_filter, templates
from dyadwatch.subscriptions.timing import sent_types
from service.rest.operations import Call, Operation
from service.rest.responses import ApiResponse, list_response
from service.rest.subscription_bodies import SubscriptionPreviewBody


def list_presets(call: Call) -> ApiResponse:  # noqa: ARG001  # every view gets it
    """Payload templates for Slack, Teams, Discord, ntfy, n8n and Zapier, to take as they are or as a
    beginning."""
    presets = [PayloadPreset(name, **preset) for name, preset in templates.presets().items()]
    return list_response(ListPage(tuple(presets), None))


def preview_new_subscription(call: Call, body: SubscriptionPreviewBody) -> ApiResponse:
    """What a subscription would have been sent in the last 30 days, with the newest as they would be sent.
    Nothing is sent or stored."""
    chosen = parse_filter(body.filter)
    with call.begin() as db:
        filter_values.check(db, chosen, "/filter")
    events = tuple(dict.fromkeys(body.events))
    template = body.template.template() if body.template else None
    timing = body.timing.timing() if body.timing else None
    if template is not None:
        call.product.pipeline.check_template(template, sent_types(events, timing))
    return ApiResponse(call.product.pipeline.preview_subscription(chosen, events, template, timing))


def preview_subscription(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    """What this subscription, as it is now, would have been sent in the last 30 days. Nothing is sent."""
    with call.begin() as db:
        view = subscriptions.get(db, id, owner=call.owner)
    preview = call.product.pipeline.preview_subscription(view.filter, view.events, view.template, view.timing)
    return ApiResponse(preview)


OPERATIONS = (
    Operation(
        "GET",
        "/v1/payload-presets",
        list_presets,
        "List payload templates",
        "read",
        PayloadPreset,
        many=True,
    ),
    Operation(
        "POST",
        "/v1/subscriptions/preview",
        preview_new_subscription,
        "Preview a subscription that is not made",
        "subscribe",
        SubscriptionPreview,
        lane="cpu",
    ),
    Operation(
        "POST",
        "/v1/subscriptions/{id}/preview",
        preview_subscription,
        "Preview a subscription",
        "subscribe",
        SubscriptionPreview,
        lane="cpu",
    ),
)
