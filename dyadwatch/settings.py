"""Settings: one frozen value, read from the environment when a process starts.

A variable is named `DYADWATCH_` and the field in upper case. An
unknown name or a malformed value is an error at the start.
"""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from dyadwatch.broker_urls import read_broker_url, read_pacing_url
from dyadwatch.database_urls import check_database_url
from dyadwatch.errors import SettingsError
from dyadwatch.mail_urls import read_mail_url
from dyadwatch.setting_values import (
    Network,
    check_bind,
    check_proxy,
    check_rules,
    check_secret_keys,
    checked_by,
    read_networks,
    read_numbers,
    read_texts,
    url_read_by,
)

PREFIX = "DYADWATCH_"
# Read by the test suite alone; programs that the tests start inherit it.
_TESTS_ONLY = frozenset({"DYADWATCH_SHARED"})


class Settings(BaseModel):
    """What an operator may set. Secrets have no defaults and are never printed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    database_url: Annotated[
        Annotated[SecretStr, checked_by(check_database_url)] | None,
        Field(description="PostgreSQL, as postgresql://user:password@host:port/name"),
    ] = None
    redis_url: Annotated[
        Annotated[SecretStr, url_read_by(read_broker_url)] | None,
        Field(
            description="the broker: Redis or Valkey, as redis://host:port/0, rediss:// or unix:///path, "
            "sentinel://host:port,host:port/NAME, amqp:// (RabbitMQ) or sqs://"
        ),
    ] = None
    pacing_url: Annotated[
        Annotated[SecretStr, url_read_by(read_pacing_url)] | None,
        Field(
            description="Redis or Valkey that counts requests over all processes, where the broker does "
            "not; also redis+cluster://host:port,host:port"
        ),
    ] = None
    data_dir: Annotated[
        Path, Field(description="where `up` keeps the data of the servers that it starts itself")
    ] = Path(".dyadwatch")
    bind: Annotated[
        str,
        AfterValidator(check_bind),
        Field(description="address and port that the web server listens on"),
    ] = "127.0.0.1:8710"
    allow_private_networks: Annotated[
        tuple[Network, ...],
        BeforeValidator(read_networks),
        Field(description="comma-separated CIDRs that requests may reach although they are not public"),
    ] = ()
    egress_proxy: Annotated[
        Annotated[SecretStr, AfterValidator(check_proxy)] | None,
        Field(description="http://[user:password@]host:port of a proxy for all outgoing requests"),
    ] = None
    secret_keys: Annotated[
        Annotated[SecretStr, AfterValidator(check_secret_keys)] | None,
        Field(
            description="comma-separated keys that seal stored secrets: the first one seals, all open;"
            " `up` makes one for its own database"
        ),
    ] = None
    public_url: Annotated[
        str | None,
        Field(
            description="where the web server is reached from outside, as https://host[/path]; "
            "WebSub hubs need it",
            pattern=r"^https?://[^\s?#]+$",
        ),
    ] = None
    hub: Annotated[
        bool, Field(description="whether this is a WebSub hub of its feeds of alerts; takes a public URL")
    ] = False
    smtp_url: Annotated[
        Annotated[SecretStr, checked_by(read_mail_url)] | None,
        Field(
            description="the server that mail is sent by: smtps://user:password@host[:port], smtp:// "
            "(STARTTLS), or smtp+insecure://host, a relay of your own"
        ),
    ] = None
    mail_from: Annotated[
        str | None,
        Field(description="the address that mail is sent from", pattern=r"^[^\s<>@,;:\"]+@[^\s<>@,;:\"]+$"),
    ] = None
    contact: Annotated[
        str | None, Field(description="URL or address for publishers, sent in the User-Agent")
    ] = None
    rate_limit: Annotated[
        int,
        Field(
            description="requests per minute of one API key, a body counting one more for each 4 kB; "
            "0: no limit",
            ge=0,
        ),
    ] = 3_000
    connections_per_address: Annotated[
        int,
        Field(description="connections to the web server that one address may have open; 0: no limit", ge=0),
    ] = 300
    cors_origins: Annotated[
        tuple[Annotated[str, Field(pattern=r"^(\*|https?://[^\s/?#]+)$")], ...],
        BeforeValidator(read_texts),
        Field(
            description="comma-separated origins, as https://app.example, whose web pages may call the API; "
            "*: those of all"
        ),
    ] = ()
    trusted_proxies: Annotated[
        tuple[Network, ...],
        BeforeValidator(read_networks),
        Field(
            description="comma-separated CIDRs of proxies before the web server: their X-Forwarded-For says "
            "who the client is, and they may have any number of connections"
        ),
    ] = ()
    metrics_networks: Annotated[
        tuple[Network, ...],
        BeforeValidator(read_networks),
        Field(
            description="comma-separated CIDRs of clients that may read /metrics without a key; others need "
            "one with scope read"
        ),
    ] = ()
    poll_min: Annotated[float, Field(description="shortest time between polls of a feed, seconds", ge=1)] = (
        300
    )
    poll_max: Annotated[
        float, Field(description="longest time between polls of a feed, seconds", le=604_800)
    ] = 14_400
    host_connections: Annotated[
        int, Field(description="concurrent requests to one host, over all processes", ge=1, le=64)
    ] = 2
    host_rate: Annotated[
        float, Field(description="requests started per second to one host, over all processes", gt=0)
    ] = 8.0
    robots_for_feeds: Annotated[
        bool, Field(description="whether robots.txt applies to feeds too, although they were added by hand")
    ] = False
    network_threads: Annotated[
        int, Field(description="concurrent requests of a worker, per step", ge=1, le=512)
    ] = 32
    tag_processes: Annotated[
        int, Field(description="tagging processes of a worker; 0 means one per core", ge=0, le=256)
    ] = 0
    retry_schedule: Annotated[
        tuple[Annotated[float, Field(ge=1, le=604_800)], ...] | None,
        BeforeValidator(read_numbers),
        Field(
            description="comma-separated seconds from one try of a delivery to the next, as many as "
            "there are retries; by default those of Standard Webhooks, "
            "5,300,1800,7200,18000,36000,50400,72000,86400",
            min_length=1,
            max_length=50,
        ),
    ] = None
    coalesce: Annotated[
        float,
        Field(
            description="seconds within which changes of an alert that are not urgent, such as further "
            "copies, are sent as one event; 0: each at once",
            ge=0,
            le=86_400,
        ),
    ] = 600
    recheck: Annotated[
        bool,
        Field(
            description="whether articles are read again, often while they are young, to see edits, "
            "corrections and removals"
        ),
    ] = True
    keep_snapshots: Annotated[
        int,
        Field(
            description="days that fetched pages and the texts of feeds are kept, unless their story has an "
            "alert; 0 is for ever",
            ge=0,
            le=36_500,
        ),
    ] = 30
    keep_events: Annotated[
        int,
        Field(description="days that the bodies of alert events are kept; 0 is for ever", ge=0, le=36_500),
    ] = 90
    keep_attempts: Annotated[
        int,
        Field(description="days that attempts to deliver are kept; 0 is for ever", ge=0, le=36_500),
    ] = 30
    reranker: Annotated[
        str | None,
        Field(
            description="a model that scores mentions a second time, as name:argument, "
            "such as nli:/models/nli (extra nli), or openai: what DYADWATCH_RERANKER_URL leads to"
        ),
    ] = None
    reranker_url: Annotated[
        str | None,
        Field(
            description="of the reranker openai: an endpoint of the form of OpenAI's, up to its version, "
            "as http://127.0.0.1:11434/v1",
            pattern=r"^https?://[^\s?#]+$",
        ),
    ] = None
    reranker_model: Annotated[
        str | None, Field(description="of the reranker openai: the model, as the endpoint names it")
    ] = None
    reranker_key: Annotated[
        SecretStr | None, Field(description="of the reranker openai: the endpoint's API key")
    ] = None
    reranker_calls: Annotated[
        int,
        Field(description="of the reranker openai: calls in an hour, over all processes", ge=1, le=100_000),
    ] = 500
    reranker_timeout: Annotated[
        float, Field(description="of the reranker openai: seconds that an answer may take", ge=0.1, le=15)
    ] = 5
    admin_key: Annotated[
        SecretStr | None, Field(description="first admin key; without it one is made and shown once")
    ] = None
    oidc_issuer: Annotated[
        str | None,
        Field(
            description="an OpenID provider by which people sign in to the pages, as https://host[/path]; "
            "takes a client, scopes, a public URL and dyadwatch[oidc]",
            pattern=r"^https?://[^\s?#]+$",
        ),
    ] = None
    oidc_client_id: Annotated[
        str | None, Field(description="what this client is called at the provider", max_length=1_000)
    ] = None
    oidc_client_secret: Annotated[
        SecretStr | None, Field(description="the client's secret; without it this is a public client")
    ] = None
    oidc_claim: Annotated[
        str,
        Field(
            description="the claim that decides on scopes, with dots where it is within another, as "
            "realm_access.roles",
            max_length=200,
        ),
    ] = "groups"
    oidc_scopes: Annotated[
        tuple[str, ...],
        BeforeValidator(read_texts),
        AfterValidator(check_rules),
        Field(
            description="comma-separated VALUE=SCOPE: what values of the claim give; *=read is for everybody"
        ),
    ] = ()
    oidc_hours: Annotated[
        float, Field(description="hours after which whoever signed in so signs in again", gt=0, le=720)
    ] = 12
    api_key: Annotated[
        SecretStr | None, Field(description="the API key that the tools of `dyadwatch mcp` act with")
    ] = None
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="lowest level that is logged")
    ] = "info"
    log_format: Annotated[
        Literal["auto", "json", "console"],
        Field(description="auto: readable lines on a terminal and from `up`, else JSON"),
    ] = "auto"

    @model_validator(mode="after")
    def _poll_bounds(self) -> Self:
        if self.poll_max < self.poll_min:
            raise ValueError("DYADWATCH_POLL_MAX is shorter than DYADWATCH_POLL_MIN")
        return self

    @model_validator(mode="after")
    def _hub(self) -> Self:
        if self.hub and self.public_url is None:
            raise ValueError("DYADWATCH_HUB takes DYADWATCH_PUBLIC_URL, where readers reach the hub")
        return self

    @model_validator(mode="after")
    def _oidc(self) -> Self:
        missing = [
            f"{PREFIX}{name.upper()}"
            for name in ("oidc_client_id", "oidc_scopes", "public_url")
            if not getattr(self, name)
        ]
        if self.oidc_issuer and missing:
            raise ValueError(f"{PREFIX}OIDC_ISSUER takes {', '.join(missing)} too")
        return self

    @model_validator(mode="after")
    def _user_agent(self) -> Self:
        name = "CONTACT" if self.contact else "PUBLIC_URL"
        sent = self.contact or self.public_url or ""
        if not (sent.isascii() and sent.isprintable()):
            raise ValueError(f"{PREFIX}{name}: must be printable ASCII, since it is sent in a header")
        return self

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Reads `environ`; an empty value counts as not set.
        Raises SettingsError, which names the variable."""
        values = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environ.items()
            if name.startswith(PREFIX) and name not in _TESTS_ONLY and value
        }
        for name, value in values.items():
            if not _is_utf8(name + value):
                raise SettingsError(f"{PREFIX}{name.upper()} is not UTF-8")
        try:
            return cls(**values)  # type: ignore[arg-type]  # pydantic reads the strings
        except ValidationError as error:
            raise SettingsError(
                "; ".join(_problem(item["loc"], item["msg"]) for item in error.errors())
            ) from error

    def to_environ(self) -> dict[str, str]:
        """What `from_environ` reads these settings from: the
        variables of another process, secrets included."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {
            PREFIX + name.upper(): _text(value) for name, value in values.items() if value not in (None, ())
        }

    def describe(self) -> list[tuple[str, str, str]]:
        """(variable, value in force with secrets hidden, description) of each setting."""
        return [
            (PREFIX + name.upper(), _display(getattr(self, name)), field.description or "")
            for name, field in type(self).model_fields.items()
        ]


def _is_utf8(text: str) -> bool:
    """Whether the bytes of the environment that became `text` are UTF-8: others become lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _display(value: object) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, SecretStr) else _text(value)


def _problem(location: tuple[int | str, ...], message: str) -> str:
    message = message.removeprefix("Value error, ")
    if not location:
        return message
    name = PREFIX + str(location[0]).upper()
    if message.startswith("Extra inputs"):
        near = difflib.get_close_matches(str(location[0]), Settings.model_fields, 1)
        hint = f"did you mean {PREFIX}{near[0].upper()}?" if near else "see `dyadwatch settings`"
        return f"{name} is not a setting ({hint})"
    return f"{name}: {message[0].lower()}{message[1:]}"
