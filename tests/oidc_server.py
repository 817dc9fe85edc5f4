"""An OpenID provider on loopback, with a signing key of its own, that can be told to answer wrongly."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "dyadwatch", "s3cret:/?"
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("first", "second"))


class OidcServer:
    """`person` are the claims of whoever signs in; `token` replaces claims of ID tokens, `info` is what
    userinfo adds; `sign` makes the token of its claims. `codes` are not used yet."""

    def __init__(self) -> None:
        self.person = {"sub": "17", "email": "ana@desk.test", "email_verified": True, "groups": ["analysts"]}
        self.token, self.info, self.codes, self.asked = {}, {}, {}, []
        self.key, self.published = KEY, [KEY]
        self.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}/realm"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def sign_in(self, address: str) -> str:
        """What a person does who signs in: the path and query that the provider sends them back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/authorize?")
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        back = urlsplit(asked["redirect_uri"]).path
        return f"{back}?{urlencode({'code': code, 'state': asked['state']})}"

    def _documents(self) -> dict:
        names = ("authorize", "token", "userinfo", "jwks")
        authorize, token, userinfo, jwks = (f"{self.issuer}/{name}" for name in names)
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer, "authorization_endpoint": authorize, "token_endpoint": token,
                "userinfo_endpoint": userinfo, "jwks_uri": jwks,
            },
            "/jwks": {"keys": [key.as_dict(private=False) for key in self.published]},
            "/userinfo": {"sub": self.person["sub"], **self.info},
        }  # fmt: skip

    def redeem(self, fields: dict, authorization: str) -> tuple[int, dict]:
        """What the token endpoint answers: a code is good once, for its client and its verifier."""
        asked = self.codes.pop(fields.get("code"), None)
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        digest = hashlib.sha256(fields["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (name, secret) != (CLIENT, "s3cret%3A%2F%3F"):
            return 401, {"error": "invalid_client"}
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != fields["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        return 200, {
            "access_token": "at",
            "token_type": "Bearer",
            "id_token": self.sign(claims | self.person | self.token),
        }

    def _handler(self) -> type:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self, status: int, document: object) -> None:
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                path = self.path.removeprefix("/realm")
                provider.asked.append(path)
                document = provider._documents().get(path)
                self._answer(200 if document else 404, document or {})

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                fields = {name: values[0] for name, values in parse_qs(body).items()}
                self._answer(*provider.redeem(fields, self.headers.get("Authorization", "")))

            def log_message(self, *_args):
                """Nothing on stderr."""

        return Handler
