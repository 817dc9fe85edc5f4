"""An OpenID provider: where people are sent to sign in, and who has come back."""

import base64
import secrets
import threading
from collections.abc import Mapping
from importlib.util import find_spec
from time import monotonic
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import orjson

from dyadwatch.errors import SignInFailed
from dyadwatch.model.oidc import Identity, ScopeRule, SignIn, scopes_of
from dyadwatch.model.web import Response

_LIMIT = 512 * 2**10  # bytes of an answer
_DEADLINE = 10.0  # seconds of a request
_KEEP = 3600.0  # seconds that what the provider says of itself is used again
_RENEW = 60.0  # seconds after which keys are asked for again, for a token whose key is not among them
_LEEWAY = 60  # seconds that clocks may differ
_OK = 200
_UNKNOWN_CLIENT = frozenset({"invalid_client", "unauthorized_client"})  # RFC 6749, 5.2
# Signatures by a key that the provider alone has (RFC 7518, RFC 8037): neither `none` nor shared secrets.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_MAX_SUBJECT = 255  # characters, OpenID Connect Core 1.0, 2


class Web(Protocol):
    """What requests are made by."""

    def get(
        self, url: str, *, headers: Mapping[str, str], limit: int, deadline: float, follow: int
    ) -> Response: ...

    def post(
        self, url: str, body: bytes, *, headers: Mapping[str, str], limit: int, deadline: float
    ) -> Response: ...

    def is_confidential(self, url: str) -> bool: ...


def is_installed() -> bool:
    """Whether the extra `oidc` is."""
    return find_spec("authlib") is not None and find_spec("joserfc") is not None


