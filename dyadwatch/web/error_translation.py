"""Turns urllib3's errors into WebError."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from urllib3.exceptions import DecodeError, HTTPError, ProxyError, SSLError
from urllib3.exceptions import TimeoutError as TimedOut

from dyadwatch.errors import WebError
from dyadwatch.web.guarded_connections import StaleConnection
from dyadwatch.web.heads import SpeaksHTTP2

# X509_V_ERR_CERT_HAS_EXPIRED and X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY of OpenSSL.
_EXPIRED, _NO_ISSUER = 10, 20
# What OpenSSL says of servers that no one would guess it from.
_WORDS = {
    "WRONG_VERSION_NUMBER": "what answers there does not speak TLS",
    "TLSV1_ALERT_PROTOCOL_VERSION": "it speaks an old version of TLS only, which is not safe",
    "UNSUPPORTED_PROTOCOL": "it speaks an old version of TLS only, which is not safe",
}


@contextmanager
def translate_errors(name: str, until: float) -> Iterator[None]:
    """Raises WebError for an error of urllib3 in a request to the host `name`. Whatever fails after the
    deadline `until` failed because of it."""
    try:
        yield
    except SSLError as error:
        raise _by(until, insecure(name, error.args[0] if error.args else error)) from error
    except TimedOut as error:
        raise deadline_exceeded() from error
    except ProxyError as error:
        refused = WebError(f"the egress proxy did not connect to {name}", code="connect_failed")
        raise _by(until, refused) from error
    except DecodeError as error:
        undecodable = WebError(f"the answer of {name} is not encoded as it claims", code="encoding_invalid")
        raise _by(until, undecodable) from error
    except (HTTPError, StaleConnection) as error:
        if any(isinstance(cause, SpeaksHTTP2) for cause in error.args):
            raise _http2_required(name) from error
        broken = WebError(f"the answer of {name} broke off or is not HTTP", code="protocol_error")
        raise _by(until, broken) from error


def deadline_exceeded() -> WebError:
    return WebError("the request took longer than its deadline", code="deadline_exceeded")


def _by(until: float, error: WebError) -> WebError:
    return deadline_exceeded() if monotonic() >= until else error


def insecure(name: str, cause: object) -> WebError:
    """The error for a connection to the host `name` that TLS could not secure."""
    if "no application protocol" in str(cause).lower():  # an alert that Python has no name for
        return _http2_required(name)
    if isinstance(cause, ssl.SSLCertVerificationError) and cause.verify_code == _NO_ISSUER:
        return WebError(
            f"no secure connection to {name}: its certificate leads to no known authority. The server leaves"
            " out an intermediate certificate, which its publisher can mend, or the authority is a private"
            " one; a file that SSL_CERT_FILE names can add either",
            code="tls_chain_incomplete",
        )
    if isinstance(cause, ssl.SSLCertVerificationError) and cause.verify_code == _EXPIRED:
        detail = "its certificate has expired, which its publisher can mend"
        return WebError(f"no secure connection to {name}: {detail}", code="tls_expired")
    reason = getattr(cause, "verify_message", None) or getattr(cause, "reason", None)
    words = _WORDS.get(str(reason), reason or "the handshake failed")
    return WebError(f"no secure connection to {name}: {words}", code="tls_failed")


def _http2_required(name: str) -> WebError:
    return WebError(
        f"{name} speaks HTTP/2 only, and dyadwatch HTTP/1.1; another address of the publisher may answer",
        code="http2_required",
    )
