"""Traces: what became of an address, and why it raised no alert."""

from dyadwatch.model.traces import Trace
from service.rest.operations import Call, Operation
from service.rest.requests import Body, Url
from service.rest.responses import ApiResponse


class TraceBody(Body):
    """The address of an article."""

    url: Url


def trace_url(call: Call, body: TraceBody) -> ApiResponse:
    """From the feed that names it to the alert: each stage, and for each watch the rule that refused what was
    found. A page that is not stored is requested, within what robots.txt allows, to see what would have come
    of it; nothing of it is kept."""
    return ApiResponse(call.product.pipeline.trace(body.url))


OPERATIONS = (
    Operation(
        "POST", "/v1/trace", trace_url, "Say what became of an address", "curate", Trace, lane="network"
    ),
)
