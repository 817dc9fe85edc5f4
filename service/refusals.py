"""Responses to requests that do not come as far as Flask; the connection ends with them."""

from http import HTTPStatus

from service.rest import problems
from service.wsgi_bridge import Headers, HttpResponse


def refuse(
    status: int, code: str, detail: str, *, page: HttpResponse | None = None, request_id: str | None = None
) -> HttpResponse:
    """The response with a problem document, or with a page for people."""
    problem = problems.serialise(status, code, detail, request_id=request_id)
    body = problem if page is None else page.body
    own: Headers = [(b"content-type", problems.MEDIA_TYPE.encode()), (b"cache-control", b"no-store")]
    headers: Headers = [
        *(own if page is None else ((name.lower(), value) for name, value in page.headers)),
        (b"content-length", str(len(body)).encode()),
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
