"""Problem documents for requests that do not come as far as Flask; the connection ends with them."""

from html import escape
from http import HTTPStatus

from service.rest import problems
from service.wsgi_bridge import Headers, HttpResponse


def refuse(status: int, code: str, detail: str, *, as_page: bool = False) -> HttpResponse:
    """The response with a problem document, or with a plain page for people."""
    title = HTTPStatus(status).phrase
    page = f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{escape(detail)}</p>".encode()
    body = page if as_page else problems.serialise(status, code, detail)
    headers: Headers = [
        (b"content-type", b"text/html; charset=utf-8" if as_page else problems.MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        headers.append((b"retry-after", problems.RETRY_AFTER.encode()))
    return HttpResponse(status, headers, body)


def encode(response: HttpResponse) -> bytes:
    """A response as HTTP/1.1 has it."""
    status = f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}\r\n".encode()
    headers = b"".join(name + b": " + value + b"\r\n" for name, value in response.headers)
    return status + headers + b"\r\n" + response.body
