"""MailServer: mail over SMTP (RFC 5321), through the operator's server, whose address passes the guard."""

import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from time import monotonic
from typing import Any

from dyadwatch.errors import WebError
from dyadwatch.mail_urls import MailUrl, read_mail_url
from dyadwatch.model.web import MailReply
from dyadwatch.web.addresses import Network
from dyadwatch.web.error_translation import deadline_exceeded, insecure
from dyadwatch.web.guarded_connections import Dial, dial
from dyadwatch.web.pool_manager import tls_context

_MAX_REPLY = 2_000  # characters that are kept


class MailServer:
    """Hands mail over to a server, each message on a connection of its own. Safe to share between threads.

    url: `smtps://`, `smtp://` or `smtp+insecure://[user:password@]host[:port]`. allow_private: networks that
    may be reached although they are not public. Raises ValueError for another URL.
    """

    def __init__(self, url: str, *, allow_private: Sequence[Network] = ()) -> None:
        self._server = read_mail_url(url)
        self._dial: Dial = partial(dial, allowed=tuple(allow_private))

    def send(
        self, sender: str, recipient: str, message: bytes, *, deadline: float, until: float
    ) -> MailReply:
        """The server's last reply to one message, an acceptance or a refusal, within `deadline` seconds and
        by `until` (`time.monotonic`). Raises WebError where there is none: also mail_login_failed."""
        end = min(monotonic() + deadline, until)
        with _translated(self._server.host, end), self._connected(sender, end) as connection:
            try:
                connection.sendmail(sender, [recipient], message)
            except smtplib.SMTPRecipientsRefused as error:
                return _reply(*error.recipients[recipient])
            except smtplib.SMTPResponseException as error:  # of the sender, or of the message
                return _reply(error.smtp_code, error.smtp_error)
            return MailReply(250, "accepted")

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """To read the authorities takes long."""
        return tls_context()

    @contextmanager
    def _connected(self, sender: str, end: float) -> Iterator[smtplib.SMTP]:
        server = self._server
        context = self._context if server.scheme == "smtps" else None
        remaining = end - monotonic()
        if remaining <= 0:
            raise deadline_exceeded()
        # Our name is that of the sender's domain: to look up our own takes time, and tells of the machine.
        connection = _GuardedClient(self._dial, server, sender.rpartition("@")[2], context, remaining)
        try:
            connection.ehlo_or_helo_if_needed()
            if server.scheme == "smtp":
                connection.starttls(context=self._context)
                secured: Any = connection.sock
                secured.settimeout(max(end - monotonic(), 0.001))
                secured.await_head(True)
            if server.user is not None:
                _log_in(connection, server.user, server.password)
            yield connection
            with suppress(OSError, smtplib.SMTPException):  # the message is sent
                connection.quit()
        finally:
            connection.close()


class _GuardedClient(smtplib.SMTP):
    """Opens its socket with `dial`, by TLS where there is a `context`, and reads no more of it than a head of
    HTTP may have. `name` is what it calls itself, `timeout` is for all that it does."""

    def __init__(
        self, dial: Dial, server: MailUrl, name: str, context: ssl.SSLContext | None, timeout: float
    ) -> None:
        self._dial, self._tls = dial, context
        super().__init__(server.host, server.port, local_hostname=name, timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        end = monotonic() + timeout
        sock: Any = self._dial(host, port, timeout)
        if self._tls is not None:
            try:
                sock = self._tls.wrap_socket(sock, server_hostname=host)
            except BaseException:
                sock.close()
                raise
            sock.settimeout(max(end - monotonic(), 0.001))
        sock.await_head(True)
        return sock  # type: ignore[no-any-return]


def _log_in(connection: smtplib.SMTP, user: str, password: str) -> None:
    try:
        connection.login(user, password)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        raise WebError("the mail server does not accept our login", code="mail_login_failed") from error


def _reply(status: int, text: bytes | str) -> MailReply:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return MailReply(status, words[:_MAX_REPLY].replace("\0", ""))


@contextmanager
def _translated(host: str, end: float) -> Iterator[None]:
    """Raises WebError for what smtplib and its sockets raise."""
    try:
        yield
    except ssl.SSLError as error:
        raise insecure(host, error) from error
    except TimeoutError as error:
        raise deadline_exceeded() from error
    except smtplib.SMTPNotSupportedError as error:
        raise WebError(f"{host} offers no STARTTLS", code="tls_failed") from error
    except smtplib.SMTPResponseException as error:
        detail = f"{host} answered {error.smtp_code} to our greeting"
        raise WebError(detail, code="protocol_error") from error
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        if monotonic() >= end:
            raise deadline_exceeded() from error
        raise WebError(f"the answer of {host} broke off or is not SMTP", code="protocol_error") from error
