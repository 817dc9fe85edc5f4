"""Turns urllib3's errors into WebError."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from urllib3.exceptions import DecodeError, HTTPError, ProxyError, SSLError
from urllib3.exceptions import TimeoutError as TimedOut

from dyadwatch.errors import WebError
from dyadwatch.web.guarded_connections import StaleConnection


@contextmanager
def translate_errors(name: str, until: float) -> Iterator[None]:
    """Raises WebError for an error of urllib3 in a request to the host `name`. Whatever fails after the
    deadline `until` failed because of it."""
    try:
        yield
    except SSLError as error:
        raise _web_error(f"no secure connection to {name}: {_reason(error)}", "tls_failed", until) from error
    except TimedOut as error:
        raise deadline_exceeded() from error
    except ProxyError as error:
        raise _web_error(f"the egress proxy did not connect to {name}", "connect_failed", until) from error
    except DecodeError as error:
        raise _web_error(
            f"the answer of {name} is not encoded as it claims", "encoding_invalid", until
        ) from error
    except (HTTPError, StaleConnection) as error:
        raise _web_error(f"the answer of {name} broke off or is not HTTP", "protocol_error", until) from error


def _web_error(detail: str, code: str, until: float) -> WebError:
    return deadline_exceeded() if monotonic() >= until else WebError(detail, code=code)


def deadline_exceeded() -> WebError:
    return WebError("the request took longer than its deadline", code="deadline_exceeded")


def _reason(error: SSLError) -> str:
    cause = error.args[0] if error.args else error
    return getattr(cause, "verify_message", None) or getattr(cause, "reason", None) or "the handshake failed"
