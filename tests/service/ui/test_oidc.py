"""People sign in at an OpenID provider, for as long and with what it says, and nobody else does."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from joserfc import jwt
from joserfc.jwk import OctKey
from oidc_server import CLIENT, KEY, OTHER_KEY, SECRET, OidcServer

from dyadwatch.model.oidc import read_rules
from dyadwatch.oidc import Provider
from service.app import create_app
from service.ui.cookies import SESSION


@pytest.fixture
def provider():
    server = OidcServer()
    yield server
    server.close()


@pytest.fixture
def desk(product, provider):
    """The application, whose people sign in at the provider."""
    oidc = Provider(
        product.web,
        issuer=provider.issuer,
        client_id=CLIENT,
        secret=SECRET,
        redirect_uri="http://localhost/login/oidc/callback",
        claim="groups",
        rules=read_rules(["analysts=curate", "ops=admin"]),
    )
    app = create_app(replace(product, oidc=oidc))
    app.testing = False
    return app


def sign_in(browser, provider):
    """The answer to whoever comes back from the provider."""
    return browser.get(provider.sign_in(browser.get("/login/oidc?next=/alerts").headers["Location"]))


def code(answer):
    return answer.status_code, BeautifulSoup(answer.data, "lxml").select_one("main").get_text(" ", strip=True)


def test_who_signs_in_is_led_on_and_may_do_what_the_provider_says(desk, provider, api):
    browser = desk.test_client()
    link = BeautifulSoup(browser.get("/alerts").data, "lxml").find("a", string="Sign in at your organisation")
    assert link["href"] == "/login/oidc?next=/alerts"
    answer = sign_in(browser, provider)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/alerts")
    assert "HttpOnly" in next(cookie for cookie in answer.headers.getlist("Set-Cookie") if SESSION in cookie)
    assert browser.get("/alerts").status_code == 200
    (key,) = [key for key in api.get("/v1/keys").get_json()["data"] if key["owner"] == "ana@desk.test"]
    assert (key["scopes"], key["expires_at"] is not None) == (["curate"], True)
    refused = browser.get("/keys")
    assert (refused.status_code, "/readyz" in refused.text) == (403, False)
    assert "(ana@desk.test)" in refused.text
    provider.person |= {"groups": ["ops"], "email_verified": False}
    assert sign_in(desk.test_client(), provider).status_code == 303
    (again,) = [other for other in api.get("/v1/keys").get_json()["data"] if other["id"] == key["id"]]
    assert (again["scopes"], again["owner"]) == (
        ["admin"],
        "17",
    )  # an address that may be anybody's is not used
    assert browser.get("/keys").status_code == 200
    assert provider.asked.count("/.well-known/openid-configuration") == 1


def test_sessions_end_with_the_key_and_its_owner_stays_out_once_it_was_revoked(desk, provider, api, rows):
    browser = desk.test_client()
    sign_in(browser, provider)
    rows.execute("UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE owner = 'ana@desk.test'")
    assert "Sign in" in browser.get("/alerts").text
    assert sign_in(browser, provider).status_code == 303
    (key,) = [key for key in api.get("/v1/keys").get_json()["data"] if key["owner"] == "ana@desk.test"]
    assert api("DELETE", f"/v1/keys/{key['id']}").status_code == 200
    assert "Sign in" in browser.get("/alerts").text
    status, text = code(sign_in(browser, provider))
    assert (status, "was revoked" in text) == (403, True)


def test_a_new_key_of_the_provider_is_asked_for_and_what_a_token_lacks_too(desk, provider, monkeypatch):
    sign_in(desk.test_client(), provider)
    provider.key, provider.published = OTHER_KEY, [OTHER_KEY]
    del provider.person["groups"]
    provider.info = {"groups": ["analysts"]}
    assert (
        sign_in(desk.test_client(), provider).status_code == 403
    )  # keys are asked for once a minute at most
    monkeypatch.setattr("dyadwatch.oidc.provider._RENEW", 0)
    assert sign_in(desk.test_client(), provider).status_code == 303
    provider.info["sub"] = "18"
    assert sign_in(desk.test_client(), provider).status_code == 403


SHARED = OctKey.import_key(SECRET * 8)
WRONG = {
    "another nonce": {"token": {"nonce": "x"}},
    "no nonce": {"token": {"nonce": None}},
    "another audience": {"token": {"aud": "others"}},
    "also for others": {"token": {"aud": [CLIENT, "others"], "azp": "others"}},
    "another issuer": {"token": {"iss": "https://others.test"}},
    "expired": {"token": {"exp": 1_000}},
    "nobody": {"token": {"sub": ""}},
    "a key of others": {"key": OTHER_KEY},
    "a shared secret": {"sign": lambda claims: jwt.encode({"alg": "HS256"}, claims, SHARED)},
    "no signature": {
        "sign": lambda claims: jwt.encode({"alg": "RS256"}, claims, KEY).rpartition(".")[0] + "."
    },
    "no token": {"sign": lambda _claims: "abc"},
    "no scope": {"token": {"groups": ["guests"]}},
    "groups of another form": {"token": {"groups": {"analysts": True}}},
}


def test_an_identity_that_is_not_shown_opens_no_session(desk, provider, monkeypatch):
    monkeypatch.setattr("service.ui.sign_in.wait", lambda _product: 0)
    usual = {"token": {}, "key": KEY, "sign": provider.sign}
    for what, fault in WRONG.items():
        for name, value in (usual | fault).items():
            setattr(provider, name, value)
        browser = desk.test_client()
        assert sign_in(browser, provider).status_code == 403, what
        assert browser.get_cookie(SESSION) is None, what


def test_the_way_back_leads_the_same_browser_once(desk, provider):
    mine, other = desk.test_client(), desk.test_client()
    back = provider.sign_in(mine.get("/login/oidc").headers["Location"])
    assert other.get(back).status_code == 403  # no sign-in of this browser
    other.get("/login/oidc")
    assert other.get(back).status_code == 403  # another's
    assert mine.get(back.replace("code=", "error=access_denied&x=")).status_code == 403
    assert mine.get(back).status_code == 303
    assert mine.get(back).status_code == 403
    mine.set_cookie("dyadwatch_oidc", "garbage")
    assert mine.get(back).status_code == 403
    away = mine.get("/login/oidc?next=//evil.test").headers["Location"]
    assert mine.get(provider.sign_in(away)).headers["Location"] == "/"


def test_a_provider_that_is_away_or_another_is_said_to_be(desk, provider, visitor):
    assert visitor.get("/login/oidc").status_code == 404  # nobody has set one up
    provider.issuer += "/other"
    status, text = code(desk.test_client().get("/login/oidc"))
    assert (status, "does not answer" in text or "calls itself" in text) == (403, True), text
    provider.close()
    assert desk.test_client().get("/login/oidc").status_code == 502
