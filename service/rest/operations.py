"""Operations: what the API offers, as data, and the one way in which each of them is run.

A view takes the Call, the ids in its path, and `query` or `body` where it has parameters named so; their
annotations say how they are read here and how the OpenAPI document describes them.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import KW_ONLY, dataclass, replace
from functools import partial
from typing import Any, Literal, get_type_hints
from urllib.parse import urlencode

import orjson
from flask import Response, g, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from dyadwatch.bootstrap import Product
from dyadwatch.errors import Conflict
from dyadwatch.model.keys import KeyView, Scope
from dyadwatch.store import Store, idempotency, keys, resources
from dyadwatch.validation import row_id
from service.rest import rate_limits, requests
from service.rest.problems import ProblemError
from service.rest.responses import ApiResponse, matches, render

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Lane = Literal["default", "cpu", "network", "mcp"]
JSON = "application/json"
EVENT_STREAM = "text/event-stream"
Transaction = Any  # what Store.begin() opens: passed on to the store, never looked into
_MAX_IDEMPOTENCY_KEY = 255
# A parameter that JSON does not have, and that is so of all that we send: some clients add it to any type.
_UTF8 = re.compile(r'; *charset="?utf-8"?(?= *(?:[;,]|$))', re.IGNORECASE)
_QUOTED = re.compile(r'"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')
_ESCAPED = re.compile(r'\\(["\\])')
_UNSIGNED = frozenset({"signature", "cursor", "after", "changed_since", "limit"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `path` names ids as {id} and slugs as {slug}; `result`
    is the type of the value in the response, and of each item where `many`; `media` are the types that it can
    be sent as, the usual one first; a `stream` goes on as service/streams.py has it. What is
    `signable` can be read by a signed link as well.
    `may_conflict`: it can fail with 409. `idempotent`: Idempotency-Key is honoured. `lane` keeps requests
    that take CPU, or that wait for other servers, from taking the threads of all others; `short_lane` is that
    of short bodies, where these take little. `complete`: what is added to an idempotent response whenever it
    is sent, for a key as `Call.owner` has it, because it must not be stored with it."""

    method: Method
    path: str
    view: Callable[..., ApiResponse]
    summary: str
    scope: Scope
    result: Any = None
    many: bool = False
    status: int = 200
    may_conflict: bool = False
    idempotent: bool = False
    lane: Lane = "default"
    short_lane: Lane | None = None
    media: tuple[str, ...] = (JSON,)
    stream: bool = False
    signable: bool = False
    complete: Callable[[Transaction, Mapping[str, Any], int | None], Mapping[str, Any]] | None = None

    @property
    def query(self) -> type[requests.Query] | None:
        """The model of its query parameters."""
        model: type[requests.Query] | None = get_type_hints(self.view).get("query")
        return model

    @property
    def body(self) -> Any:
        """The model of its body, or dict for any object."""
        return get_type_hints(self.view).get("body")

    @property
    def needs_body(self) -> bool:
        """Whether it cannot be left out: all fields of the body of a POST may have defaults."""
        fields = getattr(self.body, "model_fields", None)
        return self.method != "POST" or fields is None or any(one.is_required() for one in fields.values())

    @property
    def body_schema(self) -> Any:
        """The model that describes its body: of an object that the view checks itself, the one that its
        annotation adds."""
        annotation = get_type_hints(self.view, include_extras=True).get("body")
        extras = getattr(annotation, "__metadata__", ())
        return extras[0] if extras else annotation


class Reading:
    """The one connection of a GET, which is opened when it is first wanted: what is answered in another way
    takes none from the pool."""

    def __init__(self, store: Store, stack: ExitStack) -> None:
        self._store, self._stack = store, stack
        self._db: Transaction | None = None

    def connection(self) -> Transaction:
        if self._db is None:
            self._db = self._stack.enter_context(self._store.read())
        return self._db


