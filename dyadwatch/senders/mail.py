"""Mail: an event or a digest to one person, as text and HTML.

A repeat has the same Message-ID. Every mail says how it is ended (RFC 2369, and RFC 8058 where the web
service can be reached from outside).
"""

import hashlib
import hmac
import re
from datetime import datetime
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from urllib.parse import quote, unquote

import orjson

from dyadwatch.errors import WebError
from dyadwatch.model.deliveries import AttemptOutcome
from dyadwatch.senders.channel import MailServer, Message, Transports, failure
from dyadwatch.subscriptions import mails
from dyadwatch.subscriptions.confirmations import CONFIRMATION, confirmation_token

DEADLINE = 15.0  # seconds for one attempt
# One address, without the forms that few servers take: quoted names, comments, address literals.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+",
    re.ASCII,
)
_MAX_ADDRESS = 254  # characters, RFC 5321 4.5.3.1


class _Verbatim(UnstructuredHeader, BaseHeader):
    """A header of addresses in angle brackets, folded between them alone: the library would write what is
    longer than a line as encoded words, which RFC 2047 (5) forbids there and no reader of mail follows."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}".replace(">, <", f">,{policy.linesep} <") + policy.linesep


_HEADERS = HeaderRegistry()
for _header in ("Message-ID", "List-Unsubscribe"):
    _HEADERS.map_to_type(_header, _Verbatim)
_POLICY = SMTP.clone(header_factory=_HEADERS)


class Mail:
    """The channel of mailto URLs, each with one address. Refused where no mail server is set."""

    def __init__(self, transports: Transports) -> None:
        self._server, self._sender = transports.mail, transports.mail_from
        self._site = transports.public_url

    def check(self, url: str) -> None:
        """Raises WebError for a URL that is not one address, or where mail cannot be sent."""
        recipient(url)
        self._set_up()
        if self._site is None:  # its reader confirms it there
            raise WebError("mail is not set up here: DYADWATCH_PUBLIC_URL is not set", code="mail_not_set_up")

    def send(self, message: Message) -> AttemptOutcome:
        """One mail."""
        try:
            to = recipient(message.url)
            server, sender = self._set_up()
            body = self._compose(message, sender, to)
            reply = server.send(sender, to, body, deadline=DEADLINE, until=message.until)
        except WebError as error:
            return failure(error)
        return AttemptOutcome(
            delivered=200 <= reply.status < 300,
            status=reply.status,
            response=reply.text,
            permanent=500 <= reply.status < 600,
        )

    def _set_up(self) -> tuple[MailServer, str]:
        """The server and the sender's address. Raises WebError (mail_not_set_up)."""
        if self._server is None or self._sender is None:
            detail = "mail is not set up here: DYADWATCH_SMTP_URL and DYADWATCH_MAIL_FROM are not set"
            raise WebError(detail, code="mail_not_set_up")
        return self._server, self._sender

    def _compose(self, message: Message, sender: str, to: str) -> bytes:
        link = self._unsubscribe_url(message)
        if message.event_type == CONFIRMATION:
            content = mails.ask(self._confirmation_url(message))
        elif message.content_type == "text/plain":
            content = mails.of_text(message.body.decode())
        else:
            content = mails.compose(message.body, site=self._site, unsubscribe=link)
        mail = EmailMessage(policy=_POLICY)
        mail["From"], mail["To"], mail["Subject"] = sender, to, content.subject
        mail["Date"] = message.attempted_at
        mail["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        by_mail = f"<mailto:{sender}?subject={quote(f'unsubscribe {message.subscription}')}>"
        mail["List-Unsubscribe"] = by_mail if link is None else f"<{link}>, {by_mail}"
        if link is not None:
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content(content.text)
        if content.html is not None:
            mail.add_alternative(content.html, subtype="html")
        return mail.as_bytes()

    def _confirmation_url(self, message: Message) -> str:
        """The link of a mail that asks. Raises WebError (mail_not_set_up)."""
        if self._site is None:
            detail = "mail cannot be confirmed: DYADWATCH_PUBLIC_URL is not set"
            raise WebError(detail, code="mail_not_set_up")
        until = datetime.fromisoformat(orjson.loads(message.body)["data"]["expires_at"])
        token = confirmation_token(message.secrets[0], message.subscription, message.url, until)
        return f"{self._site}/confirm/{message.subscription}/{int(until.timestamp())}/{token}"

    def _unsubscribe_url(self, message: Message) -> str | None:
        if self._site is None:
            return None
        token = unsubscribe_token(message.secrets[0], message.subscription)
        return f"{self._site}/unsubscribe/{message.subscription}/{token}"


def recipient(url: str) -> str:
    """The address of a mailto URL (RFC 6068). Raises WebError (url_invalid) for one that is not a single
    address and nothing else."""
    address = unquote(url.partition(":")[2])
    if len(address) > _MAX_ADDRESS or not _ADDRESS.fullmatch(address):
        detail = "is not mailto: and one e-mail address, without anything else"
        raise WebError(detail, code="url_invalid", permanent=True)
    return address


def unsubscribe_token(secret: str, subscription: int) -> str:
    """What lets whoever got a mail end the subscription: nobody else can make it."""
    name = f"unsubscribe {subscription}".encode()
    return hmac.digest(secret.encode(), name, hashlib.sha256).hex()
