"""URLs of databases, as far as they can be checked before anything is connected."""

import re
from urllib.parse import urlsplit

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_POSTGRESQL = frozenset({"postgresql", "postgres", "postgresql+psycopg"})


def check_database_url(url: str) -> None:
    """Raises ValueError, whose text repeats no password, unless scheme, host and port can be read; the store
    reads the rest."""
    scheme, divider, _ = url.partition("://")
    if not divider or not _SCHEME.fullmatch(scheme):
        raise ValueError("not of the form postgresql://user:password@host:port/name")
    if scheme not in _POSTGRESQL:
        raise ValueError(
            f"begins with {scheme!r}, and the database is PostgreSQL: "
            "postgresql://user:password@host:port/name"
        )
    try:
        no_port = urlsplit(url).port == 0
    except ValueError:
        no_port = True
    if no_port:
        raise ValueError(
            "its host or port cannot be read (a port is a number from 1 to 65535; "
            "in a password the characters @ / : # are written %40 %2F %3A %23)"
        )
