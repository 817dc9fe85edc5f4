"""Our WebSub hub: where readers of the feeds of alerts subscribe, so that what is new is pushed to them.

Whoever knows the signed link of a feed may have it pushed: the link is the topic. Off unless the operator
turns it on.
"""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from dyadwatch.bootstrap import Product
from dyadwatch.errors import InvalidInput, NotFound, WebError
from dyadwatch.exports import FORMATS
from dyadwatch.model.hub_subscribers import Topic
from dyadwatch.senders.websub import HUB
from dyadwatch.store import Connection, filter_values, hub_subscribers, keys
from dyadwatch.subscriptions.filters import CRITERIA
from dyadwatch.subscriptions.hub import parse_request
from service.rest import rate_limits, requests
from service.rest.alerts import FEEDS, AlertQuery
from service.rest.operations import signed_part
from service.rest.problems import ProblemError

PATH = HUB
MAX_FORM = 16 * 2**10  # bytes
_MAX_FIELDS = 200  # of a link
_FEED = "/v1/alerts"
_FORM = "application/x-www-form-urlencoded"
# Of a query, what says how its list is shown; of what is new this means nothing.
_IGNORED = {"limit", "sort", "format", "key", "signature"}


def blueprint(product: Product) -> Blueprint:
    """Requests of readers (POST)."""
    hub = Blueprint("hub", __name__)

    @hub.post(PATH)
    def subscribe() -> Response:
        return _subscribe(product)

    return hub


def _subscribe(product: Product) -> Response:
    """202 where the callback will be asked; whether the reader meant it is known only then."""
    base = product.hub_url
    if base is None:
        raise NotFound("There is no hub here.")
    if request.mimetype != _FORM:
        raise ProblemError(415, "media_type_unsupported", f"Send the body as {_FORM}.")
    asked = parse_request(dict(request.form.lists()))
    try:
        product.web.check(asked.callback)
    except WebError as error:
        raise InvalidInput(f"hub.callback: {error.detail}.", code=error.code) from error
    with product.store.begin() as db:
        topic = _topic(product, db, asked.topic)
        hub_subscribers.request(db, asked, topic)
    return Response(status=202)


def _topic(product: Product, db: Connection, url: str) -> Topic:
    """The feed that a topic names. Raises InvalidInput (topic_invalid), ProblemError 403 and 429."""
    asked, query = _link(product, url)
    key = None
    if query.key is not None and query.signature is not None:
        key = keys.verify(db, query.key, signed_part(_FEED, asked), query.signature)
    if key is None or not key.allows("read"):
        rate_limits.spend_wrong_key(product, request.remote_addr)
        raise ProblemError(403, "topic_forbidden", "hub.topic is not signed by a key that is in use.")
    rate_limits.spend(product, key.id)
    media = FORMATS.get(query.format or "")
    if media not in FEEDS:
        raise _refusal("must be a feed: format=atom, rss or json_feed")
    filters = query.model_dump(mode="json", exclude_none=True, exclude=_IGNORED)
    if filters.pop("state", ["active"]) != ["active"] or not filters.keys() <= CRITERIA.keys():
        raise _refusal(f"can be narrowed by {', '.join(CRITERIA)} alone")
    filter_values.check(db, filters)
    return Topic(key.id, filters, media, key.expires_at)


def _link(product: Product, url: str) -> tuple[Sequence[tuple[str, str]], AlertQuery]:
    """The parameters of a link to a list of alerts of ours. Raises InvalidInput (topic_invalid)."""
    feed = (product.settings.public_url or "").rstrip("/") + _FEED
    if not url.startswith(f"{feed}?"):
        raise _refusal(f"must be a signed link to {feed}")
    try:
        asked = parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
        return asked, requests.query(AlertQuery, MultiDict(asked))
    except (ValueError, ProblemError) as error:
        raise _refusal("is no link to a list of alerts") from error


def _refusal(detail: str) -> InvalidInput:
    return InvalidInput(f"hub.topic {detail}.", code="topic_invalid")
