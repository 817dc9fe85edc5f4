"""Operations of the API that are run by a page of ours, with the same checks and the same errors."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import orjson
from werkzeug.datastructures import MultiDict

from dyadwatch.bootstrap import Product
from dyadwatch.model.keys import KeyView
from service.rest import requests
from service.rest.operations import Call, Operation, Transaction, checked, require, require_match
from service.rest.responses import ApiResponse, content_tag

_MAX_ONCE = 100  # characters


@dataclass(frozen=True, slots=True)
class LocalCaller:
    """Runs operations for a key whose request came in another way than by the API: a form of a page."""

    product: Product
    key: KeyView
    operations: tuple[Operation, ...]

    def run(
        self, view: Callable[..., ApiResponse], *, seen: str = "", once: str = "", **arguments: Any
    ) -> Any:
        """The value of the response of `view`, which is one of the operations. The ids in its path, `query`
        and `body` are given by name; these two as they would be sent, and are checked as if they were; a body
        that is no JSON as what was made of it. What a form sends is done once, however often it is sent,
        where it has a token of its own, `once`, and the operation honours Idempotency-Key. With `seen`
        (of `tag`) it fails with ProblemError 412 where the resource is not as it was seen. Raises what the
        operation does, and ProblemError 403 `scope_missing`."""
        operation = self._operation(view)
        require(self.key, operation.scope)
        raw = b""
        ids = {name: value for name, value in arguments.items() if name not in {"body", "query"}}
        if operation.body is not None and not isinstance(arguments.get("body"), requests.Body):
            raw = orjson.dumps(arguments.get("body", {}))
            arguments["body"] = checked(operation.body, raw)
        if operation.query is not None:
            arguments["query"] = requests.query(operation.query, MultiDict(arguments.get("query", {})))
        call = Call(self.product, self.key, operation)
        if operation.method == "GET":
            with self.product.store.begin() as db:
                return view(replace(call, db=db), **arguments).value
        if seen:
            call = replace(call, precondition=partial(self._require_seen, operation.path, ids, seen))
            with call.begin():  # a removal has no transaction of its own
                pass
        if operation.idempotent and 0 < len(once) <= _MAX_ONCE and once.isprintable():
            sent = hashlib.sha256(orjson.dumps([operation.path, ids, raw.decode()])).hexdigest()
            call = replace(call, idempotency_key=once, fingerprint=sent)
        return (call.stored_response() or view(call, **arguments)).value

    def tag(self, view: Callable[..., ApiResponse], **ids: Any) -> str:
        """The tag of a resource as it is, by the operation that reads it."""
        with self.product.store.begin() as db:
            return content_tag(self._read(self._operation(view), ids, db))

    def _operation(self, view: Callable[..., ApiResponse]) -> Operation:
        return next(operation for operation in self.operations if operation.view is view)

    def _read(self, reader: Operation, ids: Mapping[str, Any], db: Transaction) -> ApiResponse:
        return reader.view(Call(self.product, self.key, reader, db=db), **ids)

    def _require_seen(self, path: str, ids: Mapping[str, Any], seen: str, db: Transaction) -> None:
        reader = next(one for one in self.operations if one.path == path and one.method == "GET")
        concrete = re.sub(r"\{(\w+)\}", lambda name: str(ids[name[1]]), path)
        require_match(
            concrete, partial(self._read, reader, ids), lambda response: content_tag(response) == seen, db
        )
