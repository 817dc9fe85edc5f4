"""Keys are made, rotated and revoked by administrators, and each is shown once."""

import pytest
from bs4 import BeautifulSoup


@pytest.fixture
def admin(signed_in):
    return signed_in("admin")


def soup(answer):
    return BeautifulSoup(answer.data, "lxml")


def words(tag):
    return " ".join(tag.get_text(" ").split())


def test_a_key_is_made_rotated_and_revoked(admin, send, with_scope):
    made = send(
        admin,
        "/keys/create",
        name="Desk <1>",
        scopes=["read", "curate"],
        owner="Rana",
        expires_at="2999-01-01",
    )
    token = soup(made).select_one("code.secret").text
    assert (made.status_code, made.headers["Cache-Control"]) == (200, "no-store")
    holder = with_scope(None)
    holder.token = token
    assert holder.get("/v1/alerts").status_code == 200
    listed = admin.get("/keys")
    card = soup(listed).select_one(".card")
    assert words(card).startswith("Desk <1> dyw_")
    assert token not in listed.text
    (rotation, revocation) = (form["action"] for form in card.find_all("form"))
    rotated = soup(send(admin, rotation, hours="0")).select_one("code.secret").text
    assert holder.get("/v1/alerts").status_code == 401
    holder.token = rotated
    assert holder.get("/v1/alerts").status_code == 200
    assert send(admin, revocation).headers["Location"] == "/keys"
    assert holder.get("/v1/alerts").status_code == 401
    assert "revoked" in words(soup(admin.get("/keys")).select_one(".card"))
    refused = send(admin, rotation, hours="1")
    assert (refused.status_code, soup(refused).find(role="alert").find("code").text) == (409, "key_revoked")


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [({"scopes": ["read"]}, "#name"), ({"name": "x"}, "/scopes"), ({"name": "x", "scopes": ["all"]}, "/scopes/0"),
     ({"name": "x", "scopes": ["read"], "expires_at": "2001-01-01"}, "#expires_at")],
)  # fmt: skip
def test_what_is_wrong_with_a_key_is_said(admin, send, fields, pointer):
    alert = soup(send(admin, "/keys/create", **fields)).find(role="alert")
    assert pointer in [tag["href"] for tag in alert.find_all("a")] + [
        tag.text for tag in alert.find_all("code")
    ]


def test_the_last_admin_key_stays_and_others_see_no_keys(admin, send, signed_in):
    (form,) = (
        tag["action"] for tag in soup(admin.get("/keys")).find_all("form") if "revoke" in tag["action"]
    )
    refused = send(admin, form)
    assert (refused.status_code, soup(refused).find(role="alert").find("code").text) == (
        409,
        "last_admin_key",
    )
    other = signed_in("write")
    assert other.get("/keys").status_code == 403
    assert soup(other.get("/alerts")).find("a", {"href": "/keys"}) is None
    assert send(other, "/keys/create", name="x", scopes=["admin"]).status_code == 403