class Provider:
    """The provider at `issuer`, where this program is the client `client_id`, with a `secret` or, without
    one, a public client. People come back to `redirect_uri`. `rules` say which scopes the values of `claim`
    give. Safe to share between threads; what it says of itself is asked for when it is needed."""

    def __init__(  # by keyword
        self,
        web: Web,
        *,
        issuer: str,
        client_id: str,
        secret: str | None,
        redirect_uri: str,
        claim: str,
        rules: tuple[ScopeRule, ...],
    ) -> None:
        self._web = web
        self._issuer = issuer
        self._client_id = client_id
        self._secret = secret
        self._redirect_uri = redirect_uri
        self._claim = claim
        self._rules = rules
        self._lock = threading.Lock()
        self._documents: dict[str, tuple[float, dict[str, Any]]] = {}

    def begin(self) -> tuple[SignIn, str]:
        """A new sign-in, and the address where the person signs in. Raises SignInFailed, WebError."""
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # noqa: PLC0415  # an extra
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # noqa: PLC0415

        one = SignIn(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
        address: str = prepare_grant_uri(
            self._endpoint("authorization_endpoint"),
            self._client_id,
            "code",
            redirect_uri=self._redirect_uri,
            scope="openid email profile",
            state=one.state,
            nonce=one.nonce,
            code_challenge=create_s256_code_challenge(one.verifier),
            code_challenge_method="S256",
        )
        return one, address

    def finish(self, one: SignIn, code: str) -> Identity:
        """Who has signed in, by the code that the person came back with. Raises SignInFailed (`oidc_refused`,
        `oidc_invalid`), WebError."""
        token = self._token(one, code)
        claims = dict(self._claims(one, token))
        if self._claim.partition(".")[0] not in claims and "userinfo_endpoint" in self._metadata():
            claims = self._user_info(token, str(claims["sub"])) | claims
        subject, mail = str(claims["sub"]), claims.get("email")
        if not 0 < len(subject) <= _MAX_SUBJECT or not subject.isprintable():
            raise SignInFailed("The provider named a person in no usable way.", code="oidc_invalid")
        is_known = claims.get("email_verified") is True and isinstance(mail, str) and mail.isprintable()
        person = mail if is_known and len(str(mail)) <= _MAX_SUBJECT else subject
        return Identity(self._issuer, subject, str(person)[:200], scopes_of(claims, self._claim, self._rules))

    def check(self) -> None:
        """Whether people could sign in. Raises SignInFailed `oidc_misconfigured` where what the provider says
        of itself is not usable, `oidc_refused` where it does not know this client, and WebError. It is asked
        for a token by a code that it never gave; why it refuses tells (RFC 6749, 5.2)."""
        for name in ("authorization_endpoint", "jwks_uri"):
            self._endpoint(name)
        one = SignIn(*(secrets.token_urlsafe(48) for _ in range(3)))
        _status, answer = self._ask_token(one, secrets.token_urlsafe(32))
        reason = answer.get("error")
        if reason in _UNKNOWN_CLIENT:
            raise SignInFailed(f"The provider refuses this client: {reason}.", code="oidc_refused")

    def _token(self, one: SignIn, code: str) -> dict[str, Any]:
        """What the token endpoint gives for a code."""
        status, token = self._ask_token(one, code)
        if status != _OK or not isinstance(token.get("id_token"), str):
            reason = str(token.get("error", f"status {status}"))[:100]
            raise SignInFailed(f"The provider refused: {reason}.", code="oidc_refused")
        return token

    def _ask_token(self, one: SignIn, code: str) -> tuple[int, dict[str, Any]]:
        """How the token endpoint answers a code (RFC 6749, 4.1.3): the status, and the JSON object."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": one.verifier,
        }
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        if self._secret is None:
            fields["client_id"] = self._client_id
        else:  # RFC 6749, 2.3.1
            pair = f"{quote(self._client_id, safe='')}:{quote(self._secret, safe='')}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        url = self._endpoint("token_endpoint")
        answer = self._web.post(
            url, urlencode(fields).encode(), headers=headers, limit=_LIMIT, deadline=_DEADLINE
        )
        return answer.status, _object(answer.body)

    def _claims(self, one: SignIn, token: Mapping[str, Any]) -> Mapping[str, Any]:
        """The claims of an ID token, checked (OpenID Connect Core 1.0, 3.1.3.7)."""
        from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415  # an extra
        from authlib.oidc.core import CodeIDToken  # noqa: PLC0415
        from joserfc.errors import JoseError  # noqa: PLC0415

        try:
            signed = self._verified(str(token["id_token"]))
            options = {
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self._client_id},
            }
            params = {
                "client_id": self._client_id,
                "nonce": one.nonce,
                "access_token": token.get("access_token"),
            }
            claims = CodeIDToken(signed.claims, signed.header, options, params)
            claims.validate(leeway=_LEEWAY)
        except (AuthlibBaseError, JoseError, ValueError, TypeError, KeyError) as error:
            reason = getattr(error, "error", "") or type(error).__name__
            detail = f"The ID token of the provider is not valid ({reason})."
            raise SignInFailed(detail, code="oidc_invalid") from error
        checked: Mapping[str, Any] = claims
        return checked

    def _verified(self, id_token: str) -> Any:
        """The token, whose signature is the provider's. Keys are asked for again where it is of a new one."""
        from joserfc import jwt  # noqa: PLC0415  # an extra
        from joserfc.errors import JoseError  # noqa: PLC0415
        from joserfc.jwk import KeySet  # noqa: PLC0415

        url = self._endpoint("jwks_uri")
        keys: Any = self._document(url)
        try:
            return jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            keys = self._document(url, keep=_RENEW)
            return jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=_ALGORITHMS)

    def _user_info(self, token: Mapping[str, Any], subject: str) -> dict[str, Any]:
        """What else the provider says of a person (OpenID Connect Core 1.0, 5.3)."""
        headers = {"authorization": f"Bearer {token.get('access_token')}", "accept": "application/json"}
        url = self._endpoint("userinfo_endpoint")
        answer = self._web.get(url, headers=headers, limit=_LIMIT, deadline=_DEADLINE, follow=0)
        claims = _object(answer.body)
        if answer.status != _OK or claims.get("sub") != subject:
            raise SignInFailed("The provider says nothing usable of this person.", code="oidc_invalid")
        return claims

    def _endpoint(self, name: str) -> str:
        """An address that the provider names. Raises SignInFailed where others could read what is sent."""
        url = self._metadata().get(name)
        if not isinstance(url, str) or not self._web.is_confidential(url):
            raise SignInFailed(f"The provider names no confidential {name}.", code="oidc_misconfigured")
        return url

    def _metadata(self) -> dict[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0, 4)."""
        url = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        document = self._document(url)
        if document.get("issuer") != self._issuer:
            with self._lock:  # once mended there it is right here at the next try
                self._documents.pop(url, None)
            detail = "The provider calls itself otherwise than DYADWATCH_OIDC_ISSUER does."
            raise SignInFailed(detail, code="oidc_misconfigured")
        return document

    def _document(self, url: str, *, keep: float = _KEEP) -> dict[str, Any]:
        with self._lock:
            at, document = self._documents.get(url, (0.0, {}))
        if document and monotonic() - at < keep:
            return document
        if not self._web.is_confidential(url):
            raise SignInFailed("The provider is not reached by https.", code="oidc_misconfigured")
        answer = self._web.get(
            url, headers={"accept": "application/json"}, limit=_LIMIT, deadline=_DEADLINE, follow=0
        )
        document = _object(answer.body)
        if answer.status != _OK or not document:
            detail = f"The provider does not answer as one does (status {answer.status})."
            raise SignInFailed(detail, code="oidc_misconfigured")
        with self._lock:
            self._documents[url] = (monotonic(), document)
        return document


def _object(body: bytes) -> dict[str, Any]:
    """A JSON object, an empty one where it is none."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
