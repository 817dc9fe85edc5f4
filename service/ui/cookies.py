"""What the pages keep in a browser, and how a form of ours is told from that of another site."""

import base64
import binascii
import hashlib
import hmac
from urllib.parse import urlsplit

from flask import Response, request

from dyadwatch.bootstrap import Product
from dyadwatch.store import sessions

SESSION = "dyadwatch_session"
FLASH = "dyadwatch_flash"
_FLASH_SECONDS = 60
_MAX_FLASH = 1_000  # bytes


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


def set_flash(product: Product, response: Response, secret: str, text: str, link: str = "") -> None:
    """Has the browser bring a text, with an address that it leads to, to the page that it goes on to, which
    shows it once; `secret` is of the session, so that nobody else makes our pages say something."""
    content = f"{link}\n{text}".encode()[:_MAX_FLASH].decode(errors="ignore").encode()
    value = base64.urlsafe_b64encode(_signature(secret, content) + content).decode()
    response.set_cookie(
        FLASH, value, max_age=_FLASH_SECONDS, httponly=True, samesite="Lax", secure=is_secure(product)
    )


def read_flash(secret: str) -> tuple[str, str]:
    """The text that `set_flash` left, or nothing, and its link."""
    try:
        value = base64.urlsafe_b64decode(request.cookies.get(FLASH, ""))
    except (binascii.Error, ValueError):
        return "", ""
    signature, content = value[:32], value[32:]
    is_ours = hmac.compare_digest(signature, _signature(secret, content))
    link, _, text = content.decode(errors="replace").partition("\n") if is_ours else ("", "", "")
    return text, link


def delete_flash(product: Product, response: Response) -> None:
    response.delete_cookie(FLASH, httponly=True, samesite="Lax", secure=is_secure(product))


def _signature(secret: str, content: bytes) -> bytes:
    return hmac.digest(b"flash" + secret.encode(), content, hashlib.sha256)


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
