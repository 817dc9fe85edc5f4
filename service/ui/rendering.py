"""HTML responses: a template, and the policy that keeps everything foreign out of the page."""

from typing import Any

from flask import Response, current_app, render_template

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    # With no-referrer a browser sends "Origin: null" even with forms to ourselves.
    "Referrer-Policy": "same-origin",
}


def page(template: str, status: int, **values: Any) -> Response:
    """The template as a page that is not kept."""
    html = render_template(template, **values)
    return current_app.response_class(html, status, _HEADERS, mimetype="text/html")
