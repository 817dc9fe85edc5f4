"""Everything that can go wrong, as one tree.

DyadwatchError                  code, detail; `code` is stable and goes into rows and problem documents
├── InvalidInput                a value from outside is wrong; carries `errors`, one per field
│   ├── UnknownValue            a filter names what does not exist
│   └── ValueNotStorable        PostgreSQL cannot store a value
├── NotFound                    no such row
├── Conflict                    the row exists already, or has changed meanwhile
│   └── TransactionConflict     another transaction was in the way; the same may succeed at once
├── SettingsError               the environment names a setting that is unknown or malformed
├── StoreUnavailable            the database cannot be reached, or is not migrated
├── StatementTimeout            the database took too long over one statement
├── BrokerUnavailable           Redis or Valkey cannot be reached
├── SignInFailed                somebody whom an OpenID provider was to sign in is not let in
├── NotInstalled                what is asked for needs an extra of the package
├── SecretUnreadable            a stored secret was sealed with a key that is not set
├── FeedError                   the bytes of a feed cannot be read as one
├── TooCostly                   a document could not be read within its bounds (dyadwatch.sandbox)
├── NotArticle                  a page holds no article; `code` names why
└── WebError                    a request was refused or failed; `permanent` decides on retry
    ├── BlockedAddress          the egress guard refused the address
    ├── RobotsRefused           robots.txt disallows the page, or cannot be fetched
    └── HostBusy                the host's rate limit is reached; `wait` says for how long
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field at fault: an RFC 6901 JSON Pointer into the input, what is wrong, and a stable code."""

    pointer: str
    detail: str
    code: str


def json_pointer(keys: Iterable[object]) -> str:
    """An RFC 6901 JSON Pointer to the value that `keys` lead to."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


class DyadwatchError(Exception):
    """Base of every error that we raise on purpose. `code` is stable; `detail` is for people; `permanent`
    says that a later try cannot succeed either. A process that it ends returns `exit_status`."""

    code = "error"
    permanent = False
    exit_status = 1

    def __init__(self, detail: str, *, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code

    def report(self) -> str:
        """What a process that it ends says."""
        problems: Sequence[FieldError] = getattr(self, "errors", ())
        lines = [
            f"  {problem.pointer}: {problem.detail} ({problem.code})"
            for problem in problems
            if problem.pointer or problem.detail not in self.detail  # of a whole document it says the same
        ]
        return "\n".join([f"error: {self.detail} ({self.code})", *lines])


class InvalidInput(DyadwatchError):
    code = "invalid_input"

    def __init__(self, detail: str, *, errors: Sequence[FieldError] = (), code: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.errors = tuple(errors)


class UnknownValue(InvalidInput):
    code = "filter_value_unknown"


class NotFound(DyadwatchError):
    code = "not_found"


class NotInstalled(DyadwatchError):
    code = "not_installed"
    permanent = True


class SignInFailed(DyadwatchError):
    """Somebody whom an OpenID provider was to sign in is not let in. Codes: oidc_state, oidc_refused,
    oidc_invalid, oidc_misconfigured, oidc_no_scope, oidc_key_revoked."""

    code = "oidc_invalid"


class Conflict(DyadwatchError):
    code = "conflict"

    def __init__(self, detail: str, *, errors: Sequence[FieldError] = (), code: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.errors = tuple(errors)


class ValueNotStorable(InvalidInput):
    """A value of the wrong kind or too long for PostgreSQL. The row is at fault, not the database."""

    code = "value_not_storable"
    permanent = True


class TransactionConflict(Conflict):
    """Codes: deadlock, serialization_failure, lock_timeout."""

    code = "deadlock"


class SettingsError(DyadwatchError):
    code = "settings_invalid"
    exit_status = 2


class StoreUnavailable(DyadwatchError):
    """Codes: database_unavailable, database_busy, database_exhausted, database_read_only,
    database_not_migrated, code_too_old."""

    code = "database_unavailable"


class StatementTimeout(DyadwatchError):
    code = "database_timeout"


class BrokerUnavailable(DyadwatchError):
    code = "broker_unavailable"


class SecretUnreadable(DyadwatchError):
    code = "secret_unreadable"


class FeedError(DyadwatchError):
    """Codes: feed_empty, feed_html, feed_login, feed_consent, feed_challenge, feed_not_a_feed,
    feed_malformed, feed_too_complex, list_empty, bad_selector."""

    code = "feed_malformed"


class NotArticle(DyadwatchError):
    """Codes: page_empty, page_not_html, page_no_text, page_error; and page_ with the reason (listing, video,
    ...) where neither the page nor its feed holds any text."""

    code = "page_no_text"


class TooCostly(DyadwatchError):
    """A document that could not be read within the bounds of the sandbox."""

    code = "document_too_costly"


class WebError(DyadwatchError):
    """A request that brought no response.

    Codes: url_invalid, dns_failed, connect_failed, ipv6_unreachable, tls_failed, tls_chain_incomplete,
    tls_expired, http2_required, deadline_exceeded, body_too_large, encoding_invalid, too_many_redirects,
    redirect_invalid, protocol_error, blocked_address, mail_not_set_up, mail_login_failed.
    """

    code = "connect_failed"

    def __init__(self, detail: str, *, code: str | None = None, permanent: bool = False) -> None:
        super().__init__(detail, code=code)
        self.permanent = permanent


class BlockedAddress(WebError):
    code = "blocked_address"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, permanent=True)


class RobotsRefused(WebError):
    """Codes: robots_disallowed (permanent), robots_unreachable (a later try may succeed)."""

    code = "robots_disallowed"

    def __init__(self, detail: str, *, code: str | None = None, wait: float | None = None) -> None:
        super().__init__(detail, code=code, permanent=wait is None)
        self.wait = wait


class HostBusy(WebError):
    """Not sent, to respect a host's rate limit; not a failure. `wait` is in seconds; the requests of the
    sources `ahead` need not wait as well, unless None only those of the sources `behind` do."""

    code = "host_busy"

    def __init__(
        self,
        detail: str,
        *,
        wait: float,
        ahead: Collection[int | None] = (),
        behind: Collection[int | None] | None = None,
    ) -> None:
        super().__init__(detail)
        self.wait, self.ahead, self.behind = wait, ahead, behind
