"""What the pages keep in a browser, and how a form of ours is told from that of another site."""

from urllib.parse import urlsplit

from flask import Response, request

from dyadwatch.bootstrap import Product
from dyadwatch.store import sessions

SESSION = "dyadwatch_session"


def set_session(product: Product, response: Response, token: str) -> None:
    """Has the browser keep the token of a session. SameSite is Lax: a link to an alert, in a mail or a feed
    reader, must find its reader signed in. What changes anything is a form, which no other site can send."""
    response.set_cookie(
        SESSION,
        token,
        max_age=sessions.DAYS * 86_400,
        httponly=True,
        samesite="Lax",
        secure=is_secure(product),
    )


def delete_session(product: Product, response: Response) -> None:
    response.delete_cookie(SESSION, httponly=True, samesite="Lax", secure=is_secure(product))


def is_secure(product: Product) -> bool:
    """Whether browsers reach us by TLS."""
    return request.is_secure or (product.settings.public_url or "").startswith("https://")


def is_own_form(product: Product) -> bool:
    """Whether the browser says that a page of ours sent this form. What says nothing is no browser."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in {None, "none", "same-origin"}:
        return False
    # A proxy that ends TLS may leave us with http, so the scheme of our own host is not compared.
    own = {f"http://{request.host}", f"https://{request.host}", _origin(product.settings.public_url)}
    return origin in own if origin is not None else site is not None


def local_path(address: str) -> str:
    """An address of ours to go on to, "/" for any other: whoever made up a link must not send people on."""
    parts = urlsplit(address)
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_path and not parts.netloc and not parts.scheme and address.isprintable() else "/"


def _origin(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()
