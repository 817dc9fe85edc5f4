"""Operations: what the API offers, as data, and the one way in which each of them is run.

A view takes the Call, the ids of its path, and `query` or `body` where it asks for them; their annotations say how
they are read here and described in the OpenAPI document.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal, get_type_hints

import orjson
from flask import Response, g, request

from dyadwatch.bootstrap import Product
from dyadwatch.model.keys import SCOPES, KeyView, Scope
from dyadwatch.store import idempotency, keys
from service.rest import requests
from service.rest.problems import RefusedError
from service.rest.responses import Answer, written

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Transaction = Any  # what Store.begin() opens: handed on to the store, never looked into
_LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `path` names ids as {id} and slugs as {slug}; `answer` is the type of the value, and of
    each item where `many`. `conflicts` says that 409 may come of it; `repeats` that Idempotency-Key is honoured."""

    method: Method
    path: str
    view: Callable[..., Answer]
    summary: str
    scope: Scope
    answer: Any = None
    many: bool = False
    status: int = 200
    conflicts: bool = False
    repeats: bool = False

    @property
    def query(self) -> type[requests.Query] | None:
        """The model of its query parameters."""
        found: type[requests.Query] | None = get_type_hints(self.view).get("query")
        return found

    @property
    def body(self) -> Any:
        """The model of its body, or dict for any object."""
        return get_type_hints(self.view).get("body")


@dataclass(frozen=True, slots=True)
class Call:
    """One request, let in: the product, the key it came with, the transaction that a GET was let in by, and the
    Idempotency-Key of a POST with the hash of what was sent."""

    product: Product
    key: KeyView
    _: KW_ONLY
    db: Transaction | None = None
    repeat: str | None = None
    fingerprint: str = ""

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """The transaction that the request was let in by, which saves a GET one of its two; or a new one."""
        if self.db is not None:
            yield self.db
            return
        with self.product.store.begin() as db:
            yield db

    def once(self, action: Callable[[Transaction], Answer]) -> Answer:
        """`action`, given an open transaction, and its answer; the kept answer where this request was made before."""
        with self.product.store.begin() as db:
            if self.repeat is None:
                return action(db)
            kept = idempotency.recall(db, self.key.id, self.repeat, self.fingerprint)
            if kept is not None:
                return _repeated(kept)
            answer = action(db)
            body = orjson.dumps(answer.value)
            stored = idempotency.StoredAnswer(answer.status, answer.headers, body.decode())
            idempotency.keep(db, self.key.id, self.repeat, self.fingerprint, stored)
            return Answer(orjson.Fragment(body), answer.status, answer.headers)

    def seen(self) -> Answer | None:
        """The kept answer of this request, so that nothing is done for it twice, not even a check."""
        if self.repeat is None:
            return None
        with self.product.store.begin() as db:
            kept = idempotency.recall(db, self.key.id, self.repeat, self.fingerprint)
        return None if kept is None else _repeated(kept)


def runner(product: Product, operation: Operation) -> Callable[..., Response]:
    """The Flask view of an operation: key, scope, query, body, view, answer, in this order."""
    query, body = operation.query, operation.body

    def read(**ids: Any) -> Response:
        token = _token()
        with product.store.begin() as db:
            call = Call(product, _admitted(db, token, operation.scope), db=db)
            answer = operation.view(call, **ids, **_asked(query))
        return written(answer)

    def change(**ids: Any) -> Response:
        token = _token()
        with product.store.begin() as db:
            key = _admitted(db, token, operation.scope)
        given = {**ids, **_asked(query)}
        raw = request.get_data(cache=False)
        if body is not None:
            given["body"] = _body(body, raw)
        elif raw:
            raise RefusedError(400, "body_unexpected", "This operation takes no body.")
        call = _call(product, key, operation, raw)
        return written(call.seen() or operation.view(call, **given))

    return read if operation.method == "GET" else change


def _asked(model: type[requests.Query] | None) -> dict[str, requests.Query]:
    if model is not None:
        return {"query": requests.query(model, request.args)}
    if request.args:
        requests.query(requests.Query, request.args)
    return {}


def _token() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        detail = "Give an API key: Authorization: Bearer dyw_…"
        raise RefusedError(401, "key_missing", detail, headers={"WWW-Authenticate": "Bearer"})
    return token.strip()


def _admitted(db: Transaction, token: str, scope: Scope) -> KeyView:
    key = keys.authenticate(db, token)
    if key is None:
        refusal = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise RefusedError(401, "key_invalid", "This API key is not known, or was revoked.", headers=refusal)
    g.key = key.id
    if not allows(key, scope):
        refusal = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
        raise RefusedError(403, "scope_missing", f"This API key lacks the scope {scope!r}.", headers=refusal)
    return key


def allows(key: KeyView, scope: Scope) -> bool:
    """Whether a key may do what needs `scope`: each scope includes those before it."""
    return max(SCOPES.index(held) for held in key.scopes) >= SCOPES.index(scope)


def _body(model: Any, raw: bytes) -> Any:
    media = request.mimetype
    if media != "application/json" and not (media.startswith("application/") and media.endswith("+json")):
        raise RefusedError(415, "media_type_unsupported", "Send the body as application/json.")
    return requests.document(raw) if model == dict[str, Any] else requests.body(model, raw)


def _call(product: Product, key: KeyView, operation: Operation, raw: bytes) -> Call:
    repeat = request.headers.get("Idempotency-Key")
    if repeat is None or operation.method != "POST":
        return Call(product, key)
    if not operation.repeats:
        detail = "Idempotency-Key is not honoured here: the answer is not kept."
        raise RefusedError(400, "idempotency_unsupported", detail)
    if not 0 < len(repeat) <= _LONGEST_KEY or not repeat.isprintable():
        detail = f"Idempotency-Key must have 1 to {_LONGEST_KEY} printable characters."
        raise RefusedError(400, "idempotency_key_invalid", detail)
    identity = f"{request.method} {request.full_path}\n".encode() + raw
    return Call(product, key, repeat=repeat, fingerprint=hashlib.sha256(identity).hexdigest())


def _repeated(kept: idempotency.StoredAnswer) -> Answer:
    return Answer(orjson.Fragment(kept.body), kept.status, {**kept.headers, "Idempotency-Replayed": "true"})
