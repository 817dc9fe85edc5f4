"""URLs of mail servers: which of them mail is handed over to, and how the connection is secured."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_PORTS = {"smtps": 465, "smtp": 587, "smtp+insecure": 25}


@dataclass(frozen=True, slots=True)
class MailUrl:
    """Where mail is handed over: `smtps` speaks TLS from the beginning, `smtp` begins it by STARTTLS,
    `smtp+insecure` never does."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str


def read_mail_url(url: str) -> MailUrl:
    """Raises ValueError, whose text repeats nothing of the URL, for one that names no mail server."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise ValueError("the port of the mail server is none") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in {"", "/"} or parts.query:
        raise ValueError("not of the form smtps://[user:password@]host[:port], smtp:// or smtp+insecure://")
    if parts.scheme == "smtp+insecure" and parts.username:
        raise ValueError("smtp+insecure:// would send the password in the clear")
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password or "")
    return MailUrl(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], user, password)
