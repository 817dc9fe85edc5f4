"""A real SMTP server on loopback that keeps what it gets."""

import ssl
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


@dataclass
class Mailbox:
    """A handler of aiosmtpd: accepts mail, or answers with `refusals` of recipients and messages first."""

    mails: list[tuple[str, str, EmailMessage]] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)  # their bytes
    refuse_recipient: str | None = None
    refuse_message: str | None = None

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802  # its name
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        if self.refuse_message:
            return self.refuse_message
        mail = message_from_bytes(envelope.original_content, policy=policy.default)
        self.sent.append(envelope.original_content)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos[0], mail))
        return "250 OK"


class LocalMailServer(Controller):
    """Listens on a free port; `implicit_tls` or `starttls` with a certificate, a `login` where given."""

    def __init__(self, *, implicit_tls=None, starttls: ssl.SSLContext | None = None, login=None):
        self._options = {}
        if starttls is not None:
            self._options |= {"tls_context": starttls}
        if login is not None:
            self._options |= {
                "authenticator": _checks(login),
                "auth_required": True,
                "auth_require_tls": starttls is not None,  # it knows of no other TLS
            }
        self.mailbox = Mailbox()
        super().__init__(self.mailbox, hostname="127.0.0.1", port=0, ssl_context=implicit_tls)

    def factory(self):
        return SMTP(self.handler, hostname="mail.test", **self._options)

    def _trigger_server(self):
        """The port is known only now; the controller connects to it to see that it listens."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _checks(login):
    def authenticate(_server, _session, _envelope, _mechanism, data):
        return AuthResult(success=(data.login, data.password) == login, handled=False)

    return authenticate
