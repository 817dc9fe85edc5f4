"""Browsers that have signed in, or have not."""

import pytest
from bs4 import BeautifulSoup

# What a browser sends with a form of our own page.
OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def visitor(app):
    """A browser without a session."""
    return app.test_client()


@pytest.fixture
def reader(app, with_scope):
    """A browser that has signed in with a key that may only read."""
    browser = app.test_client()
    answer = browser.post("/login", data={"key": f" {with_scope('read').token} "}, headers=OWN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    return browser


@pytest.fixture
def send():
    """Sends a form of a page, as a browser does: with the token that the page holds."""

    def send(browser, path, headers=OWN, **fields):
        page = BeautifulSoup(browser.get("/alerts").data, "lxml")
        token = page.find("input", {"name": "form_token"})
        return browser.post(
            path, data={"form_token": token["value"] if token else "", **fields}, headers=headers
        )

    return send