@dataclass(frozen=True, slots=True)
class Call:
    """An authorised request: the product, the API key, the transaction that it is part of, if of one, what a
    GET reads from, the `media` type of its response, the Idempotency-Key of a POST with the hash of the
    request, and what must hold before anything is changed."""

    product: Product
    key: KeyView
    operation: Operation
    _: KW_ONLY
    db: Transaction | None = None
    reading: Reading | None = None
    idempotency_key: str | None = None
    fingerprint: str = ""
    media: str = JSON
    precondition: Callable[[Transaction], None] | None = None

    @property
    def owner(self) -> int | None:
        """The key whose subscriptions alone are there for this request; None with scope admin: all are."""
        return None if self.key.allows("admin") else self.key.id

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction; for a GET the connection that it reads from, whose statements are one each
        (`Store.read`)."""
        if self.db is not None:
            yield self.db
            return
        if self.reading is not None:
            yield self.reading.connection()
            return
        with self.product.store.begin() as db:
            if self.precondition is not None:
                self.precondition(db)
            yield db

    def once(self, action: Callable[[Transaction], ApiResponse]) -> ApiResponse:
        """The response of `action`, run in an open transaction;
        the stored one where this request was made before."""
        return self.product.store.run(lambda db: self._complete(db, self._once(db, action)))

    def _once(self, db: Transaction, action: Callable[[Transaction], ApiResponse]) -> ApiResponse:
        if self.idempotency_key is None:
            return action(db)
        stored = self._recall(db)
        if stored is not None:
            return stored
        response = action(db)
        body = orjson.dumps(response.value)
        answer = idempotency.StoredResponse(response.status, response.headers, body.decode())
        idempotency.save(db, self.key.id, self.idempotency_key, self.fingerprint, answer)
        return ApiResponse(orjson.Fragment(body), response.status, response.headers)

    def stored_response(self) -> ApiResponse | None:
        """The stored response where this request was made
        before, so that not even its checks are repeated."""
        if self.idempotency_key is None:
            return None
        with self.product.store.begin() as db:
            stored = self._recall(db)
            return None if stored is None else self._complete(db, stored)

    def _complete(self, db: Transaction, response: ApiResponse) -> ApiResponse:
        if self.operation.complete is None:
            self._require_made(db, response)
            return response
        document = orjson.loads(orjson.dumps(response.value))
        return replace(response, value=document | self.operation.complete(db, document, self.owner))

    def _require_made(self, db: Transaction, response: ApiResponse) -> None:
        """Raises Conflict where what the first request made is gone: its response would lead nowhere."""
        made = response.headers.get("Location")
        if "Idempotency-Replayed" in response.headers and made and not resources.exists(db, made):
            raise Conflict("What this request made was removed since.", code="resource_gone")

    def _recall(self, db: Transaction) -> ApiResponse | None:
        stored = idempotency.find(db, self.key.id, self.idempotency_key or "", self.fingerprint)
        if stored is None:
            return None
        headers = {**stored.headers, "Idempotency-Replayed": "true"}
        return ApiResponse(orjson.Fragment(stored.body), stored.status, headers)


def runner(product: Product, operation: Operation, reader: Operation | None) -> Callable[..., Response]:
    """The Flask view of an operation: key, scope, media type, query, body, view, response, in this order.
    `reader` is the GET of the same path, which says whether If-Match holds."""
    query, body, needs_body = operation.query, operation.body, operation.needs_body
    vary = "Accept" if len(operation.media) > 1 else None

    def read(**ids: Any) -> Response:
        token = None if operation.signable and _is_signed() else _token()
        key = _authorise(product, token, operation.scope)
        rate_limits.spend(product, key.id)
        with ExitStack() as stack:
            reading = Reading(product.store, stack)
            call = Call(product, key, operation, reading=reading, media=_media(operation))
            response = operation.view(call, **ids, **_query_argument(query))
        return render(response, vary)

    def change(**ids: Any) -> Response:
        token = _token()
        key = _authorise(product, token, operation.scope)
        raw = request.get_data(cache=False)
        rate_limits.spend(product, key.id, len(raw))
        media = _media(operation)
        arguments = {**ids, **_query_argument(query)}
        if body is not None:
            arguments["body"] = _body(body, raw) if raw or needs_body else body()
        elif raw:
            raise ProblemError(400, "body_unexpected", "This operation takes no body.")
        call = replace(_call(product, key, operation, raw), media=media)
        if reader is not None and "If-Match" in request.headers:  # also one that names no tag
            read_it = partial(_read, product, key, reader, ids)
            call = replace(call, precondition=partial(require_match, request.path, read_it, matches))
            with call.begin():  # a removal has no transaction of its own
                pass
        return render(call.stored_response() or operation.view(call, **arguments))

    return read if operation.method == "GET" else change


def _media(operation: Operation) -> str:
    """The media type of the response that the client likes best. Raises ProblemError 406."""
    header = request.headers.get("Accept", "*/*")
    if header == "*/*":
        return operation.media[0]
    accepted = parse_accept_header(_UTF8.sub("", header), MIMEAccept)
    if not accepted or operation.status == 204:
        return operation.media[0]
    best = accepted.best_match(operation.media)
    if best is None:
        detail = f"The response can be {' or '.join(operation.media)}."
        raise ProblemError(406, "not_acceptable", detail)
    return best


def require_match(
    path: str,
    read: Callable[[Transaction], ApiResponse],
    is_seen: Callable[[ApiResponse], bool],
    db: Transaction,
) -> None:
    """Raises ProblemError 412 where a resource is not as the client has seen it; it stays as it is until the
    transaction ends."""
    resources.lock(db, path)
    if not is_seen(read(db)):
        detail = "The resource has changed: its ETag is not one of If-Match."
        raise ProblemError(412, "precondition_failed", detail)


def _read(
    product: Product, key: KeyView, reader: Operation, ids: Mapping[str, Any], db: Transaction
) -> ApiResponse:
    return reader.view(Call(product, key, reader, db=db), **ids)


def require(key: KeyView, scope: Scope) -> None:
    """Raises ProblemError 403 `scope_missing` where a key may not do what needs `scope`."""
    if not key.allows(scope):
        challenge = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
        raise ProblemError(
            403, "scope_missing", f"This API key lacks the scope {scope!r}.", headers=challenge
        )


def _query_argument(model: type[requests.Query] | None) -> dict[str, requests.Query]:
    if model is not None:
        return {"query": requests.query(model, request.args)}
    if request.args:
        requests.query(requests.Query, request.args)
    return {}


def _token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        detail = "Give an API key: Authorization: Bearer dyw_…"
        raise ProblemError(401, "key_missing", detail, headers={"WWW-Authenticate": "Bearer"})
    return token.strip()


def authenticate(product: Product) -> KeyView:
    """The key of this request, whatever it may do; the request is counted as that of an operation would be.
    Raises ProblemError 401, 429."""
    token = _token()
    key = _identify(product, token)
    rate_limits.spend(product, key.id, len(request.get_data()))
    return key


def _is_signed() -> bool:
    """Whether a request has the signature of a link in place of a key."""
    return "signature" in request.args and "Authorization" not in request.headers


def signed_part(path: str, query: Iterable[tuple[str, str]]) -> bytes:
    """What the signature of a link signs: all but the place in the list, in any order of the parameters,
    which readers may change."""
    return f"{path}?{urlencode(sorted(item for item in query if item[0] not in _UNSIGNED))}".encode()


def _signer(db: Transaction) -> KeyView | None:
    key, signature = row_id(request.args.get("key", "")), request.args["signature"]
    if key is None:
        return None
    part = signed_part(request.path, request.args.items(multi=True))
    return keys.verify(db, key, part, signature)


def _authorise(product: Product, token: str | None, scope: Scope) -> KeyView:
    """The key of a request, which may do what needs a scope."""
    key = _identify(product, token)
    require(key, scope)
    return key


def _identify(product: Product, token: str | None) -> KeyView:
    """The key of a token; without one, of a signed link."""
    key = None if token is None else keys.authenticate_quickly(product.store, token)
    if key is None:
        with product.store.read() as db:
            key = _signer(db) if token is None else keys.authenticate(db, token)
    if key is None:
        rate_limits.spend_wrong_key(product, request.remote_addr)
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise ProblemError(
            401, "key_invalid", "This API key is not known, has expired or was revoked.", headers=challenge
        )
    g.key = key.id
    return key


def _body(model: Any, raw: bytes) -> Any:
    media = request.mimetype
    other: tuple[str, ...] = getattr(model, "other_media", ())
    is_json = media == JSON or (media.startswith("application/") and media.endswith("+json"))
    if not is_json and media not in other:
        detail = f"Send the body as {' or '.join((JSON, *other))}."
        raise ProblemError(415, "media_type_unsupported", detail)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ProblemError(415, "encoding_unsupported", "Send the body as it is, not compressed.")
    return checked(model, raw) if is_json else model.from_bytes(raw)


def checked(model: Any, raw: bytes) -> Any:
    """A JSON body as its model, or as any object."""
    return requests.document(raw) if model == dict[str, Any] else requests.body(model, raw)


def _call(product: Product, key: KeyView, operation: Operation, raw: bytes) -> Call:
    header = request.headers.get("Idempotency-Key")
    if header is None or operation.method != "POST":
        return Call(product, key, operation)
    if not operation.idempotent:
        detail = "Idempotency-Key is not honoured here: the response is not stored."
        raise ProblemError(400, "idempotency_unsupported", detail)
    idempotency_key = _unquoted(header)
    if not 0 < len(idempotency_key) <= _MAX_IDEMPOTENCY_KEY or not idempotency_key.isprintable():
        detail = f"Idempotency-Key must have 1 to {_MAX_IDEMPOTENCY_KEY} printable characters."
        raise ProblemError(400, "idempotency_key_invalid", detail)
    identity = f"{request.method} {request.full_path}\n".encode() + raw
    fingerprint = hashlib.sha256(identity).hexdigest()
    return Call(product, key, operation, idempotency_key=idempotency_key, fingerprint=fingerprint)


def _unquoted(header: str) -> str:
    """An Idempotency-Key, which the draft writes as a string of RFC 9651, in quotation marks, and most
    clients as it is: both are the same key. What only resembles such a string is a key as it is."""
    match = _QUOTED.fullmatch(header)
    return header if match is None else _ESCAPED.sub(r"\1", match[1])
