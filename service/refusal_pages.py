"""What people read of a request that the gateway refuses: a page as all others, in their language."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from service.ui.frame import refusal
from service.wsgi_bridge import HttpResponse


def refusal_page(app: Flask, environment: Mapping[str, Any], status: int, detail: str) -> HttpResponse:
    """The page for a request with a WSGI environment, without its length, which is left to the caller."""
    with app.request_context(dict(environment)):
        response = refusal(status, detail)
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in response.headers
        if name.lower() != "content-length"
    ]
    return HttpResponse(status, headers, response.get_data())
